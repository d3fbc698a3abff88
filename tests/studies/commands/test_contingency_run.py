"""`tandem contingency --run`: every cleared hour of a finished run."""

import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest

from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from scenarios.systems import build_system
from scenarios.writing import write_scenario
from studies import run_study
from studies.study.study import Study
from studies.study.study_tables import FormulationTable
from tests.studies.conftest import invoke, part_of_day

STATES = ("secure", "violated", "unsolved", "islanding")
HOURS = 6
OUTAGES = 20 + 5  # branches and generators of IEEE 14


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The first hours of System A, cleared conventionally and jointly."""
    place = tmp_path_factory.mktemp("finished")
    write_scenario(part_of_day(build_system("A"), 1, HOURS), place / "scenario")
    designs = {"chi-85": Conventional(85.0), "joint": Cmo()}
    run_study(Study("a", place / "scenario", designs), place / "run")
    return place / "run"


@pytest.fixture(scope="module")
def analysed(finished, tmp_path_factory):
    """A copy of the run after the analysis, and what the command said."""
    place = tmp_path_factory.mktemp("analysed") / "run"
    shutil.copytree(finished, place)
    done = tandem("--run", place, "--json", "--q-limits", "--out", place.parent / "out")
    assert done.exit_code == 1
    return place, json.loads(done.stdout)


def tandem(*args):
    return invoke("contingency", *args)


def test_every_hour_has_every_outage(analysed):
    _, found = analysed
    assert [hour["period"] for hour in found["hours"]] == list(range(1, HOURS + 1))
    for hour in found["hours"]:
        assert sum(hour[state] for state in STATES) == hour["outages"] == OUTAGES


@pytest.mark.parametrize("key", ["outages", *STATES])
def test_totals_are_sums_of_hours(analysed, key):
    _, found = analysed
    assert found[key] == sum(hour[key] for hour in found["hours"])


def test_the_design_with_most_welfare_is_taken(analysed):
    assert analysed[1]["design"] == "joint"


@pytest.mark.parametrize("approach", ["ac", "dc"])
def test_one_hour_alone_has_what_it_has_in_the_day(finished, tmp_path, approach):
    """The day solves each hour from the one before; alone it has no such start."""
    shutil.copytree(finished, tmp_path / "run")
    options = ["--design", "chi-85", "--approach", approach, "--json"]
    day = json.loads(tandem("--run", tmp_path / "run", *options).stdout)["hours"][HOURS - 1]
    alone = json.loads(tandem("--run", tmp_path / "run", *options, "--period", HOURS).stdout)
    assert {k: v for k, v in day.items() if k not in ("period", "ranking")} == {
        k: v for k, v in alone.items() if k != "ranking"
    }
    for one, other in zip(day["ranking"], alone["ranking"], strict=True):
        assert one[0] == other[0]
        assert [x is None for x in one] == [x is None for x in other]
        known = [x for x in one[1:] if x is not None]
        assert known == pytest.approx([x for x in other[1:] if x is not None], rel=1e-6)


def test_the_state_without_outage_is_that_of_the_load_flow_of_the_run(analysed):
    place, _ = analysed
    expected = pd.read_parquet(place / "joint" / "security_hour.parquet")
    hours = pd.read_parquet(place / "joint" / "contingency_hour.parquet")
    known = {"solved": "secure", "violated": "violated", "unsolved": "unsolved"}
    assert list(hours["without_outage"]) == [known[s] for s in expected["status"]]
    assert list(hours["exceeded_without"]) == list(expected["violations"])


def test_the_worst_outage_of_an_hour_has_its_greatest_index(analysed):
    place, _ = analysed
    outage = pd.read_parquet(place / "joint" / "contingency_outage.parquet")
    hours = pd.read_parquet(place / "joint" / "contingency_hour.parquet").set_index("period")
    worst = outage.loc[outage.groupby("period")["pi_mw"].idxmax()].set_index("period")
    assert list(worst["outage"]) == list(hours["worst_outage"])
    assert list(outage.groupby("period")["worst_loading"].max()) == list(hours["worst_loading"])


def test_the_peak_of_a_branch_is_its_greatest_loading_of_any_hour(analysed):
    place, _ = analysed
    outage = pd.read_parquet(place / "joint" / "contingency_outage.parquet")
    peak = pd.read_parquet(place / "joint" / "contingency_peak.parquet")
    fullest = outage.groupby("outage")["worst_loading"].max().dropna()
    assert peak.groupby("outage")["loading"].max().to_dict() == fullest.to_dict()


def test_no_outage_causes_more_than_is_exceeded(analysed):
    hours = pd.read_parquet(analysed[0] / "joint" / "contingency_hour.parquet")
    assert (hours["causing"] <= hours["violated"]).all()


def test_the_report_has_a_section_of_outages(finished, analysed):
    titles = ("N-1 by hour", "Line loading by outage: joint", "Worst outages of the day")
    page, before = ((f / "report.html").read_text() for f in (analysed[0], finished))
    assert all(title in page and title not in before for title in titles)


def test_other_designs_are_left_as_they_are(analysed):
    assert not list((analysed[0] / "chi-85").glob("contingency*"))


def test_out_has_all_tables(analysed):
    names = {"hour", "outage", "peak", "boundary", "violation"}
    out = analysed[0].parent / "out"
    assert {p.stem for p in out.glob("*.parquet")} == {p.stem for p in out.glob("*.csv")} == names
    assert len(pd.read_parquet(out / "boundary.parquet")) == HOURS * OUTAGES * 3


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "there is neither"),
        (["somewhere", "--run", "RUN"], "there are both"),
        (["somewhere", "--design", "joint"], "only runs have designs"),
        (["--run", "RUN", "--design", "join"], "'joint'"),
        (["--run", "RUN", "--period", "25"], "no period 25"),
        (["--run", "RUN/scenario"], "no finished run"),
    ],
)
def test_unusable_sources_are_bad_input(finished, args, message):
    done = tandem(*(a.replace("RUN", str(finished)) for a in args))
    assert done.exit_code == 2
    assert message in done.stderr


def test_hours_without_a_load_flow_have_no_secure_outage(tmp_path):
    """The market does not see that one feeder asks for far more reactive power than it can get."""
    scenario = part_of_day(build_system("A"), 1, 2)
    loads = (replace(r, q_mvar=60 * r.q_mvar) if r.area == "D14" else r for r in scenario.loads)
    write_scenario(replace(scenario, loads=tuple(loads)), tmp_path / "scenario")
    formulation = FormulationTable(distribution="transport")
    study = Study("a", tmp_path / "scenario", {"joint": Cmo()}, formulation)
    run_study(study, tmp_path / "run")
    done = tandem("--run", tmp_path / "run", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    assert found["unsolved"] + found["islanding"] == found["outages"] == 2 * OUTAGES
    assert [hour["without_outage"] for hour in found["hours"]] == ["unsolved", "unsolved"]
    hours = pd.read_parquet(tmp_path / "run" / "joint" / "contingency_hour.parquet")
    assert hours["worst_outage"].isna().all()
    assert "N-1 by hour" in (tmp_path / "run" / "report.html").read_text()


def test_a_run_over_a_tie_without_impedance_has_load_flows_and_outages(tmp_path):
    scenario = part_of_day(build_system("A"), 1, 2)
    tie = next(k for k in scenario.branches if k.area == "D10")
    branches = (replace(k, r_pu=0.0, x_pu=0.0) if k is tie else k for k in scenario.branches)
    write_scenario(replace(scenario, branches=tuple(branches)), tmp_path / "scenario")
    formulation = FormulationTable(distribution="transport")
    study = Study("a", tmp_path / "scenario", {"joint": Integrated()}, formulation)
    run_study(study, tmp_path / "run")
    hours = pd.read_parquet(tmp_path / "run" / "joint" / "security_hour.parquet")
    assert "unsolved" not in hours["status"].tolist()
    assert tandem("--run", tmp_path / "run").exit_code in (0, 1)
