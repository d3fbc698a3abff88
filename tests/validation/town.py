"""A day worked out by hand: a town behind a transmission bus."""

import math

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
from scenarios.results import (
    BoundaryFlow,
    Flow,
    Voltage,
)
from scenarios.scenario import Scenario
from tests.validation.by_hand import (
    SPILL,
    VOLL,
    clearing,
    dispatch,
    lmp,
)


def town():
    """Transmission triangle a, b, c with x = 0.1 and a feeder r, n, m at c.

    Hour 1: 120 MW at c. Line ac carries 2/3 of a's and 1/3 of b's output and is rated 60, so a
    and b give 60 MW each. One MW more at c takes 1 MW less at a (20 $) and 2 MW more at b
    (50 $): price 80. One MW more of rating takes 3 MW from b to a: worth 90. Then two hours
    with 60 MW at c: all from a, price 20.

    Feeder, hour 1: line nm is full at 2 MW; at m 4 MW of load less 1 MW sun less these 2 MW
    leave 1 MW to the diesel at 100 $. The battery gives its 1.6 MW (2 MWh). After that the
    battery takes 2 x 1.25 MW x 0.8 = 2 MWh, the pump 2 x 2 MW, and the kiln, worth
    60 - 40 x, takes x = 1 MW at 20 $.
    """
    return Scenario(
        "town", (1.0, 2.0), VOLL, SPILL,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        (
            *(Bus("T", i, 110.0, 0.9, 1.1, kind="slack" if i == "a" else "pq") for i in "abc"),
            *(Bus("D", i, 10.0, 0.9, 1.1, kind="slack" if i == "r" else "pq") for i in "rnm"),
        ),
        (
            Branch("T", "ab", "a", "b", 0.0, 0.1),
            Branch("T", "bc", "b", "c", 0.0, 0.1),
            Branch("T", "ac", "a", "c", 0.0, 0.1, rating_mva=60.0),
            Branch("D", "rn", "r", "n", 0.01, 0.02),
            Branch("D", "nm", "n", "m", 0.01, 0.01, rating_mva=2.0),
        ),
        (
            Generator("T", "cheap", "a", 0.0, 200.0),
            Generator("T", "dear", "b", 0.0, 200.0, ramp_mw_per_h=100.0, p_initial_mw=50.0),
            Generator("D", "sun", "m", 0.0, 2.0, profile="sun", technology="pv"),
            Generator("D", "diesel", "m", 0.0, 3.0),
        ),
        (
            Offer("T", "cheap", None, 1, 200.0, 20.0),
            Offer("T", "dear", None, 1, 200.0, 50.0),
            Offer("D", "sun", None, 1, 3.0, 0.0),
            Offer("D", "diesel", None, 1, 3.0, 100.0),
            Offer("D", "kiln", None, 1, 1.5, 60.0, 40.0),
        ),
        (
            Load("T", "city", "c", 100.0, profile="city"),
            Load("D", "village", "n", 3.0, 1.0),
            Load("D", "mill", "m", 4.0, profile="mill"),
        ),
        (Bid("D", "kiln", "m", 0.0, 1.5),),
        (Storage("D", "battery", "n", 2.0, 1.6, 4.0, 0.0, 3.0, 3.0, 0.8, 0.8),),
        (ShiftableLoad("D", "pump", "n", 4.0, 2.0, 1, 2, 0.5),),
        (Boundary("B", "c", "D", "r"),),
        tuple(
            ProfileValue(name, t, value)
            for name, values in (("city", (1.166, 0.5225)), ("sun", (0.5, 0.0)),
                                 ("mill", (1.0, 0.125)))
            for t, value in enumerate(values, start=1)
        ),
    )  # fmt: skip


