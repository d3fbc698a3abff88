"""A sweep over shares and load on System A: seconds a point, everything settled and checked."""

import pytest

from scenarios.systems import build_system
from scenarios.writing import write_scenario
from studies import run_sweep

STUDY = """format = 1
name = "sweep"
scenario = "scenario"
[formulation]
distribution = "transport"
[[design]]
kind = "local_wholesale"
"""


@pytest.mark.benchmark(group="sweep of System A, 24 h")
def test_six_points(benchmark, tmp_path):
    write_scenario(build_system("A"), tmp_path / "scenario")
    study = tmp_path / "study.toml"
    study.write_text(STUDY)
    over = ["gamma=0:1:0.5", "load=0.3,0.9"]
    benchmark.pedantic(run_sweep, (study, over, tmp_path / "out"), rounds=1)
    benchmark.extra_info["points"] = 6
