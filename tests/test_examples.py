"""The examples are the shipped systems, ready to run."""

import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

import tandem
from scenarios.files import read_scenario
from scenarios.systems import build_system, margins_of
from studies import read_study, run_study
from studies.report.compare_page import write_comparison
from studies.report.questions import questions
from studies.study.horizon_plan import plan_of
from studies.study.new_study import new_study
from studies.study.study import open_study

EXAMPLES = Path(__file__).parents[1] / "examples"


SYSTEMS = {"ieee14": "A", "ieee30": "B", "ieee118": "C", "local_wholesale": "local-wholesale",
           "design_debate": "design-debate"}  # fmt: skip


@pytest.mark.parametrize(("folder", "system"), SYSTEMS.items())
def test_example_scenario_is_the_shipped_system(folder, system):
    assert read_scenario(EXAMPLES / folder / "scenario") == build_system(system)


@pytest.mark.parametrize("folder", ["ieee14", "ieee30", "ieee118"])
def test_example_study_clears_six_designs(folder):
    study = read_study(EXAMPLES / folder / "study.toml")
    assert list(study.designs) == [
        "conventional-70",
        "conventional-85",
        "conventional-100",
        "conventional-115",
        "cmo",
        "integrated",
    ]


@pytest.mark.parametrize(("folder", "system"), SYSTEMS.items())
def test_example_study_leaves_the_margin_of_its_system(folder, system):
    assert read_study(EXAMPLES / folder / "study.toml").margin == margins_of(system)


@pytest.mark.parametrize("folder", ["ieee14", "ieee30", "ieee118", "local_wholesale"])
def test_example_ends_as_asked_and_can_run(folder, tmp_path):
    """Nothing is shed, all laws hold, AC networks carry every hour; half a minute for IEEE 118."""
    run = run_study(EXAMPLES / folder / "study.toml", tmp_path / "run")
    assert run.status == "ok", run.summary.headline


@pytest.fixture(scope="module")
def debate(tmp_path_factory):
    """The example's designs and the page that compares them; a quarter of a minute."""
    study = read_study(EXAMPLES / "design_debate" / "study.toml")
    run = run_study(study, tmp_path_factory.mktemp("debate") / "run")
    write_comparison([run], run.folder)
    return run


def test_the_debate_ends_as_asked_and_can_run(debate):
    assert debate.status == "ok", debate.summary.headline


def test_the_designs_of_the_debate_rank_as_their_laws_say(debate):
    """Nothing exceeds the joint market; markets in common reach it; others end visibly below."""
    welfare = {name: found.welfare_usd for name, found in debate.designs.items()}
    best = welfare.pop("integrated")
    for name in ("cmo", "flexibility_common", "zonal-flow-based"):
        assert welfare.pop(name) == pytest.approx(best, rel=1e-5)
    assert max(welfare.values()) < best - 100.0
    assert min(welfare, key=welfare.__getitem__) == "zonal"  # alone, with the flow kept


def test_the_page_answers_every_question_of_the_debate(debate):
    page = (debate.folder / "compare.html").read_text(encoding="utf-8")
    asked = [q.asked for q in questions("USD")]
    shown = [words for words in asked if f"<h2>{words}</h2>" in page]
    no_limit_is_exceeded, no_fee_is_charged = (
        "Can the grid carry it?",
        "What do grid fees and tariffs take?",
    )
    assert set(asked) - set(shown) == {no_limit_is_exceeded, no_fee_is_charged}
    assert (debate.folder / "measures.csv").exists()
    assert (debate.folder / "disclosure.csv").exists()


@pytest.mark.parametrize("system", ["A", "local-wholesale", "two-blocks"])
def test_new_study_ends_as_asked_and_can_run(system, tmp_path):
    run = run_study(new_study(tmp_path / "new", system), tmp_path / "run")
    assert run.status == "ok", run.summary.headline


@pytest.mark.parametrize("system", ["A", "B", "C", "local-wholesale"])
def test_set_points_lie_within_the_bands_of_their_buses(system):
    scenario = build_system(system)
    bands = {(b.area, b.bus): (b.v_min_pu, b.v_max_pu) for b in scenario.buses}
    held = [g for g in scenario.generators if g.v_set_pu is not None]
    outside = [
        g.generator
        for g in held
        if not bands[g.area, g.bus][0] <= g.v_set_pu <= bands[g.area, g.bus][1]
    ]
    assert held
    assert not outside


# A year of a nation -------------------------------------------------------------------------------

NATION = EXAMPLES / "national_year"


@pytest.fixture(scope="module")
def national():
    """The study of the nation, its scenario and its days."""
    study, scenario = open_study(NATION)
    return study, scenario, plan_of(study, scenario)


@pytest.fixture(scope="module")
def makers():
    """The scripts that make the example: `make` and `weather`."""
    sys.path.insert(0, str(NATION))
    try:
        return import_module("make"), import_module("weather")
    finally:
        sys.path.remove(str(NATION))


def test_the_nation_is_what_its_script_makes(national, makers):
    study, scenario, _ = national
    make, weather = makers
    assert scenario == make.nation()
    profiles = pd.read_parquet(study.horizon.profiles)
    pd.testing.assert_frame_equal(profiles, weather.year_of_profiles(make.SEED), atol=1.1e-4)
    named = make.season_days(study.horizon.profiles)
    assert named == {str(day): weight for day, weight in study.horizon.days}


def test_the_nation_is_as_large_as_it_is_said_to_be(national):
    _, scenario, plan = national
    assert (len(scenario.buses), len(scenario.distribution)) == (3062, 138)
    assert {g.technology for g in scenario.generators} == {"thermal", "pv", "wind"}
    assert len(scenario.shiftable_loads) == 138
    assert sum(plan.weights.values()) == 365
    seasons = [(day.month % 12) // 3 for day in plan.days]
    assert sorted(seasons) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_a_day_of_a_part_of_the_nation_clears(national):
    """Six of its feeders; all take minutes."""
    _, scenario, plan = national
    kept = {scenario.transmission, *scenario.distribution[:6]}
    tables = ("buses", "branches", "loads", "bids", "offers", "generators", "storage", "areas",
              "boundaries", "shiftable_loads")  # fmt: skip
    part = scenario.with_tables(
        {name: [r for r in scenario.table(name) if r.area in kept] for name in tables}
    )
    day = plan.scenario(replace(part, name="part"), plan.days[0])
    cleared = tandem.clear(day, "cmo")
    assert all(check.passed for check in tandem.validate(day, cleared))
    assert cleared.frame("dispatch")["unserved_mw"].sum() == pytest.approx(0.0, abs=1e-6)
