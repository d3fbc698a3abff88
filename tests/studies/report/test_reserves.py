"""The section of the report on reserves."""

import pandas as pd
import pytest

from scenarios.writing import write_scenario
from studies import run_study
from studies.report.figures.reserves import holders
from tests.market.reserve.one_feeder import feeder

STUDY = """format = 1
name = "reserves"
scenario = "scenario"
[formulation]
distribution = "transport"
[[design]]
name = "integrated"
kind = "integrated"
[[design]]
name = "cmo"
kind = "cmo"
"""


def test_a_run_with_reserves_holds_its_laws_and_shows_who_holds_them(tmp_path):
    """6 MW behind the branch, 4 before it: in both designs, settled and validated."""
    write_scenario(feeder(10.0, rating=4.0), tmp_path / "scenario")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    run = run_study(tmp_path / "study.toml", tmp_path / "run")
    assert all(found.checks_failed == () for found in run.designs.values())
    tables = {name: pd.concat([run.table(d, name).assign(design=d) for d in run.designs])
              for name in ("reserve_held", "reserve")}  # fmt: skip
    held = holders(tables["reserve_held"], tables["reserve"], "T", (1.0,))
    for design in ("integrated", "cmo"):
        assert held.loc[design, "spin"].to_dict() == {
            "generators in distribution": pytest.approx(6.0),
            "generators": pytest.approx(4.0),
        }
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert ">Reserves<" in page
