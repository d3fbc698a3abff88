"""`tandem contingency`: what it prints, writes, and leaves as exit code."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.files import write_scenario
from scenarios.importers.matpower import import_matpower
from scenarios.systems import build_system
from security.outages.penetration import with_penetration
from tests.security.outages.conftest import rated, two_lines
from tests.studies.conftest import invoke

FOLDER = Path(__file__).parents[2] / "reference" / "contingency"
SUMMARY = pd.read_csv(FOLDER / "14A_summary.csv")
RATINGS = pd.read_csv(FOLDER / "14A_ratings.csv")["Pmax_MW"]
KEYS = {"status", "without_outage", "outages", "secure", "violated", "unsolved", "islanding",
        "ranking"}  # fmt: skip
TABLES = {"outage", "flow", "voltage", "boundary", "violation", "ranking"}


def write(place, scenario):
    write_scenario(scenario, place)
    return place


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """IEEE 14 with two feeders and the reference's ratings."""
    feeders = {"10": FOLDER / "D01.m", "12": FOLDER / "D02.m"}
    scenario = rated(import_matpower(FOLDER / "T.m", feeders), RATINGS)
    return write(tmp_path_factory.mktemp("contingency") / "scenario", scenario)


@pytest.fixture(scope="module")
def written(folder, tmp_path_factory):
    """The folder of `--out`."""
    out = tmp_path_factory.mktemp("written") / "out"
    assert invoke("contingency", folder, "--out", out).exit_code == 1
    return out


def summary(*args):
    return json.loads(invoke("contingency", *args, "--json").stdout)


def test_json_has_states_that_add_up(folder):
    found = summary(folder)
    assert set(found) == KEYS
    assert sum(found[s] for s in ("secure", "violated", "unsolved", "islanding")) == 25
    assert found["outages"] == len(found["ranking"]) == 25
    assert found["islanding"] == 1


@pytest.mark.parametrize("approach", ["ac", "dc"])
@pytest.mark.parametrize("exponent", [1, 2])
def test_ranking_is_the_reference(folder, approach, exponent):
    """In DC with fixed injections, as the reference takes them."""
    options = ["--fixed"] if approach == "dc" else []
    found = summary(folder, "--approach", approach, "--exponent", exponent, *options)
    index = {name: pi for name, pi, _ in found["ranking"]}
    for row in SUMMARY.itertuples():
        expected = getattr(row, f"PI_MW_{approach}_n{exponent}")
        assert index[f"branch {row.fbus}-{row.tbus}"] == pytest.approx(expected, rel=1e-6)


def test_an_outage_that_leaves_islands_comes_first_without_index(folder):
    assert summary(folder)["ranking"][0] == ["branch 7-8", None, None]


def test_insecure_exits_with_1(folder):
    assert invoke("contingency", folder).exit_code == 1


def test_secure_exits_with_0(tmp_path):
    scenario = two_lines(50.0, second_unit=True)
    done = invoke("contingency", write(tmp_path / "two", scenario), "--json")
    assert json.loads(done.stdout)["status"] == "secure"
    assert done.exit_code == 0


def test_unsolved_exits_with_1(tmp_path):
    scenario = two_lines(120.0, second_unit=True)
    done = invoke("contingency", write(tmp_path / "two", scenario), "--json")
    assert json.loads(done.stdout)["unsolved"] == 2
    assert done.exit_code == 1


def test_pairs_of_a_file_are_added(folder, tmp_path):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("1-5, 2-4\n\n9-14,13-14\n")
    found = summary(folder, "--pairs", pairs)
    names = [name for name, *_ in found["ranking"]]
    assert found["outages"] == 27
    assert {"branches 1-5, 2-4", "branches 9-14, 13-14"} <= set(names)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1-5\n", "line 1: 1 names"),
        ("1-5,2-4,4-5\n", "line 1: 3 names"),
        ("1-5,nix\n", "there is no branch 'nix'"),
        ("1-5,1-5\n", "two different branches"),
    ],
)
def test_unusable_pairs_are_bad_input(folder, tmp_path, text, message):
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(text)
    done = invoke("contingency", folder, "--pairs", pairs)
    assert done.exit_code == 2
    assert message in done.stderr


