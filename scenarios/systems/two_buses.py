"""Two buses, a line that is too small, and a feeder whose sun is too much for its only branch."""

from scenarios.assembly import assemble
from scenarios.networks import NetworkTables
from scenarios.records import (
    DISTRIBUTION,
    SLACK,
    TRANSMISSION,
    Area,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
)
from scenarios.scenario import Scenario

UPPER = {"a1": ("a", 60.0, 10.0), "a2": ("a", 60.0, 25.0), "a3": ("a", 60.0, 60.0),
         "b1": ("b", 100.0, 50.0)}  # fmt: skip  # bus, MW, $/MWh
HARDLY_ANY = 1e-7, 1e-3  # r and x, p.u.: AC flows are those of the market, so that it is secure
LINE_MW, BRANCH_MW, TOWN_MW = 70.0, 15.0, 130.0


def two_buses() -> Scenario:
    """One hour: 130 MW at `b`, whose feeder has 30 MW of sun behind a branch for 15 MW.

    A market blind to networks takes 60 MW each of a1 and a2, all sun and 5 MW of b1, at 50 $/MWh.
    The line carries 70 MW, so a2 must give up 50 MW and b1 make them: 1250 $ more. The branch
    carries 10 MW of sun less, for which the feeder's own unit asks 55 $/MWh and b1 50.
    """
    return assemble(
        "two-buses",
        [_transmission(), _feeder()],
        {"F": "b"},
        profiles={},
        hours=(1.0,),
        voll_usd_per_mwh=500.0,
        spill_usd_per_mwh=500.0,
        chi=100.0,
        sources=("made up: the smallest case in which designs differ in what is redispatched",),
    )


def _units(area: str, units: dict[str, tuple[str, float, float]]) -> tuple[Generator, ...]:
    return tuple(
        Generator(area, n, bus, 0.0, most, technology="pv" if n == "sun" else "thermal")
        for n, (bus, most, _) in units.items()
    )


def _offers(area: str, units: dict[str, tuple[str, float, float]]) -> tuple[Offer, ...]:
    return tuple(Offer(area, n, None, 1, most, price) for n, (_, most, price) in units.items())


def _transmission() -> NetworkTables:
    return NetworkTables(
        area=Area("T", TRANSMISSION, 100.0),
        buses=(Bus("T", "a", 132.0, 0.9, 1.1, kind=SLACK), Bus("T", "b", 132.0, 0.9, 1.1)),
        branches=(Branch("T", "a-b", "a", "b", *HARDLY_ANY, rating_mva=LINE_MW),),
        loads=(Load("T", "town", "b", p_mw=TOWN_MW),),
        generators=_units("T", UPPER),
        offers=_offers("T", UPPER),
    )


def _feeder() -> NetworkTables:
    units = {"unit": ("root", 20.0, 55.0), "sun": ("roofs", 30.0, 0.0)}
    return NetworkTables(
        area=Area("F", DISTRIBUTION, 100.0, "B"),
        buses=(Bus("F", "root", 20.0, 0.9, 1.1, kind=SLACK), Bus("F", "roofs", 20.0, 0.9, 1.1)),
        branches=(Branch("F", "root-roofs", "root", "roofs", *HARDLY_ANY, rating_mva=BRANCH_MW),),
        loads=(Load("F", "village", "root", p_mw=20.0), Load("F", "farm", "roofs", p_mw=5.0)),
        generators=_units("F", units),
        offers=_offers("F", units),
    )
