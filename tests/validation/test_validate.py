"""The validator passes clearings worked out by hand, and names the law that a change breaks."""

import math
from dataclasses import replace

import pytest

from formulations.networks import networks
from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs import designs
from market.designs.cmo import Cmo
from market.operators.operators import Operators
from scenarios.clearing import Certificate, Clearing, Seconds, Status
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
    ProfileValue,
    ShiftableLoad,
    Storage,
)
from scenarios.results import (
    RESULTS,
    BoundaryFlow,
    Dispatch,
    Flow,
    Lmp,
    Voltage,
)
from scenarios.scenario import Scenario
from scenarios.systems import build_system
from scenarios.traits import Physics
from validation import Check, validate

VOLL = SPILL = 500.0
PHYSICS = Physics(networks["dc"].traits, networks["lindistflow"].traits)
BOUNDARY_LAWS = {"boundary prices agree", "duality gap"}
PRICES = {
    "flow": ["shadow_usd_per_mwh"],
    "boundary": ["lmp_usd_per_mwh", "dlmp_usd_per_mwh"],
}


def dispatch(t, area, kind, asset, bus, p, q=None, cost=0.0, value=0.0, energy=None):
    return Dispatch(t, area, kind, asset, bus, p, None, q, 0.0, energy, cost, value)


def lmp(t, area, bus, energy, congestion=0.0, voltage=None, reactive=0.0):
    """Where there is a voltage part, in feeders, there is a price of reactive power."""
    total = energy + congestion + (voltage or 0.0)
    lower = None if voltage is None else reactive
    return Lmp(t, area, bus, total, energy, congestion, voltage, None, lower)


def clearing(welfare, rows, certified=True):
    certificate = Certificate(welfare, welfare, 0.0, 0.0) if certified else None
    tables = {name: to_table(rows.get(name, []), record) for name, record in RESULTS.items()}
    return Clearing(
        "by hand", Status.OPTIMAL, welfare, certificate, 0, Seconds(0.0, 0.0, 0.0), tables, PHYSICS
    )


def changed(cleared, table, where, change):
    """The clearing with the rows changed whose columns are as in `where`."""
    record = RESULTS[table]
    rows = [
        replace(r, **change(r)) if all(getattr(r, c) == v for c, v in where.items()) else r
        for r in from_table(cleared.tables[table], record)
    ]
    return replace(cleared, tables=dict(cleared.tables) | {table: to_table(rows, record)})


def amended(scenario, table, name, **fields):
    """The scenario with one record changed; the second column of a table names it."""
    rows = [
        replace(r, **fields) if name in (getattr(r, c) for c in r.__slots__[:2]) else r
        for r in getattr(scenario, table)
    ]
    assert tuple(rows) != getattr(scenario, table)
    return replace(scenario, **{table: tuple(rows)})


def broken(scenario, cleared):
    return {c.name for c in validate(scenario, cleared) if not c.passed}


def worst(scenario, cleared, name):
    return next(c.worst for c in validate(scenario, cleared) if c.name == name)


# --- A day worked out by hand ---------------------------------------------------------------


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


@pytest.fixture(scope="module")
def day():
    return town(), town_cleared()


def test_a_day_worked_out_by_hand_passes(day):
    assert broken(*day) == set()


def test_every_law_misses_by_no_more_than_rounding(day):
    """All numbers are exact; programs of the battery and the ramp are solved to 1e-8."""
    assert all(c.worst < 1e-4 for c in validate(*day))


def plus(column, by):
    return lambda row: {column: getattr(row, column) + by}


def to(**values):
    return lambda _: values


