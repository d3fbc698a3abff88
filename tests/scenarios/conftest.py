"""A scenario of three transmission buses and one feeder that holds one of everything."""

import pytest

from scenarios.records import (
    Area,
    Bid,
    Boundary,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
    ProfileValue,
    ShiftableLoad,
    Storage,
)
from scenarios.scenario import Scenario

DAY = {1: 0.6, 2: 1.0, 3: 0.8}
SUN = {1: 0.0, 2: 0.9, 3: 0.4}


@pytest.fixture(scope="session")
def tiny() -> Scenario:
    """A correct scenario; tests break it in one place."""
    return Scenario(
        name="tiny",
        hours=(1.0, 1.0, 0.5),
        voll_usd_per_mwh=500.0,
        spill_usd_per_mwh=100.0,
        areas=(Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        buses=(
            Bus("T", "t1", 132.0, 0.9, 1.1, kind="slack"),
            Bus("T", "t2", 132.0, 0.9, 1.1, kind="pv"),
            Bus("T", "t3", 132.0, 0.9, 1.1, b_shunt_mvar=5.0, zone="north"),
            Bus("D", "d1", 12.66, 0.9, 1.1, kind="slack"),
            Bus("D", "d2", 12.66, 0.9, 1.1),
            Bus("D", "d3", 12.66, 0.9, 1.1),
        ),
        branches=(
            Branch("T", "1-2", "t1", "t2", 0.01, 0.1, rating_mva=80.0),
            Branch("T", "1-3", "t1", "t3", 0.01, 0.1),
            Branch("T", "2-3", "t2", "t3", 0.01, 0.1, tap=0.98),
            Branch("D", "1-2", "d1", "d2", 0.02, 0.01, rating_mva=20.0),
            Branch("D", "2-3", "d2", "d3", 0.0, 0.0),
            Branch("D", "1-3", "d1", "d3", 0.02, 0.01, in_service=False),
        ),
        generators=(
            Generator("T", "coal", "t1", 10.0, 100.0, ramp_mw_per_h=60.0, p_initial_mw=40.0),
            Generator("D", "diesel", "d2", 0.0, 4.0, participation="type1", gamma=0.5, beta=45.0),
            Generator("D", "sun", "d3", 0.0, 2.0, profile="sun", technology="pv"),
        ),
        offers=(
            Offer("T", "coal", None, 1, 60.0, 20.0),
            Offer("T", "coal", None, 2, 40.0, 30.0, 0.1),
            Offer("D", "diesel", None, 1, 4.0, 40.0, 2.5),
            Offer("D", "sun", None, 1, 2.0, 0.0),
            Offer("D", "flex", 1, 1, 1.0, 60.0, 10.0),
            Offer("D", "flex", 1, 2, 1.0, 50.0),
            Offer("D", "flex", 2, 1, 2.0, 70.0),
            Offer("D", "flex", 3, 1, 2.0, 65.0),
        ),
        loads=(
            Load("T", "city", "t3", 50.0, 10.0, profile="day"),
            Load("D", "village", "d3", 3.0, 1.0, n_p=1.2, n_q=3.0, profile="day"),
        ),
        bids=(Bid("D", "flex", "d2", 0.0, 2.0, tan_phi=0.3),),
        storage=(
            Storage(
                "D", "battery", "d3", 1.0, 1.0, 4.0, 0.4, 2.0, 2.0,
                charge_efficiency=0.95, discharge_efficiency=0.95, participation="type2",
            ),
        ),
        shiftable_loads=(ShiftableLoad("D", "pump", "d2", 1.2, 1.0, 1, 3),),
        boundaries=(Boundary("north", "t3", "D", "d1", -10.0, 10.0, 85.0),),
        profiles=tuple(
            ProfileValue(name, period, value)
            for name, values in (("day", DAY), ("sun", SUN))
            for period, value in values.items()
        ),
        sources=("made up for the tests",),
    )  # fmt: skip
