"""The examples are the shipped systems, ready to run."""

from pathlib import Path

import pytest

from scenarios.files import read_scenario
from scenarios.systems import build_system
from studies import read_study

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
