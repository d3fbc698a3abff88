"""A study shared by two processes: what is left to the first, beside doing all by itself."""

import time
from dataclasses import replace

import pytest

from benchmarks.cases import ieee118_with_feeders
from scenarios.writing import write_scenario
from studies import run_study

FEEDERS = 60
STUDY = """format = 1
name = "large"
scenario = "scenario"
[[design]]
kind = "conventional"
[[design]]
kind = "cmo"
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    made = ieee118_with_feeders(FEEDERS)
    areas = [a if a.area == made.transmission else replace(a, type="B") for a in made.areas]
    write_scenario(replace(made, areas=tuple(areas)), folder / "scenario")
    (folder / "study.toml").write_text(STUDY)
    return folder / "study.toml"


def seconds(study, out, jobs):
    """CPU time of this process; the wall time of a machine that does nothing else is no less."""
    started = time.process_time()
    run_study(study, out, jobs=jobs)
    return time.process_time() - started


@pytest.mark.benchmark(group=f"run of {FEEDERS} feeders, two designs and report")
def test_part_that_is_left_to_the_first_process(benchmark, study, tmp_path):
    seconds(study, tmp_path / "first", 1)  # imports and caches are not what is timed
    alone = seconds(study, tmp_path / "alone", 1)
    shared = benchmark.pedantic(seconds, (study, tmp_path / "shared", 2), rounds=1)
    benchmark.extra_info["CPU seconds, part"] = shared / alone
    assert shared / alone < 0.8