ANGLE_B = {"period": 1, "area": "T", "bus": "b"}
BATTERY_AT_END = {"asset": "battery", "period": 2}
EMPTY_ROOT = {"asset": "r", "period": 1, "area": "D"}
TABLE_CHANGES = [
    ("flow", {"branch": "ab", "period": 2}, plus("p_mw", 1.0),
     {"power balance", "flows follow angles"}),
    ("flow", {"branch": "rn", "period": 1}, plus("p_mw", 0.1),
     {"power balance", "operators agree", "voltage drops"}),
    ("flow", {"branch": "rn", "period": 1}, plus("q_mvar", 0.1),
     {"reactive balance", "voltage drops"}),
    ("boundary", {"period": 2}, plus("p_mw", 0.1), {"power balance"}),
    ("boundary", {"period": 2}, plus("q_mvar", 0.1), {"reactive balance"}),
    ("boundary", {"period": 2}, plus("lmp_usd_per_mwh", 1.0),
     {"boundary prices are bus prices", *BOUNDARY_LAWS}),
    ("dispatch", {"asset": "village", "period": 1}, plus("q_mvar", 0.1),
     {"reactive balance", "reactive limits"}),
    ("dispatch", BATTERY_AT_END, plus("energy_mwh", 0.5), {"storage energy"}),
    ("dispatch", BATTERY_AT_END, plus("energy_mwh", -0.5),
     {"storage limits", "storage wastes no energy"}),
    ("dispatch", {"asset": "dear", "period": 1}, plus("cost_usd", 1.0), {"costs and values"}),
    ("dispatch", {"asset": "kiln", "period": 2}, plus("value_usd", 1.0), {"costs and values"}),
    ("voltage", {"area": "D", "bus": "n", "period": 1}, plus("v_pu", 0.001), {"voltage drops"}),
    ("voltage", ANGLE_B, plus("angle_rad", 0.001), {"flows follow angles"}),
    ("lmp", ANGLE_B, plus("energy_usd_per_mwh", 1.0), {"price parts add up"}),
    ("lmp", {"area": "D", "bus": "n", "period": 2}, plus("reactive_usd_per_mvarh", 1.0),
     {"reactive prices", "duality gap"}),
    ("flow", {"branch": "ac", "period": 1}, plus("shadow_usd_per_mwh", -10.0),
     {"congestion prices"}),
    ("flow", {"branch": "nm", "period": 1}, plus("shadow_usd_per_mwh", 1.0),
     {"congestion prices"}),
    ("flow", {"branch": "rn", "period": 1}, plus("shadow_usd_per_mwh", 1.0),
     {"congestion prices"}),
]  # fmt: skip


@pytest.mark.parametrize(("table", "where", "change", "laws"), TABLE_CHANGES)
def test_a_changed_number_breaks_its_law_and_no_other(day, table, where, change, laws):
    scenario, cleared = day
    assert broken(scenario, changed(cleared, table, where, change)) == laws


SCENARIO_CHANGES = [
    ("generators", "diesel", {"p_max_mw": 0.5}, {"power limits"}),
    ("generators", "dear", {"p_initial_mw": 200.0}, {"ramp limits"}),
    ("branches", "bc", {"rating_mva": 59.0}, {"branch ratings", "repeated numbers"}),
    ("branches", "rn", {"rating_mva": 8.0},  # |7.75 + 2j| = 8.004
     {"branch ratings", "repeated numbers"}),
    ("branches", "ab", {"shift_deg": 1.0}, {"flows follow angles"}),
    ("branches", "rn", {"tap": 0.99}, {"voltage drops"}),
    ("buses", "n", {"v_min_pu": 0.99}, {"voltage band"}),
    ("buses", "b", {"g_shunt_mw": 1.0}, {"power balance"}),
    ("buses", "n", {"b_shunt_mvar": 0.5}, {"reactive balance"}),
    ("boundaries", "B", {"p_max_mw": 7.0}, {"boundary limits"}),
    ("loads", "village", {"q_mvar": 1.1}, {"reactive limits"}),
    ("loads", "village", {"p_mw": 3.1}, {"demand is served or unserved", "reactive limits",
                                         "duality gap"}),
    ("bids", "kiln", {"tan_phi": 0.1}, {"reactive limits"}),
    ("shiftable_loads", "pump", {"p_max_mw": 1.9}, {"shiftable loads", "duality gap"}),
    ("shiftable_loads", "pump", {"energy_mwh": 3.9}, {"shiftable loads", "duality gap"}),
    ("shiftable_loads", "pump", {"last_period": 1}, {"shiftable loads", "duality gap"}),
    ("storage", "battery", {"p_discharge_max_mw": 1.5}, {"storage limits", "duality gap"}),
    ("storage", "battery", {"energy_min_mwh": 1.2}, {"storage limits", "duality gap"}),
    ("generators", "sun", {"p_max_mw": 3.0}, {"duality gap"}),
    ("generators", "dear", {"ramp_mw_per_h": 9.0}, {"ramp limits", "duality gap"}),
    ("bids", "kiln", {"p_min_mw": 0.2}, {"power limits", "duality gap"}),
]  # fmt: skip


