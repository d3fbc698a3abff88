"""A model given other numbers is the model built from them, whatever column of a table changes."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from scipy import sparse

from formulations.networks import clearing_names, formulation
from market.operators.day import build_day
from market.operators.families import Families, Family
from market.operators.shape import with_view
from scenarios.emissions import EmissionFactor
from scenarios.fees import Fee
from scenarios.local_market import LocalMarket
from scenarios.outage import Outage
from scenarios.quantity import plain_type
from scenarios.records import (
    TABLES,
    Commitment,
    Reserve,
    ReserveOffer,
    ReserveProduct,
    ReserveShortage,
    Startup,
)
from scenarios.zones import TransferCapacity

COLUMNS = [
    (table, f)
    for table, record in TABLES.items()
    for f in dataclasses.fields(record)
    if f.name != "area"  # an operator sees one area: a row that leaves it is another row
]
SETTINGS = {
    "T": [(formulation(name, "transmission"), None) for name in clearing_names("transmission")],
    "D0": [
        (formulation("lindistflow", "distribution"), LocalMarket()),
        (formulation("branch_flow_cone", "distribution"), None),
    ],
}
FILLED = {
    "generators": {
        "s_max_mva": 2.5, "q_max_mvar": 1.5, "p_base_mw": 0.5, "q_base_mvar": 0.1,
        "ramp_mw_per_h": 1.0, "p_initial_mw": 0.5, "participation": "type1", "gamma": 0.5,
        "beta": 30.0, "v_set_pu": 1.0,
    },
    "boundaries": {"p_min_mw": -9.0, "p_max_mw": 9.0, "chi": 100.0},
    "buses": {"g_shunt_mw": 0.01, "b_shunt_mvar": 0.01},
    "dc_lines": {"v_from_pu": 1.0, "v_to_pu": 1.0},
}  # fmt: skip


@pytest.fixture(scope="module")
def scenario(random_scenario):
    """Every table, with plants that start, and most columns that may be null filled."""
    options = ("storage", "ramps", "shiftable", "congested", "quadratic", "dc_lines")
    drawn = random_scenario(2, feeders=1, **dict.fromkeys(options, True))
    drawn = with_what_markets_name(with_plants(drawn))
    return dataclasses.replace(
        drawn,
        **{
            table: tuple(dataclasses.replace(r, **values) for r in drawn.table(table))
            for table, values in FILLED.items()
        },
    )


def with_plants(drawn):
    """The last generator of every area starts and stops, and may hold reserve."""
    names = {g.area: g.generator for g in drawn.generators}
    state = {"min_up_h": 2.0, "on_before": True, "p_before_mw": 0.5, "hours_before": 1.0}
    limits = ("ramp_up_mw_per_h", "ramp_down_mw_per_h", "p_start_mw", "p_stop_mw")
    numbers = {**state, "min_down_h": 2.0, **dict.fromkeys(limits, 0.75)}
    return dataclasses.replace(
        drawn,
        commitments=tuple(Commitment(area, name, **numbers) for area, name in names.items()),
        startups=tuple(
            Startup(area, name, n, 2.0 * n, 10.0 * n)
            for area, name in names.items()
            for n in (1, 2)
        ),
        reserves=tuple(Reserve(area, "spinning", None, 0.5, 100.0) for area in names),
        reserve_offers=(
            *(ReserveOffer(s.area, "spinning", None, 0.5, 1.0, s.storage) for s in drawn.storage),
            *(ReserveOffer(k.area, "spinning", None, 0.5, 1.0, bid=k.bid) for k in drawn.bids),
            *(ReserveOffer(area, "spinning", name, 0.5, 1.0) for area, name in names.items()),
        ),
        reserve_products=tuple(
            ReserveProduct(area, "spinning", minutes=15.0, sustain_h=0.5) for area in names
        ),
        reserve_shortages=tuple(ReserveShortage(area, "spinning", 1, 0.25, 50.0) for area in names),
    )


def with_what_markets_name(drawn):
    """An outage, zones that trade, what a technology emits, and fees that stand in bids."""
    branch = next(k.branch for k in drawn.branches if k.area == "T")
    return dataclasses.replace(
        drawn,
        outages=(Outage("T", branch),),
        transfer_capacities=(TransferCapacity("north", "south", 3.0),),
        emission_factors=(EmissionFactor("thermal", 0.4),),
        fees=tuple(
            Fee(a.area, f"of {payer}", payer, None, 2.0, 3.0, in_bids=True)
            for a in drawn.areas
            for payer in ("storage", "producer")
        ),
    )


@cache
def built(view_of, area, n):
    return build_day(view_of(area), *SETTINGS[area][n])


def variants(scenario, table, column):
    """Scenarios in which the last row of each area holds another value in the column."""
    held = scenario.table(table)
    for record in {getattr(r, "area", None): r for r in held}.values():
        for value in other_values(scenario, record, column):
            own = getattr(record, column.name)
            if column.metadata["key"] and isinstance(value, str) and own is not None:
                yield renamed(scenario, own, value)
            else:
                change = dataclasses.replace(record, **{column.name: value})
                rows = tuple(change if r is record else r for r in held)
                yield scenario.with_tables({table: rows})


def other_values(scenario, record, column):
    value, (plain, nullable) = getattr(record, column.name), plain_type(column.type)
    if nullable and value is not None:
        yield None
    if column.name == "payer":
        yield "generator"
    elif column.name == "profile" and not column.metadata["key"]:
        yield next(p.profile for p in scenario.profiles if p.profile != value)
    elif value in (names := [b.bus for b in scenario.buses]) and not column.metadata["key"]:
        yield names[names.index(value) + (-1 if value == names[-1] else 1)]
    elif plain is str:
        yield f"other {value}"
    elif plain is bool:
        yield not value
    elif plain is int:
        yield value - 1 if value and value > 1 else 2
    else:
        yield 1.25 * (value or 0.0) + 0.125


def renamed(scenario, old, new):
    """Every row that is called `old`, or names one that is."""
    tables = {
        table: tuple(
            dataclasses.replace(
                r, **{f.name: new for f in dataclasses.fields(r) if getattr(r, f.name) == old}
            )
            for r in scenario.table(table)
        )
        for table in TABLES
    }
    return scenario.with_tables(tables)


def same(one, other, name):
    """Programs, positions and members agree."""
    if dataclasses.is_dataclass(one):
        for f in dataclasses.fields(one):
            same(getattr(one, f.name), getattr(other, f.name), f"{name}.{f.name}")
    elif isinstance(one, dict):
        assert list(one) == list(other), name
        for key in one:
            same(one[key], other[key], f"{name}[{key}]")
    elif sparse.issparse(one):
        assert one.shape == other.shape, name
        assert abs(one - other).max() < 1e-9, name
    elif isinstance(one, np.ndarray):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12, err_msg=name)
    elif isinstance(one, float):
        assert one == pytest.approx(other, rel=1e-9, nan_ok=True), name
    else:
        assert one == other, name


def used_again_as_afresh(scenario, other):
    for area, settings in SETTINGS.items():
        for n, setting in enumerate(settings):
            fresh = build_day(other.area(area), *setting)
            same(with_view(built(scenario.area, area, n), other.area(area)), fresh, area)


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda p: getattr(p, "name", p))
def test_whatever_column_changes_the_model_is_as_built_afresh(scenario, table, column):
    assert scenario.table(table), "a table without rows proves nothing: put some into Draw"
    for other in variants(scenario, table, column):
        used_again_as_afresh(scenario, other)


@pytest.mark.parametrize(
    "change",
    [{"voll_usd_per_mwh": 400.0}, {"spill_usd_per_mwh": 90.0}, {"hours": (1.0, 0.5, 2.0)}],
    ids=str,
)
def test_whatever_of_the_day_changes_the_model_is_as_built_afresh(scenario, change):
    used_again_as_afresh(scenario, dataclasses.replace(scenario, **change))


@pytest.mark.parametrize("setting", SETTINGS["D0"], ids=["local market", "cone"])
def test_areas_of_one_structure_share_a_model_and_are_as_built_afresh(scenario, setting):
    other = renamed(renamed(scenario, "D0", "north"), scenario.boundaries[0].boundary, "gate")
    loads = tuple(dataclasses.replace(r, p_mw=3 * r.p_mw, q_mvar=3 * r.q_mvar) for r in other.loads)
    other, shared = dataclasses.replace(other, loads=loads), Family()
    north = other.area("north")
    first, second = shared.day(scenario.area("D0"), *setting), shared.day(north, *setting)
    assert second.program.matrix is first.program.matrix
    assert list(second.members["p_boundary"]) == ["gate"]
    same(second, build_day(north, *setting), "north")


def test_areas_whose_rows_differ_have_models_of_their_own(scenario):
    shared, setting = Family(), SETTINGS["D0"][0]
    first = shared.day(scenario.area("D0"), *setting)
    branches = tuple(dataclasses.replace(k, r_pu=2 * k.r_pu) for k in scenario.branches)
    other = dataclasses.replace(scenario, branches=branches).area("D0")
    second = shared.day(other, *setting)
    assert abs(second.program.matrix - first.program.matrix).max() > 0
    same(second, build_day(other, *setting), "D0")


def test_areas_of_other_names_are_of_one_family_and_those_of_other_buses_of_another(scenario):
    families = Families(SETTINGS["D0"][0][0])
    north = renamed(scenario, "D0", "north").area("north")
    other = renamed(scenario, "d0", "root").area("D0")
    first = families.of(scenario.area("D0"))
    assert families.of(north) is first
    assert families.of(other) is not first
