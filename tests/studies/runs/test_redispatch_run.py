"""A run whose losses are met by an AC redispatch, beside one that leaves them to the slack bus."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from scenarios.systems import build_system
from scenarios.writing import write_scenario
from studies.runs.finished import read_run
from tandem.cli import app
from tests.studies.conftest import part_of_day

FIRST, HOURS = 17, 4  # of which the last ones are tight
STUDY = """format = 1
name = "losses"
scenario = "scenario"
[formulation]
distribution = "transport"
[[design]]
kind = "integrated"
[load_flow]
losses = "{losses}"
"""


@pytest.fixture(scope="module")
def run_of(tmp_path_factory):
    place = tmp_path_factory.mktemp("losses")
    write_scenario(part_of_day(build_system("A"), FIRST, HOURS), place / "scenario")

    def run(losses):
        (place / "study.toml").write_text(STUDY.format(losses=losses))
        out = place / losses
        done = CliRunner().invoke(
            app, ["run", str(place / "study.toml"), "--out", str(out), "--json"]
        )
        return done, out

    return run


@pytest.fixture(scope="module")
def redispatched(run_of):
    done, out = run_of("redispatch")
    assert done.exit_code == 1
    return json.loads(done.stdout), out


def test_every_hour_says_what_its_redispatch_costs(redispatched):
    hours = pd.read_parquet(redispatched[1] / "integrated" / "security_hour.parquet")
    assert hours["redispatch"].isin(["solved", "scarcity"]).all()
    assert (hours["redispatch_usd"] > 0).all()
    assert (hours["redispatch_mw"] > 0).all()


def test_the_summary_has_the_sum(redispatched):
    found, out = redispatched
    hours = pd.read_parquet(out / "integrated" / "security_hour.parquet")
    ac = found["designs"]["integrated"]["ac"]
    assert ac["redispatch_usd"] == pytest.approx(hours["redispatch_usd"].sum())
    assert ac["redispatch_unsolved"] == 0
    assert ac["redispatch_scarce"] == (hours["redispatch"] == "scarcity").sum()


def test_the_report_states_the_cost(redispatched):
    found, out = redispatched
    cost = f"{found['designs']['integrated']['ac']['redispatch_usd']:,.2f}"
    assert cost in (out / "report.html").read_text()


def test_the_study_in_the_run_folder_asks_for_the_same(redispatched):
    assert 'losses = "redispatch"' in (redispatched[1] / "study.toml").read_text()


def test_losses_left_to_the_slack_have_no_cost(run_of):
    _, out = run_of("slack")
    hours = read_run(out).table("integrated", "security_hour")
    assert (hours["redispatch"] == "not asked for").all()
    assert hours["redispatch_usd"].isna().all()
    assert read_run(out).designs["integrated"].ac.redispatch_usd is None


def test_other_words_are_bad_input(run_of):
    done, _ = run_of("nobody")
    assert done.exit_code == 2
    assert "'nobody'" in json.loads(done.stdout)["findings"][0]["finding"]