@pytest.mark.parametrize(("table", "name", "fields", "laws"), SCENARIO_CHANGES)
def test_a_changed_limit_breaks_its_law_and_no_other(day, table, name, fields, laws):
    scenario, cleared = day
    assert broken(amended(scenario, table, name, **fields), cleared) == laws


def test_unused_sun_is_unearned(day):
    """Of 3 MW x 0.5 of sun, 1 MW is used; 0.5 MW at 100 $/MWh for one hour is missed."""
    scenario, cleared = day
    sunny = amended(scenario, "generators", "sun", p_max_mw=3.0)
    assert worst(sunny, cleared, "duality gap") == pytest.approx(50.0, abs=1e-4)


def test_a_battery_that_could_give_more_leaves_money(day):
    """0.4 MW more at 80 $ takes 0.5 MWh, bought back with 0.625 MWh at 20 $: 32 - 12.5 $."""
    scenario, cleared = day
    stronger = amended(scenario, "storage", "battery", p_discharge_max_mw=2.0)
    assert worst(stronger, cleared, "duality gap") == pytest.approx(19.5, abs=1e-4)


def test_a_price_of_the_wrong_bus_is_not_supported_by_the_dispatch(day):
    """At 51 $/MWh the dear unit gains 1 $ on 90 MW more: from 50 MW it ramps to 150 MW."""
    scenario, cleared = day
    higher = changed(
        changed(cleared, "lmp", ANGLE_B, plus("lmp_usd_per_mwh", 1.0)),
        "lmp", ANGLE_B, plus("congestion_usd_per_mwh", 1.0),
    )  # fmt: skip
    assert broken(scenario, higher) == {"congestion prices", "duality gap"}
    assert worst(scenario, higher, "duality gap") == pytest.approx(90.0, abs=1e-3)


def test_unserved_and_spilled_energy_at_one_bus_is_waste(day):
    """1 MW of each for an hour costs 500 + 500 $, whatever the price."""
    scenario, cleared = day
    wasteful = replace(cleared, certificate=Certificate(-7620.0, -6620.0, 0.0, 0.0))
    wasteful = replace(wasteful, welfare_usd=-7620.0)
    wasteful = changed(wasteful, "dispatch", EMPTY_ROOT, to(p_mw=1.0, cost_usd=500.0))
    assert broken(scenario, wasteful) == set()
    assert worst(scenario, wasteful, "duality gap") == pytest.approx(1000.0, abs=1e-3)


def test_negative_unserved_energy_is_found(day):
    scenario, cleared = day
    wrong = changed(cleared, "dispatch", EMPTY_ROOT, to(p_mw=-1.0, cost_usd=-500.0))
    assert broken(scenario, wrong) == {"unserved and spilled power", "welfare", "duality gap"}


def test_wrong_welfare_is_found(day):
    scenario, cleared = day
    laws = {"welfare", "welfare within its certificate"}
    assert broken(scenario, replace(cleared, welfare_usd=-6619.0)) == laws


def test_a_certificate_below_the_welfare_is_found(day):
    scenario, cleared = day
    wrong = replace(cleared, certificate=Certificate(-6630.0, -6625.0, 0.0, 0.0))
    assert broken(scenario, wrong) == {"welfare within its certificate"}


