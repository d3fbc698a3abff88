"""Feeders whose reactive power has a price, worked out by hand."""

import math
from dataclasses import replace

import pytest

from scenarios.quantity import from_table, to_table
from scenarios.records import (
    Area,
    Bid,
    Boundary,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
)
from scenarios.results import (
    RESULTS,
    BoundaryFlow,
    Flow,
    Lmp,
    Voltage,
)
from scenarios.scenario import Scenario
from tests.validation.by_hand import (
    SPILL,
    VOLL,
    amended,
    broken,
    clearing,
    dispatch,
    lmp,
    worst,
)


def feeder(branch, bus, unit, offers, load, bids=()):
    """One unit at 20 $/MWh in transmission, and a feeder of root r and bus n."""
    return Scenario(
        "feeder", (1.0,), VOLL, SPILL,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        (
            Bus("T", "a", 110.0, 0.9, 1.1, kind="slack"),
            Bus("D", "r", 10.0, 0.9, 1.1, kind="slack"),
            bus,
        ),
        (branch,),
        (Generator("T", "grid", "a", 0.0, 50.0), unit),
        (Offer("T", "grid", None, 1, 50.0, 20.0), *offers),
        (load,),
        tuple(bids),
        boundaries=(Boundary("B", "a", "D", "r"),),
    )  # fmt: skip


def feeder_cleared(scenario, welfare, own, p, q, price, v_squared):
    """`own` dispatch at n; p and q from r to n; `price`: congestion, voltage, shadow, reactive."""
    congestion, voltage, shadow, reactive = price
    rows = {
        "dispatch": [
            dispatch(1, "T", "generator", "grid", "a", p, cost=20.0 * p),
            *own,
            dispatch(1, "T", "unserved", "a", "a", 0.0),
            dispatch(1, "D", "unserved", "r", "r", 0.0),
        ],
        "lmp": [
            lmp(1, "T", "a", 20.0),
            lmp(1, "D", "r", 20.0, 0.0, 0.0),
            lmp(1, "D", "n", 20.0, congestion, voltage, reactive),
        ],
        "flow": [Flow(1, "D", "rn", "r", "n", p, q, scenario.branches[0].rating_mva, shadow)],
        "voltage": [
            Voltage(1, "T", "a", None, 0.0),
            Voltage(1, "D", "r", 1.0, None),
            Voltage(1, "D", "n", math.sqrt(v_squared), None),
        ],
        "boundary": [BoundaryFlow(1, "B", "D", p, q, 20.0, 20.0)],
    }
    return clearing(welfare, rows)


@pytest.fixture(scope="module")
def low_voltage():
    """v_n^2 = 1 - 2 x 0.05 (p + q) / 10 = 0.96 lets p + q = 4 in.

    The unit at n injects all its 0.5 Mvar, so 4.5 MW come in and 0.5 MW at 90 $ complete the
    load of 5. The voltage part is 70 $/MWh, and since r = x so is the price of a Mvar.
    """
    scenario = feeder(
        Branch("D", "rn", "r", "n", 0.05, 0.05),
        Bus("D", "n", 10.0, math.sqrt(0.96), 1.1),
        Generator("D", "unit", "n", 0.0, 3.0, -0.5, 0.5, s_max_mva=3.2),
        (Offer("D", "unit", None, 1, 3.0, 90.0),),
        Load("D", "load", "n", 5.0),
    )
    own = [
        dispatch(1, "D", "generator", "unit", "n", 0.5, 0.5, cost=45.0),
        dispatch(1, "D", "load", "load", "n", 5.0, 0.0),
    ]
    return scenario, feeder_cleared(scenario, -135.0, own, 4.5, -0.5, (0.0, 70.0, 0.0, 70.0), 0.96)


def test_a_binding_voltage_prices_reactive_power(low_voltage):
    assert broken(*low_voltage) == set()


def test_reactive_power_held_back_is_unearned(low_voltage):
    """0.1 Mvar more at 70 $/Mvarh."""
    scenario, cleared = low_voltage
    able = amended(scenario, "generators", "unit", q_max_mvar=0.6)
    assert broken(able, cleared) == {"duality gap"}
    assert worst(able, cleared, "duality gap") == pytest.approx(7.0, abs=1e-4)


def test_a_voltage_price_inside_the_band_is_unearned(low_voltage):
    """A limit of 0.95 leaves 0.01 p.u. squared at 70 x 10 / (2 x 0.05) = 7000 $."""
    scenario, cleared = low_voltage
    wider = amended(scenario, "buses", "n", v_min_pu=math.sqrt(0.95))
    assert broken(wider, cleared) == {"duality gap"}
    assert worst(wider, cleared, "duality gap") == pytest.approx(70.0, abs=1e-4)


def test_a_branch_without_resistance_passes_the_price_of_voltage_on(low_voltage):
    """The same line in two parts: z at 1 - 2 x 0.025 q / 10 = 1.0025, all resistance behind it."""
    scenario, cleared = low_voltage
    z = Bus("D", "z", 10.0, 0.9, 1.1)
    parts = (Branch("D", "rz", "r", "z", 0.0, 0.025), Branch("D", "zn", "z", "n", 0.05, 0.025))
    split = replace(scenario, buses=(*scenario.buses, z), branches=parts)
    more = {
        "flow": [Flow(1, "D", k.branch, k.from_bus, k.to_bus, 4.5, -0.5, None, 0.0) for k in parts],
        "lmp": [*from_table(cleared.tables["lmp"], Lmp), lmp(1, "D", "z", 20.0, 0.0, 0.0, 35.0)],
        "voltage": [
            *from_table(cleared.tables["voltage"], Voltage),
            Voltage(1, "D", "z", math.sqrt(1.0025), None),
        ],
    }
    tables = {name: to_table(rows, RESULTS[name]) for name, rows in more.items()}
    assert broken(split, replace(cleared, tables=dict(cleared.tables) | tables)) == set()


