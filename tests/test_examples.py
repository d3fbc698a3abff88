"""The examples are the shipped systems, ready to run."""

from pathlib import Path

import pytest

from scenarios.files import read_scenario
from scenarios.systems import build_system, margins_of
from studies import read_study, run_study
from studies.study.new_study import new_study

EXAMPLES = Path(__file__).parents[1] / "examples"


SYSTEMS = {"ieee14": "A", "ieee30": "B", "ieee118": "C", "local_wholesale": "local-wholesale"}


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


@pytest.mark.parametrize("folder", SYSTEMS)
def test_example_ends_as_asked_and_can_run(folder, tmp_path):
    """Nothing is shed, all laws hold, AC networks carry every hour; half a minute for IEEE 118."""
    run = run_study(EXAMPLES / folder / "study.toml", tmp_path / "run")
    assert run.status == "ok", run.summary.headline


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
