"""`tandem margin --run`: every cleared hour of a finished run."""

import json

import pandas as pd
import pytest

from market.designs.cmo import Cmo
from scenarios.systems import build_system
from scenarios.writing import write_scenario
from security.continuation.loaded import Loaded
from security.continuation.margin import margin_of
from studies import run_study
from studies.runs.cleared_run import cleared_run
from studies.study.study import Study
from tests.studies.conftest import invoke


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """System A, cleared, with its margins: the run's folder and what the command said."""
    place = tmp_path_factory.mktemp("finished")
    write_scenario(build_system("A"), place / "scenario")
    run_study(Study("a", place / "scenario", {"joint": Cmo()}), place / "run")
    done = tandem("--run", place / "run", "--json", "--out", place / "out")
    assert done.exit_code == 0
    return place, json.loads(done.stdout)


def tandem(*args):
    return invoke("margin", *args)


def test_every_hour_has_a_margin(finished):
    _, found = finished
    assert [hour["period"] for hour in found["hours"]] == list(range(1, 25))
    assert all(hour["lambda_max"] > 0 for hour in found["hours"])


def test_the_least_margin_is_named(finished):
    _, found = finished
    least = min(found["hours"], key=lambda hour: hour["lambda_max"])
    assert (found["period"], found["lambda_max"]) == (least["period"], least["lambda_max"])


def test_one_hour_alone_has_what_it_has_in_the_day(finished):
    place, found = finished
    alone = json.loads(tandem("--run", place / "run", "--period", 19, "--json").stdout)
    assert alone.pop("notes") == found["notes"] == []
    assert alone == {k: v for k, v in found["hours"][18].items() if k != "period"}


def test_a_cleared_hour_has_the_margin_of_its_merged_network(finished):
    place, found = finished
    cleared = cleared_run(place / "run")
    merged = margin_of(Loaded.cleared(cleared.hours, 19), "merged")
    assert found["hours"][18]["lambda_max"] == pytest.approx(merged.lambda_max, abs=1e-7)


def test_the_load_of_a_cleared_hour_is_what_grows(finished):
    """Dispatch of loads less what is not served, times lambda: loads have constant power."""
    place, found = finished
    dispatch = pd.read_parquet(place / "run" / "joint" / "dispatch.parquet")
    own = dispatch[dispatch["period"] == 19].groupby("kind")["p_mw"].sum()
    load = own["load"] + own["bid"] - own.get("unserved", 0.0)
    hour = found["hours"][18]
    assert hour["margin_mw"] == pytest.approx(load * hour["lambda_max"], rel=1e-6)


def test_the_report_has_margins_and_curves(finished):
    place, _ = finished
    report = (place / "run" / "report.html").read_text()
    assert "Voltage-stability margin" in report
    assert "Nose curves by hour" in report


def test_tables_of_the_day_are_written(finished):
    place, _ = finished
    assert len(pd.read_csv(place / "out" / "hour.csv")) == 24
    curve = pd.read_parquet(place / "out" / "curve.parquet")
    assert curve["period"].nunique() == 24
    assert (place / "out" / "curves.html").exists()


def test_a_design_that_the_run_does_not_have_is_bad_input(finished):
    place, _ = finished
    done = tandem("--run", place / "run", "--design", "jiont", "--json")
    assert done.exit_code == 2
    assert "joint" in json.loads(done.stdout)["findings"][0]["cure"]


@pytest.mark.parametrize("asked", [(), ("nowhere", "--run", "nowhere")])
def test_there_is_exactly_one_source(asked):
    assert tandem(*asked).exit_code == 2
