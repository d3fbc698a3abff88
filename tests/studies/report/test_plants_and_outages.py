"""Sections of the report on plants that start and stop, and on outages that the market keeps to."""

import dataclasses

import pytest

from scenarios.records import Commitment, Startup
from scenarios.writing import write_scenario
from studies import run_study, run_sweep
from studies.runs.by_rule import OTHERS, PLANTS, by_rule
from studies.study.operators import operators_of
from studies.study.study import open_study
from tests.market.test_outages import BOTH, two_lines

STUDY = """format = 1
name = "plants"
scenario = "scenario"
[[design]]
name = "integrated"
kind = "integrated"
[settlement]
pricing = "convex_hull"
[solver]
mip_gap = 0.0
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """10 MW at least of the unit at b, whose start costs 300 $; either of two lines may be lost."""
    folder = tmp_path_factory.mktemp("study")
    built = two_lines(
        **BOTH, commitments=(Commitment("T", "B"),), startups=(Startup("T", "B", 1, 1.0, 300.0),)
    )
    near, far = built.generators
    scenario = dataclasses.replace(
        built, generators=(near, dataclasses.replace(far, p_min_mw=10.0))
    )
    write_scenario(scenario, folder / "scenario")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return run_study(folder / "study.toml", folder / "run")


def test_a_run_settles_by_the_hull_and_all_laws_hold(run):
    """The start is spread over the plant's 100 MW: 3 $ on top of 50."""
    assert run.designs["integrated"].checks_failed == ()
    ledger = run.table("integrated", "ledger")
    load = ledger[ledger["payer"] == "load:T/load"]
    assert load["price_usd_per_mwh"].max() == pytest.approx(53.0)


@pytest.mark.parametrize(("rule", "reads"), [("lmp", False), ("convex_hull", True)])
def test_a_sweep_works_out_the_prices_that_it_settles_at_and_no_others(run, tmp_path, rule, reads):
    """Nobody reads the others: a sweep keeps sums alone."""
    study = tmp_path / "study.toml"
    study.write_text(STUDY.replace("convex_hull", rule), encoding="utf-8")
    write_scenario(run.scenario, tmp_path / "scenario")
    asked = operators_of(*open_study(study), reported=False)
    assert (asked.repricing is not None) == reads
    row = run_sweep(study, ["load=1"], tmp_path / "sweep").designs.to_pylist()[0]
    assert row["checks_failed"] == ""
    assert row["net_surplus_usd"] == pytest.approx(run.designs["integrated"].welfare_usd)


def test_the_rules_stand_side_by_side(run):
    """At 50 $ the plant loses its start of 300 $; at 53 $ it earns 60 of them for its 20 MW."""
    found = {one.rule: one for one in by_rule(run)}
    assert list(found) == ["lmp", "relaxed", "convex_hull"]
    assert found["lmp"].make_whole_usd == pytest.approx(300.0)
    assert found["lmp"].lost[PLANTS] == pytest.approx(300.0)
    assert found["convex_hull"].make_whole_usd == pytest.approx(240.0)
    assert found["convex_hull"].lost[OTHERS] == pytest.approx(0.0, abs=1e-6)
    total = {rule: one.surplus.sum() for rule, one in found.items()}
    assert total == pytest.approx(dict.fromkeys(found, run.designs["integrated"].welfare_usd))


def test_the_report_tells_of_both(run):
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    assert "What starting and stopping costs, and who pays" in page
    assert "Outages that the market keeps to" in page
