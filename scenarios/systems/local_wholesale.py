"""IEEE 14-bus transmission with one passive and two active 17-bus feeders.

The size for local against wholesale sales: at light load the active feeders have more cheap
power than they can use, and their generators gain by selling past the local market.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scenarios.assembly import assemble
from scenarios.networks import NetworkTables, load_network, scale_feeder
from scenarios.records import Bid, Generator, Load, Offer
from scenarios.scenario import Scenario
from scenarios.systems.profiles import HOURS, LOAD, SOLAR, WIND
from scenarios.systems.voltages import with_set_points
from scenarios.variants.margins import Margins

RATINGS_MVA = {"1-2": 129.47}
MARGIN = Margins(transmission_rating=0.1)
SET_POINTS = {"gen-1": 1.03, "gen-2": 1.02, "gen-3": 1.01, "gen-6": 1.01, "gen-8": 1.01}  # p.u.
LOADS_MW = {"9": (29.84, 6.7), "10": (14.72, 4.0), "14": (19.15, 6.7)}  # all, flexible part
VALUES = {"9": (56.5, 33.0), "10": (50.0, 35.0), "14": (39.1, 35.6)}  # $/MWh, first and last MW


@dataclass(frozen=True)
class Unit:
    """A generator with marginal cost `first + rise P` ($/MWh)."""

    name: str
    node: str
    p_max_mw: float
    first: float
    rise: float
    type1: bool


UNITS = {
    "10": (
        Unit("dg1-a", "5", 9.0, 18.0, 0.1, type1=True),
        Unit("dg1-b", "10", 5.0, 24.0, 0.1, type1=True),
        Unit("dg2-a", "17", 4.0, 30.0, 0.3, type1=False),
    ),
    "14": (
        Unit("dg1-a", "5", 10.0, 16.0, 0.1, type1=True),
        Unit("dg2-a", "10", 5.0, 28.0, 0.3, type1=False),
        Unit("dg2-b", "17", 3.0, 33.0, 0.3, type1=False),
    ),
}
GAMMA = 0.5


def local_wholesale() -> Scenario:
    """Twenty-four hours; the value of lost load is 500 $/MWh."""
    return assemble(
        "local-wholesale",
        [_transmission(), *(_feeder(bus) for bus in LOADS_MW)],
        {f"D{bus}": bus for bus in LOADS_MW},
        profiles={"load": LOAD, "solar": SOLAR, "wind": WIND},
        hours=HOURS,
        voll_usd_per_mwh=500.0,
        spill_usd_per_mwh=500.0,
        chi=100.0,
        sources=(
            "networks ieee14 (with its own costs) and feeder17",
            "distributed generators, flexible loads, set-points and profiles are made up",
        ),
    )


def _transmission() -> NetworkTables:
    network = with_set_points(load_network("ieee14", "T"), SET_POINTS)
    loads = (load for load in network.loads if load.bus not in LOADS_MW)
    return replace(
        network,
        branches=tuple(replace(k, rating_mva=RATINGS_MVA.get(k.branch)) for k in network.branches),
        loads=tuple(replace(load, profile="load") for load in loads),
    )


def _feeder(bus: str) -> NetworkTables:
    area, (total, flexible) = f"D{bus}", LOADS_MW[bus]
    feeder = scale_feeder(load_network("feeder17", area), total)
    plants = [_plant(area, unit) for unit in UNITS.get(bus, ())]
    share = flexible / total
    return replace(
        feeder,
        area=replace(feeder.area, type="B" if plants else "A"),
        loads=tuple(_fixed(load, 1 - share) for load in feeder.loads),
        bids=tuple(_bid(load, share) for load in feeder.loads),
        generators=tuple(generator for generator, _ in plants),
        offers=(
            *(offer for _, offer in plants),
            *(offer for load in feeder.loads for offer in _values(load, share, *VALUES[bus])),
        ),
    )


def _plant(area: str, unit: Unit) -> tuple[Generator, Offer]:
    generator = Generator(area, unit.name, unit.node, 0.0, unit.p_max_mw)
    if unit.type1:
        beta = unit.first + unit.rise * unit.p_max_mw / 2
        generator = replace(generator, participation="type1", gamma=GAMMA, beta=beta)
    return generator, Offer(area, unit.name, None, 1, unit.p_max_mw, unit.first, unit.rise)


def _fixed(load: Load, share: float) -> Load:
    return replace(load, p_mw=share * load.p_mw, q_mvar=share * load.q_mvar, profile="load")


def _bid(load: Load, share: float) -> Bid:
    tan_phi, most = load.q_mvar / load.p_mw, share * load.p_mw
    return Bid(load.area, f"flex-{load.bus}", load.bus, 0.0, most, tan_phi, "load")


def _values(load: Load, share: float, highest: float, lowest: float) -> Iterator[Offer]:
    """The value falls from the highest to the lowest over the flexible load of every hour."""
    for t, factor in enumerate(LOAD, start=1):
        width = share * load.p_mw * factor
        slope = (highest - lowest) / width
        yield Offer(load.area, f"flex-{load.bus}", t, 1, width, highest, slope)
