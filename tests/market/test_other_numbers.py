"""A market given another scenario's numbers is the market built from that scenario."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formulations.networks import DEFAULTS, clearing_names, formulation
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.designs.local_wholesale import LocalWholesale
from market.operators.day import build_day
from market.operators.operators import Operators
from market.operators.shape import with_view
from scenarios.local_market import LocalMarket
from scenarios.systems import build_system
from studies.study.study import Study
from studies.sweep.knob import Case
from studies.sweep.short_names import short_names

VALUES = {"load": 0.7, "pv": 1.3, "wind": 0.0, "voll": 900.0, "gamma": 0.8}


def varied(system, name):
    scenario = build_system(system)
    case = Case(Study("s", Path("scenario"), {"local": LocalWholesale()}), scenario)
    return scenario, short_names()[name].knob.turn(case, VALUES[name]).scenario


def days(scenario, other, distribution="transport"):
    """Each area's day given the other scenario's numbers, and built from it."""
    for area in scenario.areas:
        lower = area.kind == "distribution"
        physics = formulation(distribution if lower else DEFAULTS[area.kind], area.kind)
        day = build_day(scenario.area(area.area), physics, LocalMarket() if lower else None)
        fresh = build_day(other.area(area.area), physics, day.local)
        yield day, with_view(day, other.area(area.area)), fresh


@pytest.mark.parametrize(
    ("system", "name", "distribution"),
    [
        ("B", "load", "transport"),
        *(("B", "pv", name) for name in clearing_names("distribution")),
        ("B", "wind", "transport"),
        ("A", "voll", "transport"),
        ("local-wholesale", "gamma", "lindistflow"),
    ],
)
def test_program_is_that_of_a_fresh_build(system, name, distribution):
    for _, given, fresh in days(*varied(system, name), distribution):
        for part in ("cost", "lower", "upper", "row_lower", "row_upper", "follows", "offset"):
            mine, wanted = getattr(given.program, part), getattr(fresh.program, part)
            np.testing.assert_array_equal(mine, wanted, err_msg=part)
        assert abs(given.program.matrix - fresh.program.matrix).max() == 0
        np.testing.assert_array_equal(given.offset, fresh.offset)


@pytest.mark.parametrize("name", ["load", "pv", "voll"])
def test_no_model_is_built_where_limits_and_prices_alone_differ(name):
    for day, given, _ in days(*varied("B", name)):
        assert given.columns is day.columns


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("branches", {"rating_mva": 1.0}),
        ("storage", {"charge_efficiency": 0.5}),
        ("bids", {"tan_phi": 0.9}),
        ("loads", {"q_mvar": 0.9}),
    ],
)
def test_model_is_built_where_its_rows_differ(table, change):
    scenario = build_system("B")
    area = scenario.distribution[0]
    rows = [replace(r, **change) if r.area == area else r for r in getattr(scenario, table)]
    other = replace(scenario, **{table: tuple(rows)})
    pairs = {d.view.name: (d, given) for d, given, _ in days(scenario, other, "lindistflow")}
    rebuilt = {name for name, (day, given) in pairs.items() if given.columns is not day.columns}
    assert rebuilt == {area}


@pytest.mark.parametrize("design", [Conventional(), Cmo(), Integrated(), LocalWholesale()])
def test_clearing_is_that_of_a_fresh_market(design):
    scenario, other = varied("local-wholesale", "load")
    market = Operators(scenario, "dc", "transport")
    design.clear(market, "before")
    given = design.clear(market.for_scenario(other), "one")
    fresh = design.clear(Operators(other, "dc", "transport"), "one")
    assert given.welfare_usd == fresh.welfare_usd
    for name, table in fresh.tables.items():
        assert given.tables[name].equals(table), name


def test_market_that_gave_its_models_is_as_before():
    scenario, other = varied("local-wholesale", "gamma")
    market, design = Operators(scenario, "dc", "transport"), LocalWholesale()
    before = design.clear(market, "one").welfare_usd
    design.clear(market.for_scenario(other), "other")
    assert design.clear(market, "one").welfare_usd == before
