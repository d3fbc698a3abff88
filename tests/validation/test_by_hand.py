"""The validator passes a day worked out by hand, and names the law that a change breaks."""

import math
from dataclasses import replace

import pytest

from scenarios.clearing import Certificate
from scenarios.quantity import from_table, to_table
from scenarios.results import (
    RESULTS,
)
from tests.validation.by_hand import (
    BOUNDARY_LAWS,
    amended,
    broken,
    changed,
    worst,
)
from tests.validation.town import town, town_cleared
from validation import Check, validate


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
