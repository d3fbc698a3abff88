"""System C: IEEE 118-bus transmission and twelve feeders of 33 and 141 buses.

The large size: ten blocks a unit, ramps, units that must run, batteries and shiftable loads. Every
feeder has generation of its own, so that it can be run on less than it asks for.
"""

from dataclasses import replace

from scenarios.assembly import assemble
from scenarios.networks import NetworkTables, load_network
from scenarios.records import Generator, Offer
from scenarios.scenario import Scenario
from scenarios.systems.active_feeder import (
    FEEDER33,
    FEEDER141,
    Sites,
    active_feeder,
    with_shiftable,
)
from scenarios.systems.demand import customers, split
from scenarios.systems.profiles import CUSTOMERS, HOURS, WEATHER
from scenarios.systems.supply import blocks
from scenarios.systems.voltages import with_set_points
from scenarios.variants.margins import Margins

NOMINAL_MW = {
    "3": 39.0, "16": 25.0, "35": 33.0, "39": 27.0, "45": 53.0, "50": 17.0,
    "67": 28.0, "75": 47.0, "82": 54.0, "88": 48.0, "95": 42.0, "98": 34.0,
}  # fmt: skip
BLOCKS = 10
RUNNING_PRICE = 20.0  # first price in ieee118 of the units that run in the load flow
PEAKER_MW = 20.0  # greatest output of the units that run at 0 MW in the load flow
SIZE = 0.62  # greatest output of the others, over that of the case
MUST_RUN = {"gen-10": 0.3, "gen-65": 0.3, "gen-89": 0.2}  # least over greatest output
RAMP_SHARE = 0.25  # of the greatest output per hour, for every third unit
MARGIN = Margins(transmission_rating=0.12, distribution_rating=0.05)
RATINGS_MVA = {"8-5": 200.0, "23-25": 105.0, "38-37": 210.0, "69-75": 74.0, "89-92": 125.0}
LOWEST_SET_POINT, HIGHEST_SET_POINT = 1.02, 1.04  # p.u.; the case has some from 0.943 to 1.05


def system_c() -> Scenario:
    """Twenty-four hours of System C; the value of lost load is 3000 $/MWh."""
    feeders = [
        _feeder(bus, nominal, number) for number, (bus, nominal) in enumerate(NOMINAL_MW.items())
    ]
    return assemble(
        "C",
        [_transmission(), *feeders],
        {f"D{bus}": bus for bus in NOMINAL_MW},
        profiles=CUSTOMERS | WEATHER,
        hours=HOURS,
        voll_usd_per_mwh=3000.0,
        spill_usd_per_mwh=3000.0,
        chi=100.0,
        sources=(
            "networks ieee118, feeder33 and feeder141",
            "offers, bids, devices, ratings, set-points, ramps and profiles are made up",
        ),
    )


def _feeder(bus: str, nominal_mw: float, number: int) -> NetworkTables:
    """Feeders of 33 and 141 buses in turn."""
    sites: Sites = FEEDER33 if number % 2 == 0 else FEEDER141
    feeder = active_feeder(sites, f"D{bus}", nominal_mw, number)
    return with_shiftable(sites, feeder, nominal_mw, number)


def _transmission() -> NetworkTables:
    network = load_network("ieee118", "T")
    network = with_set_points(network, {g.generator: _set_point(g) for g in network.generators})
    loads = [load for load in network.loads if load.bus not in NOMINAL_MW]
    parts = [split(load, customers(int(load.bus))) for load in loads]
    running = {o.owner for o in network.offers if o.price_usd_per_mwh == RUNNING_PRICE}
    units = [
        _unit(generator, number, runs=generator.generator in running)
        for number, generator in enumerate(network.generators)
    ]
    return replace(
        network,
        branches=tuple(replace(k, rating_mva=RATINGS_MVA.get(k.branch)) for k in network.branches),
        loads=tuple(fixed for fixed, _, _ in parts),
        bids=tuple(flexible for _, flexible, _ in parts),
        generators=tuple(generator for generator, _ in units),
        offers=(
            *(offer for _, offers in units for offer in offers),
            *(offer for _, _, offers in parts for offer in offers),
        ),
    )


def _set_point(generator: Generator) -> float:
    """Voltage (p.u.) that the generator holds."""
    held = generator.v_set_pu or 1.0
    return min(max(held, LOWEST_SET_POINT), HIGHEST_SET_POINT)


def _unit(generator: Generator, number: int, *, runs: bool) -> tuple[Generator, tuple[Offer, ...]]:
    """A unit with ten blocks; the golden ratio spreads the costs evenly over the units."""
    spread = (number * 0.6180339887) % 1.0
    p_max = SIZE * generator.p_max_mw if runs else PEAKER_MW
    first, last = (8 + 16 * spread, 84 + 46 * spread) if runs else (60 + 20 * spread, 140.0)
    unit = replace(
        generator,
        p_max_mw=p_max,
        p_min_mw=MUST_RUN.get(generator.generator, 0.0) * p_max,
        ramp_mw_per_h=RAMP_SHARE * p_max if number % 3 == 0 else None,
    )
    return unit, tuple(blocks(unit, BLOCKS, first, last))
