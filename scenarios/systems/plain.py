"""Every published network by itself: transmission alone, or one feeder below a single bus."""

from scenarios.assembly import assemble
from scenarios.networks import NetworkTables, load_network, network_source
from scenarios.records import SLACK, TRANSMISSION, Area, Bus, Generator, Offer
from scenarios.scenario import Scenario
from scenarios.systems.coupled import SPILL, VOLL, coupled

GRID, SOURCE = "T", "grid"
ENOUGH = 3.0  # of the feeder's load, what the bus above can give
PRICE = 40.0  # $/MWh


def plain(network: str) -> Scenario:
    """The network's base case; a feeder is fed by a bus that gives power at 40 $/MWh."""
    source = network_source(network)
    if source["kind"] == TRANSMISSION:
        return coupled(network, {}, name=network)
    feeder = load_network(network, "D1")
    return assemble(
        network,
        [_above(feeder), feeder],
        {"D1": "1"},
        profiles={},
        hours=(1.0,),
        voll_usd_per_mwh=VOLL,
        spill_usd_per_mwh=SPILL,
        sources=tuple(f"{source['title']}: {paper}" for paper in source["source"]),
    )


def _above(feeder: NetworkTables) -> NetworkTables:
    """One bus of transmission at the voltage of the feeder's root."""
    root = next(bus for bus in feeder.buses if bus.bus == feeder.root)
    p_mw = ENOUGH * feeder.load_mw
    unit = Generator(GRID, SOURCE, "1", 0.0, p_mw, -p_mw, p_mw, v_set_pu=1.0)
    return NetworkTables(
        area=Area(GRID, TRANSMISSION, 100.0),
        buses=(Bus(GRID, "1", root.base_kv, root.v_min_pu, root.v_max_pu, kind=SLACK),),
        branches=(),
        generators=(unit,),
        offers=(Offer(GRID, SOURCE, None, 1, p_mw, PRICE),),
    )