def test_capability_is_apparent_power(low_voltage):
    """|0.5 + 0.5j| = 0.707 MVA."""
    scenario, cleared = low_voltage
    small = amended(scenario, "generators", "unit", s_max_mva=0.7)
    assert "reactive limits" in broken(small, cleared)


SIN, COS = math.sin(math.pi / 8), math.cos(math.pi / 8)


def corner(value, reactive):
    """A rating of 10 MVA met at 22.5 degrees, where two sides of its 16-sided polygon meet.

    Loads of 12 MW and 10 sin - 2 Mvar, and 4 MW that take 0.5 Mvar each: the unit at 100 $
    gives what 10 cos MW do not cover. The rating is worth 80 $/MWh. Who pays `value` for the
    4 MW pays 100 $ and half the price of a Mvar, `reactive`, which may lie between 80 tan 11.25
    degrees = 15.9 $ and 80 tan 33.75 degrees = 53.5 $.
    """
    scenario = feeder(
        Branch("D", "rn", "r", "n", 0.0, 0.0, rating_mva=10.0),
        Bus("D", "n", 10.0, 0.9, 1.1),
        Generator("D", "unit", "n", 0.0, 30.0),
        (Offer("D", "unit", None, 1, 30.0, 100.0), Offer("D", "pump", None, 1, 6.0, value)),
        Load("D", "load", "n", 12.0, 10 * SIN - 2),
        (Bid("D", "pump", "n", 0.0, 6.0, 0.5),),
    )
    local = 16.0 - 10 * COS
    own = [
        dispatch(1, "D", "generator", "unit", "n", local, 0.0, cost=100 * local),
        dispatch(1, "D", "load", "load", "n", 12.0, 10 * SIN - 2),
        dispatch(1, "D", "bid", "pump", "n", 4.0, 2.0, value=4 * value),
    ]
    welfare = 4 * value - 100 * local - 200 * COS
    price = (80.0, 0.0, 80.0, reactive)
    return scenario, feeder_cleared(scenario, welfare, own, 10 * COS, 10 * SIN, price, 1.0)


@pytest.mark.parametrize("value", [109.0, 115.0, 126.0])
def test_at_a_corner_any_reactive_price_between_its_sides_will_do(value):
    """At 115 $ a Mvar is worth 30 $."""
    assert broken(*corner(value, 2 * (value - 100))) == set()


@pytest.mark.parametrize("value", [107.0, 128.0])
def test_at_a_corner_no_other_reactive_price_will_do(value):
    """At 128 $ a Mvar would have to be worth 56 $, at 107 $ 14 $."""
    assert broken(*corner(value, 2 * (value - 100))) == {"duality gap"}


def test_a_reactive_price_at_which_the_pump_would_take_less_is_found():
    """At 40 $/Mvarh the pump's 4 MW cost 120 $ and are worth 115 $."""
    assert worst(*corner(115.0, 40.0), "duality gap") == pytest.approx(20.0, rel=1e-4)


def test_the_best_price_at_a_corner_leaves_least():
    """At 128 $ the side at 33.75 degrees presses most: 2 MW more gain 28 - 40 tan each."""
    steepest = 80.0 * math.tan(math.radians(33.75))
    gain = 28.0 - steepest / 2
    assert worst(*corner(128.0, steepest), "duality gap") == pytest.approx(2 * gain, rel=1e-3)


def upright(value, cost):
    """A rating of 1 MVA filled by the 1 Mvar that 2 MW of a pump take; the unit at n gives these.

    One MW from the grid saves `cost` - 20 $ and takes room of tan 11.25 degrees = 0.199 Mvar, or
    0.398 MW of the pump, away. Of the two sides that meet, one presses towards each end.
    """
    scenario = feeder(
        Branch("D", "rn", "r", "n", 0.0, 0.0, rating_mva=1.0),
        Bus("D", "n", 10.0, 0.9, 1.1),
        Generator("D", "unit", "n", 0.0, 30.0),
        (Offer("D", "unit", None, 1, 30.0, cost), Offer("D", "pump", None, 1, 6.0, value)),
        Load("D", "load", "n", 0.0),
        (Bid("D", "pump", "n", 0.0, 6.0, 0.5),),
    )
    own = [
        dispatch(1, "D", "generator", "unit", "n", 2.0, 0.0, cost=2 * cost),
        dispatch(1, "D", "load", "load", "n", 0.0, 0.0),
        dispatch(1, "D", "bid", "pump", "n", 2.0, 1.0, value=2 * value),
    ]
    price = (cost - 20.0, 0.0, cost - 20.0, 2 * (value - cost))
    return scenario, feeder_cleared(scenario, 2 * (value - cost), own, 0.0, 1.0, price, 1.0)


@pytest.mark.parametrize(("value", "cost"), [(100.0, 30.0), (100.0, 20.0), (56.0, 30.0)])
def test_at_the_corner_of_reactive_power_alone_a_mvar_may_be_worth_any_more(value, cost):
    """At 100 and 30 $ it is worth 140 $, 14 times the price of the rating; at 20 $ that is 0."""
    assert broken(*upright(value, cost)) == set()


def test_at_the_corner_of_reactive_power_alone_a_mvar_is_not_worth_less():
    """At 54 $ the pump's 0.398 MW are worth less than the 10 $ that one MW from the grid saves."""
    assert broken(*upright(54.0, 30.0)) == {"duality gap"}