def town_cleared():
    """Import: 3 - 1.6 + 2 = 3.4 MW, then 3 + 1.25 + 2 + 1.5 = 7.75 MW; the city takes the rest.

    Squared voltages fall by 2 (r p + x q) / 10: at n to 1 - 0.0108 and 1 - 0.0235, and on the
    way to m by another 0.004 and 0.003. Costs 1200 + 3000 + 100, then 2 x 1200; the kiln has
    2 x (60 - 20) of value.
    """
    rows = {
        "dispatch": [
            dispatch(1, "T", "generator", "cheap", "a", 60.0, cost=1200.0),
            dispatch(2, "T", "generator", "cheap", "a", 60.0, cost=2400.0),
            dispatch(1, "T", "generator", "dear", "b", 60.0, cost=3000.0),
            dispatch(2, "T", "generator", "dear", "b", 0.0),
            dispatch(1, "T", "load", "city", "c", 116.6),
            dispatch(2, "T", "load", "city", "c", 52.25),
            dispatch(1, "D", "generator", "sun", "m", 1.0, 0.0),
            dispatch(2, "D", "generator", "sun", "m", 0.0, 0.0),
            dispatch(1, "D", "generator", "diesel", "m", 1.0, 0.0, cost=100.0),
            dispatch(2, "D", "generator", "diesel", "m", 0.0, 0.0),
            dispatch(1, "D", "load", "village", "n", 3.0, 1.0),
            dispatch(2, "D", "load", "village", "n", 3.0, 1.0),
            dispatch(1, "D", "load", "mill", "m", 4.0, 0.0),
            dispatch(2, "D", "load", "mill", "m", 0.5, 0.0),
            dispatch(1, "D", "bid", "kiln", "m", 0.0, 0.0),
            dispatch(2, "D", "bid", "kiln", "m", 1.0, 0.0, value=80.0),
            dispatch(1, "D", "storage", "battery", "n", 1.6, 0.0, energy=1.0),
            dispatch(2, "D", "storage", "battery", "n", -1.25, 0.0, energy=3.0),
            dispatch(1, "D", "shiftable_load", "pump", "n", 0.0, 0.0),
            dispatch(2, "D", "shiftable_load", "pump", "n", 2.0, 1.0),
            *(
                dispatch(t, area, kind, bus, bus, 0.0)
                for t in (1, 2)
                for area, bus in (("T", "c"), ("D", "r"))
                for kind in ("unserved", "spilled")
            ),
        ],
        "lmp": [
            lmp(1, "T", "a", 20.0),
            lmp(1, "T", "b", 20.0, 30.0),
            lmp(1, "T", "c", 20.0, 60.0),
            lmp(1, "D", "r", 80.0, 0.0, 0.0),
            lmp(1, "D", "n", 80.0, 0.0, 0.0),
            lmp(1, "D", "m", 80.0, 20.0, 0.0),
            *(lmp(2, "T", bus, 20.0) for bus in "abc"),
            *(lmp(2, "D", bus, 20.0, 0.0, 0.0) for bus in "rnm"),
        ],
        "flow": [
            Flow(1, "T", "ab", "a", "b", 0.0, None, None, 0.0),
            Flow(1, "T", "bc", "b", "c", 60.0, None, None, 0.0),
            Flow(1, "T", "ac", "a", "c", 60.0, None, 60.0, 90.0),
            Flow(1, "D", "rn", "r", "n", 3.4, 1.0, None, 0.0),
            Flow(1, "D", "nm", "n", "m", 2.0, 0.0, 2.0, 20.0),
            Flow(2, "T", "ab", "a", "b", 20.0, None, None, 0.0),
            Flow(2, "T", "bc", "b", "c", 20.0, None, None, 0.0),
            Flow(2, "T", "ac", "a", "c", 40.0, None, 60.0, 0.0),
            Flow(2, "D", "rn", "r", "n", 7.75, 2.0, None, 0.0),
            Flow(2, "D", "nm", "n", "m", 1.5, 0.0, 2.0, 0.0),
        ],
        "voltage": [
            *(Voltage(1, "T", bus, None, v) for bus, v in (("a", 0.0), ("b", 0.0), ("c", -0.06))),
            *(Voltage(2, "T", bus, None, v) for bus, v in (("a", 0.0), ("b", -0.02), ("c", -0.04))),
            *(
                Voltage(t, "D", bus, math.sqrt(square), None)
                for t, squares in ((1, (1.0, 0.9892, 0.9852)), (2, (1.0, 0.9765, 0.9735)))
                for bus, square in zip("rnm", squares, strict=True)
            ),
        ],
        "boundary": [
            BoundaryFlow(1, "B", "D", 3.4, 1.0, 80.0, 80.0),
            BoundaryFlow(2, "B", "D", 7.75, 2.0, 20.0, 20.0),
        ],
    }
    return clearing(-1200.0 - 3000.0 - 100.0 - 2400.0 + 80.0, rows)
