"""System B: IEEE 30-bus transmission and six active 33-bus feeders, with block offers."""

from dataclasses import replace

from scenarios.assembly import assemble
from scenarios.networks import NetworkTables, load_network
from scenarios.records import Generator, Offer
from scenarios.scenario import Scenario
from scenarios.systems.active_feeder import FEEDER33, active_feeder
from scenarios.systems.demand import customers, split
from scenarios.systems.profiles import CUSTOMERS, HOURS, WEATHER
from scenarios.systems.supply import blocks
from scenarios.systems.voltages import with_capacitor, with_set_points
from scenarios.variants.margins import Margins

NOMINAL_MW = {"7": 22.8, "15": 8.2, "17": 9.0, "19": 9.5, "21": 17.5, "24": 8.7}
UNITS = {  # greatest output (MW), first and last price ($/MWh)
    "gen-1": (110.0, 11.0, 84.0),
    "gen-2": (60.0, 13.0, 95.0),
    "gen-5": (35.0, 16.0, 106.0),
    "gen-8": (25.0, 20.0, 117.0),
    "gen-11": (15.0, 25.0, 128.0),
    "gen-13": (15.0, 31.0, 139.0),
}
BLOCKS = 10
MARGIN = Margins(transmission_rating=0.1, distribution_rating=0.05)
RATINGS_MVA = {"1-2": 58.0, "2-5": 40.0, "4-12": 28.0, "6-7": 19.0, "9-10": 20.0}
SET_POINTS = {"gen-1": 1.03, "gen-2": 1.02, "gen-11": 1.045, "gen-13": 1.05}  # p.u.
CAPACITOR_SHARE = 0.28  # Mvar at the root of a feeder over its nominal MW


def system_b() -> Scenario:
    """Twenty-four hours of System B; the value of lost load is 3000 $/MWh."""
    feeders = [
        with_capacitor(
            active_feeder(FEEDER33, f"D{bus}", nominal, number), CAPACITOR_SHARE * nominal
        )
        for number, (bus, nominal) in enumerate(NOMINAL_MW.items())
    ]
    return assemble(
        "B",
        [_transmission(), *feeders],
        {f"D{bus}": bus for bus in NOMINAL_MW},
        profiles=CUSTOMERS | WEATHER,
        hours=HOURS,
        voll_usd_per_mwh=3000.0,
        spill_usd_per_mwh=3000.0,
        chi=100.0,
        sources=(
            "networks ieee30 and feeder33",
            "offers, bids, devices, ratings, set-points, capacitors and profiles are made up",
        ),
    )


def _transmission() -> NetworkTables:
    network = with_set_points(load_network("ieee30", "T"), SET_POINTS)
    loads = [load for load in network.loads if load.bus not in NOMINAL_MW]
    parts = [split(load, customers(int(load.bus))) for load in loads]
    units = [_unit(generator) for generator in network.generators]
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


def _unit(generator: Generator) -> tuple[Generator, tuple[Offer, ...]]:
    p_max, first, last = UNITS[generator.generator]
    unit = replace(generator, p_max_mw=p_max)
    return unit, tuple(blocks(unit, BLOCKS, first, last))
