"""Tables of a scenario go out as DataFrames and come back checked."""

import pytest

from scenarios.findings import InvalidInput
from scenarios.frames import frame, with_frames
from scenarios.records import TABLES
from scenarios.systems import SYSTEMS, build_system


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_scenario_comes_back_as_it_went_out(name):
    scenario = build_system(name)
    frames = {table: frame(scenario, table) for table in TABLES}
    assert with_frames(scenario, **frames) == scenario


def test_a_changed_number_is_changed_and_nothing_else():
    scenario = build_system("two-blocks")
    loads = frame(scenario, "generators").assign(p_max_mw=12.0)
    changed = with_frames(scenario, generators=loads)
    assert {g.p_max_mw for g in changed.generators} == {12.0}
    assert changed.offers == scenario.offers


def test_optional_columns_may_be_left_out():
    scenario = build_system("A")
    bare = frame(scenario, "buses").drop(columns=["zone", "g_shunt_mw"])
    assert {b.g_shunt_mw for b in with_frames(scenario, buses=bare).buses} == {0.0}


def test_what_is_wrong_is_found_together():
    scenario = build_system("A")
    lines = frame(scenario, "branches")
    lines.loc[0, "from_bus"] = "nowhere"
    units = frame(scenario, "generators").assign(p_max_mw=-1.0)
    with pytest.raises(InvalidInput) as refused:
        with_frames(scenario, branches=lines, generators=units)
    assert {"nowhere" in str(f) for f in refused.value.findings} == {True, False}


def test_an_unknown_table_or_column_is_refused():
    scenario = build_system("A")
    with pytest.raises(InvalidInput, match="near: 'loads'"):
        with_frames(scenario, lods=frame(scenario, "loads"))
    with pytest.raises(InvalidInput, match="unknown column"):
        with_frames(scenario, loads=frame(scenario, "loads").assign(p_kw=1.0))


def test_a_scenario_is_told_in_a_line_and_as_a_table_of_its_areas():
    scenario = build_system("A")
    assert repr(scenario) == "<Scenario 'A': 65 buses, 3 distribution areas, 24 h>"
    shown = scenario._repr_html_()
    assert all(area.area in shown for area in scenario.areas)
