"""System A: IEEE 14-bus transmission and three 17-bus feeders, with quadratic offers and bids.

The size for hand checks and teaching, and about congestion: at hour 19 two tight lines near the
boundary buses bind and the three boundary prices part. Set-points and capacitors keep reactive
power off those lines, so that AC networks can carry what a market clears that leaves the margin.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from scenarios.assembly import assemble
from scenarios.networks import NetworkTables, load_network, scale_feeder
from scenarios.records import Bid, Generator, Load, Offer
from scenarios.scenario import Scenario
from scenarios.systems.profiles import HOURS, LOAD, SOLAR, WIND
from scenarios.systems.voltages import with_capacitor, with_set_points
from scenarios.variants.margins import Margins

NOMINAL_MW = {"10": 18.0, "13": 14.0, "14": 22.0}
COSTS = {  # (a, b) of a P^2 + b P, $/MW2h and $/MWh
    "gen-1": (0.15, 20.0),
    "gen-2": (0.35, 22.0),
    "gen-3": (0.40, 30.0),
    "gen-6": (0.50, 32.0),
    "gen-8": (0.50, 34.0),
}
RATINGS_MVA = {"1-2": 70.0, "6-13": 10.0, "9-14": 3.5}
MARGIN = Margins(transmission_rating=0.07)
SET_POINTS = {"gen-1": 1.05, "gen-2": 1.035, "gen-3": 1.01, "gen-6": 1.02, "gen-8": 1.03}  # p.u.
CAPACITOR_SHARE = 0.27  # Mvar at the root of a feeder over its nominal MW

FIXED_SHARE = 0.65  # of each load of a feeder; the rest is flexible
HIGHEST_VALUE = {0: 70.0, 1: 64.0, 2: 58.0}  # $/MWh, by node number modulo 3
FALL_OF_VALUE = 24.0  # $/MWh from the first to the last MW of a flexible load
DISPATCHABLE = {"5": (0.15, 34.0), "10": (0.10, 42.0)}  # share of nominal, first cost in $/MWh
TYPE1 = ("5",)  # nodes whose dispatchable generator may also sell in the wholesale market
RISE_OF_COST = 10.0  # $/MWh from the first to the last MW of a dispatchable generator
RENEWABLE = {"9": "solar", "13": "solar", "17": "wind"}
RENEWABLE_SHARE = 0.15  # of nominal, each


def system_a() -> Scenario:
    """Twenty-four hours of System A; the value of lost load is 500 $/MWh."""
    feeders = [_feeder(f"D{bus}", nominal) for bus, nominal in NOMINAL_MW.items()]
    return assemble(
        "A",
        [_transmission(), *feeders],
        {f"D{bus}": bus for bus in NOMINAL_MW},
        profiles={"load": LOAD, "solar": SOLAR, "wind": WIND},
        hours=HOURS,
        voll_usd_per_mwh=500.0,
        spill_usd_per_mwh=500.0,
        chi=100.0,
        sources=(
            "networks ieee14 (taps 1, no shunts) and feeder17",
            "costs, bids, ratings, set-points, capacitors and profiles are made up",
        ),
    )


def _transmission() -> NetworkTables:
    network = with_set_points(load_network("ieee14", "T"), SET_POINTS)
    return replace(
        network,
        buses=tuple(replace(bus, g_shunt_mw=0.0, b_shunt_mvar=0.0) for bus in network.buses),
        branches=tuple(
            replace(k, tap=1.0, rating_mva=RATINGS_MVA.get(k.branch)) for k in network.branches
        ),
        loads=tuple(
            replace(load, profile="load") for load in network.loads if load.bus not in NOMINAL_MW
        ),
        offers=tuple(
            Offer("T", g.generator, None, 1, g.p_max_mw, b, 2 * a)
            for g in network.generators
            for a, b in [COSTS[g.generator]]
        ),
    )


def _feeder(area: str, nominal_mw: float) -> NetworkTables:
    feeder = scale_feeder(load_network("feeder17", area), nominal_mw)
    feeder = with_capacitor(feeder, CAPACITOR_SHARE * nominal_mw)
    plants = [*_dispatchable(area, nominal_mw), *_renewable(area, nominal_mw)]
    return replace(
        feeder,
        area=replace(feeder.area, type="B"),
        branches=tuple(
            replace(k, rating_mva=nominal_mw) if k.branch == "1-2" else k for k in feeder.branches
        ),
        loads=tuple(_fixed(load) for load in feeder.loads),
        generators=tuple(generator for generator, _ in plants),
        bids=tuple(_flexible(load) for load in feeder.loads),
        offers=(
            *(offer for _, offer in plants),
            *(offer for load in feeder.loads for offer in _values(load)),
        ),
    )


def _fixed(load: Load) -> Load:
    p_mw, q_mvar = FIXED_SHARE * load.p_mw, FIXED_SHARE * load.q_mvar
    return replace(load, p_mw=p_mw, q_mvar=q_mvar, profile="load")


def _flexible(load: Load) -> Bid:
    return Bid(
        load.area,
        f"flex-{load.bus}",
        load.bus,
        p_max_mw=(1 - FIXED_SHARE) * load.p_mw,
        tan_phi=load.q_mvar / load.p_mw,
        profile="load",
    )


def _values(load: Load) -> Iterator[Offer]:
    """The value falls by the same amount over the flexible load of every hour."""
    highest = HIGHEST_VALUE[int(load.bus) % 3]
    for t, factor in enumerate(LOAD, start=1):
        width = (1 - FIXED_SHARE) * load.p_mw * factor
        owner = f"flex-{load.bus}"
        yield Offer(load.area, owner, t, 1, width, highest, FALL_OF_VALUE / width)


def _dispatchable(area: str, nominal_mw: float) -> Iterator[tuple[Generator, Offer]]:
    for bus, (share, first_cost) in DISPATCHABLE.items():
        name, p_max = f"dg-{bus}", share * nominal_mw
        generator = Generator(area, name, bus, 0.0, p_max, **_participation(bus, first_cost))
        yield generator, Offer(area, name, None, 1, p_max, first_cost, RISE_OF_COST / p_max)


def _participation(bus: str, first_cost: float) -> dict[str, Any]:
    """Who may sell wholesale offers half its power, at its cost in the middle of its range."""
    if bus not in TYPE1:
        return {}
    return {"participation": "type1", "gamma": 0.5, "beta": first_cost + RISE_OF_COST / 2}


def _renewable(area: str, nominal_mw: float) -> Iterator[tuple[Generator, Offer]]:
    p_max = RENEWABLE_SHARE * nominal_mw
    for bus, profile in RENEWABLE.items():
        technology = {"solar": "pv", "wind": "wind"}[profile]
        name = f"{technology}-{bus}"
        generator = Generator(area, name, bus, 0.0, p_max, profile=profile, technology=technology)
        yield generator, Offer(area, name, None, 1, p_max, 0.0)