def test_boundary_prices_may_differ_where_operators_clear_one_after_the_other(day):
    """Without a certificate nobody claims that both sides of a boundary agree on a price."""
    scenario, cleared = day
    apart = replace(cleared, certificate=None)
    assert "boundary prices agree" not in {c.name for c in validate(scenario, apart)}
    wrong = changed(apart, "boundary", {}, plus("dlmp_usd_per_mwh", 1.0))
    assert broken(scenario, wrong) == {"boundary prices are bus prices"}


def test_a_failed_check_names_asset_and_period(day):
    scenario, cleared = day
    low = amended(scenario, "buses", "n", v_min_pu=0.99)
    found = next(c for c in validate(low, cleared) if not c.passed)
    assert found.where == "D bus n, period 2"
    assert found.worst == pytest.approx(0.99 - math.sqrt(0.9765))


# --- Completeness ---------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["dispatch", "lmp", "flow", "voltage", "boundary"])
def test_a_missing_row_is_found(day, table):
    scenario, cleared = day
    tables = dict(cleared.tables) | {table: cleared.tables[table].slice(1)}
    assert broken(scenario, replace(cleared, tables=tables)) == {"tables are complete"}


@pytest.mark.parametrize("table", ["dispatch", "lmp", "flow", "voltage", "boundary"])
def test_a_row_that_stands_twice_is_found(day, table):
    scenario, cleared = day
    rows = from_table(cleared.tables[table], RESULTS[table])
    tables = dict(cleared.tables) | {table: to_table([*rows, rows[-1]], RESULTS[table])}
    assert broken(scenario, replace(cleared, tables=tables)) == {"tables are complete"}


@pytest.mark.parametrize(
    ("table", "where", "change"),
    [
        ("dispatch", {"asset": "dear"}, to(asset="deer")),
        ("dispatch", {"asset": "dear"}, to(kind="genrator")),
        ("dispatch", {"asset": "dear"}, to(period=3)),
        ("dispatch", {"asset": "dear"}, to(bus="a")),
        ("flow", {"branch": "ac"}, to(from_bus="c", to_bus="a")),
        ("dispatch", {"asset": "dear"}, to(p_mw=math.nan)),
        ("dispatch", {"asset": "village"}, to(q_mvar=None)),
        ("dispatch", {"asset": "battery"}, to(energy_mwh=None)),
        ("dispatch", {"kind": "unserved"}, to(p_mw=math.nan)),
        ("lmp", {"bus": "a"}, to(lmp_usd_per_mwh=math.inf)),
        ("lmp", {"bus": "n"}, to(voltage_usd_per_mwh=None)),
        ("flow", {"branch": "ac"}, to(shadow_usd_per_mwh=math.nan)),
        ("flow", {"branch": "rn"}, to(q_mvar=None)),
        ("voltage", {"bus": "b"}, to(angle_rad=None)),
        ("voltage", {"bus": "n"}, to(v_pu=None)),
        ("boundary", {}, to(boundary="C")),
    ],
)
def test_a_number_that_nobody_owns_or_that_is_none_is_found(day, table, where, change):
    scenario, cleared = day
    assert broken(scenario, changed(cleared, table, where, change)) == {"tables are complete"}


def test_a_miss_that_is_not_a_number_does_not_pass():
    assert not Check("law", math.nan, 1.0, "MW", "").passed


# --- Feeders whose reactive power has a price -----------------------------------------------


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


# --- Clearings of the market ----------------------------------------------------------------


@pytest.fixture(scope="module")
def system_a():
    return build_system("A")


@pytest.fixture(scope="module", params=[("dc", "lindistflow"), ("transport", "transport")])
def operators_a(request, system_a):
    return Operators(system_a, *request.param)


@pytest.mark.parametrize("design", ["conventional", "integrated", "cmo"])
def test_every_design_of_the_market_passes(system_a, operators_a, design):
    """In cmo the gap may be as large as certified."""
    cleared = designs[design]().clear(operators_a, design)
    assert broken(system_a, cleared) == set()