@pytest.mark.parametrize(
    "options",
    [["--period", "99"], ["--pairs", "nowhere.csv"], ["--exponent", "0"], ["--approach", "both"]],
)
def test_bad_options_exit_with_2(folder, options):
    assert invoke("contingency", folder, *options).exit_code == 2


def test_tables_are_written_as_parquet_and_csv(written):
    assert {p.stem for p in written.glob("*.parquet")} == TABLES
    assert {p.stem for p in written.glob("*.csv")} == TABLES


def test_the_outage_table_names_the_fullest_branch(written):
    """Each loading is that of the flow table's greater end."""
    outage = pd.read_csv(written / "outage.csv").set_index("outage")
    flow = pd.read_csv(written / "flow.csv").dropna()
    fullest = flow.loc[flow.groupby("outage")["loading"].idxmax()].set_index("outage")
    known = fullest.index
    assert (outage.loc[known, "worst_branch"] == fullest["branch"]).all()
    np.testing.assert_allclose(outage.loc[known, "worst_loading"], fullest["loading"])


def test_tables_of_all_outages_have_all_rows(written):
    rows = {name: len(pd.read_parquet(written / f"{name}.parquet"))
            for name in ("outage", "flow", "voltage", "boundary", "ranking")}  # fmt: skip
    assert rows == {
        "outage": 25, "flow": 25 * 20, "voltage": 25 * (14 + 33 + 33), "boundary": 25 * 2,
        "ranking": 25,
    }  # fmt: skip


def test_rankings_with_fixed_and_coordinated_injections_stand_side_by_side(written):
    ranking = pd.read_parquet(written / "ranking.parquet")
    for label in ("fixed", "coordinated"):
        assert sorted(ranking[f"rank_{label}"]) == list(range(1, 26))


def test_the_heat_map_needs_no_network(written):
    page = (written / "loading.html").read_text()
    assert not re.search(r"(?:src|href)=[\"']?https?:", page)
    assert "branch 5-6" in page


def test_an_existing_folder_is_bad_input(folder, written):
    assert invoke("contingency", folder, "--out", written).exit_code == 2


def test_a_network_without_ratings_is_said(tmp_path):
    scenario = two_lines(50.0, second_unit=True)
    done = invoke("contingency", write(tmp_path / "two", scenario))
    assert "no branch of transmission has a rating" in done.stderr


@pytest.fixture(scope="module")
def active(tmp_path_factory):
    """IEEE 14 with ratings and three feeders that hold PV, wind and a generator."""
    return write(tmp_path_factory.mktemp("screened") / "scenario", build_system("T14D3-active"))


def indices(found):
    return {name: value for name, value, _ in found["ranking"] if value is not None}


def test_screening_by_nothing_drops_no_feeder(active):
    found = summary(active, "--screen", "0")
    assert found["screened"] == {"kept": ["B9", "B10", "B14"], "error_bound": 0.0}
    assert found["ranking"] == summary(active)["ranking"]


def test_feeders_that_are_all_dropped_draw_what_fixed_ones_draw(active):
    """A load of what is drawn without outage, and a feeder that is held to it, are one thing."""
    dropped, fixed = summary(active, "--screen", "10"), summary(active, "--fixed")
    assert dropped["screened"]["kept"] == []
    assert dropped["screened"]["error_bound"] > 0
    assert indices(dropped) == pytest.approx(indices(fixed), rel=1e-6)


def test_renewables_are_those_of_the_library(active, tmp_path):
    changed = write(tmp_path / "scenario", with_penetration(build_system("T14D3-active"), 0.5))
    assert summary(active, "--renewables", "0.5") == summary(changed)


@pytest.mark.parametrize("options", [("--screen", "-1"), ("--renewables", "nan")])
def test_shares_that_cannot_be_are_bad_input(active, options):
    assert invoke("contingency", active, *options).exit_code == 2


def test_cleared_hours_are_not_changed(tmp_path):
    done = invoke("contingency", "--run", tmp_path, "--screen", "0.02")
    assert done.exit_code == 2
    assert "--screen: a cleared hour is taken as it was cleared" in done.stderr
