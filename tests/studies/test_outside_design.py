"""A design and a coordination method of other packages, as docs/developers shows them."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from market.coordination.methods import methods
from market.designs import designs
from scenarios.findings import InvalidInput
from studies import Study, read_study, run_study
from studies.analyses.study_compared import with_all_designs
from studies.sweep import run_sweep

ROOT = Path(__file__).parents[2]
FILE = re.compile(r"```\w+\n# (\S+\.(?:py|toml))\n(.*?)```", re.DOTALL)


def files_of(page):
    """Files that a page of docs/developers spells out, by name."""
    return dict(FILE.findall((ROOT / "docs" / "developers" / page).read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def example():
    return files_of("add-a-design.md")


@pytest.fixture
def registered(example, monkeypatch):
    """The example's design, registered in Python for one test."""
    monkeypatch.setattr(designs, "_members", dict(designs.items()))
    defined = {"__name__": "forecast_design"}
    monkeypatch.setitem(sys.modules, "forecast_design", type(sys)("forecast_design"))
    exec(example["forecast_design.py"], defined)
    return defined["Forecast"]


@pytest.fixture
def with_example(study, example):
    """The study file with the example's design table beside the others."""
    study.write_text(study.read_text() + "\n" + example["study.toml"], encoding="utf-8")
    return study


def test_a_registered_design_runs_from_study_to_report(registered, with_example, tmp_path):
    run = run_study(with_example, tmp_path / "run")
    assert run.designs["forecast"].checks_failed == ()
    assert registered.about.says in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_it_is_one_of_all_designs_that_are_compared(registered, study):
    assert registered() in with_all_designs(read_study(study)).designs.values()


def test_its_options_are_read_and_written(registered, with_example):
    assert read_study(with_example).designs["forecast"] == registered(share=0.9)


def test_its_law_refuses_values(registered, with_example):
    with_example.write_text(with_example.read_text().replace("share = 0.9", "share = -1.0"))
    with pytest.raises(InvalidInput, match="at least 0"):
        read_study(with_example)


def test_a_sweep_varies_its_options(registered, with_example, tmp_path):
    found = run_sweep(with_example, ["designs.forecast.share=0.8,1"], tmp_path / "sweep")
    table = found.designs.to_pandas()
    own = table[table["design"] == "forecast"]
    assert own["welfare_usd"].nunique() == 2


def test_a_registered_method_coordinates_in_a_study(study, tmp_path, monkeypatch):
    monkeypatch.setattr(methods, "_members", dict(methods.items()))
    example = files_of("add-a-coordination-method.md")
    exec(example["one_reply.py"], {"__name__": "one_reply"})
    study.write_text(study.read_text() + "\n" + example["study.toml"], encoding="utf-8")
    run = run_study(study, tmp_path / "run")
    best = run.designs["integrated"].welfare_usd
    certified = run.designs["once"].gap_relative * max(1.0, abs(best))
    assert 0.0 <= best - run.designs["once"].welfare_usd <= certified + 1e-6
    assert run.designs["once"].checks_failed == ()
    says = methods["one_reply"].about.says
    assert says in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")


def test_a_design_that_is_not_registered_is_refused_before_anything_is_cleared(example, study):
    source = example["forecast_design.py"].replace('@designs.member("forecast")\n', "")
    defined = {"__name__": "forecast_design"}
    sys.modules["forecast_design"] = type(sys)("forecast_design")
    exec(source, defined)
    nameless = Study("s", study.parent / "scenario", {"mine": defined["Forecast"]()})
    with pytest.raises(InvalidInput, match="register it"):
        run_study(nameless)


@pytest.fixture
def installed(example, tmp_path):
    """A folder on the path that holds the example as pip would leave it."""
    site = tmp_path / "site"
    info = site / "tandem_forecast-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "forecast_design.py").write_text(example["forecast_design.py"], encoding="utf-8")
    project = tomllib.loads(example["pyproject.toml"])["project"]
    ((group, points),) = project["entry-points"].items()
    lines = [f"[{group}]", *(f"{name} = {place}" for name, place in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    about = f"Name: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text("Metadata-Version: 2.1\n" + about)
    return site


def test_a_design_of_an_installed_package_works_in_every_command(installed, with_example, tmp_path):
    path = os.pathsep.join([str(installed), str(ROOT)])

    def tandem(*args):
        command = [
            sys.executable,
            "-c",
            "from tandem.__main__ import main; main()",
            *args,
            "--json",
        ]
        done = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode <= 1, done.stderr  # 1: some demand is not served
        return json.loads(done.stdout)

    run = tandem("run", str(with_example), "--out", "run")
    assert run["designs"]["forecast"]["checks_failed"] == []
    compared = tandem("compare", "run")
    assert "forecast" in {row["design"] for row in compared["designs"]}
    assert "forecast" in {row["design"] for row in compared["measures"]}
    over = "designs.forecast.share=0.8,1"
    swept = tandem("sweep", str(with_example), "--over", over, "--jobs", "2", "--out", "sweep")
    assert swept