@pytest.mark.parametrize("system", ["B", "C"])
def test_block_offers_storage_and_ramps_pass(system):
    """The gap is that of the simplex and of the programs of stores: far below a cent."""
    scenario = build_system(system)
    cleared = designs["integrated"]().clear(Operators(scenario), "integrated")
    assert broken(scenario, cleared) == set()
    assert worst(scenario, cleared, "duality gap") < 0.01


def test_what_is_unearned_at_the_optimum_s_prices_is_the_welfare_that_a_dispatch_loses(system_a):
    """At optimal prices all can earn the optimal welfare; a worse dispatch falls short by as much.

    The conventional dispatch is feasible; it is judged here at the prices of the integrated one.
    """
    operators = Operators(system_a, "dc", "transport")
    best = designs["integrated"]().clear(operators, "integrated")
    forecast = designs["conventional"]().clear(operators, "conventional")
    tables = dict(forecast.tables) | {"lmp": best.tables["lmp"]}
    for table, columns in PRICES.items():
        for column in columns:
            at = tables[table].schema.get_field_index(column)
            field = tables[table].schema.field(at)
            tables[table] = tables[table].set_column(at, field, best.tables[table][column])
    mixed = replace(forecast, tables=tables, certificate=best.certificate)
    lost = best.welfare_usd - forecast.welfare_usd
    assert lost > 100.0
    found = worst(system_a, mixed, "duality gap")
    assert found == pytest.approx(lost, rel=1e-6)


def test_coordination_with_block_offers_and_storage_leaves_no_more_than_certified():
    scenario = build_system("B")
    loose = Schedules(gap_relative=1e-3, price_usd_per_mwh=1e3)
    cleared = Cmo(loose).clear(Operators(scenario))
    certificate = cleared.certificate
    left = worst(scenario, cleared, "duality gap")
    assert 0.1 < left <= certificate.upper_usd - certificate.lower_usd
    assert broken(scenario, cleared) == set()


def test_an_exchange_that_cycles_leaves_300_dollars_either_way():
    """Two blocks: at 40 $/MWh and 70 MW the flexible 30 MW lose 10 $ each; at 20 they miss 10."""
    scenario = build_system("two-blocks")
    cleared = Cmo(Exchange(damping=1.0)).clear(Operators(scenario))
    assert cleared.status is Status.CYCLING
    assert worst(scenario, cleared, "duality gap") == pytest.approx(300.0)


@pytest.mark.parametrize("export_mw", [0.0, 3.0, 9.0, None])
def test_the_rent_of_an_export_limit_is_not_that_of_the_ban_on_local_exports(export_mw):
    """Up to 9 of 10 MW at 20 $ may be sold at 50 $ abroad; 8 MW at home are worth up to 30 $."""
    scenario = Scenario(
        "export", (1.0,), 1000.0, 1000.0,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        (Bus("T", "t", 110.0, 0.9, 1.1, kind="slack"), Bus("D", "d", 10.0, 0.9, 1.1, kind="slack")),
        (),
        (
            Generator("T", "g", "t", 0.0, 100.0),
            Generator("D", "u", "d", 0.0, 10.0, participation="type1", gamma=0.9, beta=20.0),
            Generator("D", "w", "d", 0.0, 10.0),
        ),
        (
            Offer("T", "g", None, 1, 100.0, 50.0),
            Offer("D", "u", None, 1, 10.0, 20.0),
            Offer("D", "w", None, 1, 10.0, 30.0),
        ),
        (Load("T", "city", "t", 30.0), Load("D", "town", "d", 8.0)),
        boundaries=(
            Boundary("B", "t", "D", "d", p_min_mw=None if export_mw is None else -export_mw),
        ),
    )  # fmt: skip
    cleared = designs["local_wholesale"]().clear(Operators(scenario))
    assert broken(scenario, cleared) == set()
    crossing = cleared.tables["boundary"]["p_mw"].to_pylist()
    assert crossing == pytest.approx([-min(9.0, math.inf if export_mw is None else export_mw)])
