"""Four processes on loopback with TLS give together what one process gives.

Starting Python four times and drawing five reports takes most of the time.
"""

import pandas as pd
import pytest

from studies import read_run
from tests.studies.conftest import invoke
from tests.studies.elsewhere.conftest import AREAS
from tests.studies.elsewhere.processes import processes

BY_AREA = ("dispatch", "lmp", "flow", "voltage", "rents", "area_surplus", "wholesale_offer",
           "wholesale_share")  # fmt: skip
TOGETHER = ("boundary", "message", "round")


@pytest.fixture
def runs(apart, whole, tmp_path):
    """The run with all data, that of the market operator, and those of areas by name."""
    assert invoke("run", whole, "--out", tmp_path / "one").exit_code in (0, 1)
    with processes(apart, AREAS) as started:
        market = apart / "market"
        done = invoke("run", market, "--operators", market / "operators.toml", "--out",
                      tmp_path / "run")  # fmt: skip
        assert done.exit_code in (0, 1), done.output
        reports = {area: one.line() for area, one in started.items()}
        assert {one.end() for one in started.values()} == {0}
    assert {r["status"] for r in reports.values()} <= {"ok", "ok but not secure"}
    areas = {area: read_run(apart / area / "runs" / "four") for area in AREAS}
    return read_run(tmp_path / "one"), read_run(tmp_path / "run"), areas


def in_order(frame):
    names = [name for name in frame if frame[name].dtype.kind != "f"]
    return frame.sort_values(names).reset_index(drop=True)


def equal(one, others):
    filled = [frame for frame in others if len(frame)]
    whole = pd.concat(filled) if filled else others[0]
    pd.testing.assert_frame_equal(in_order(one), in_order(whole), rtol=1e-9, atol=1e-9)


def test_processes_of_their_own_give_the_tables_of_one(runs, apart):
    one, market, areas = runs
    assert list(market.designs) == ["early", "joint", "local"]
    for design in market.designs:
        for name in BY_AREA:
            parts = [run.table(design, name) for run in (market, *areas.values())]
            equal(one.table(design, name), parts)
        for name in TOGETHER:
            equal(one.table(design, name), [market.table(design, name)])
        assert market.designs[design].welfare_usd == one.designs[design].welfare_usd
        for run in (market, *areas.values()):
            assert run.designs[design].checks_failed == ()
        gains = {a: run.designs[design].area_surplus_usd[a] for a, run in areas.items()}
        assert gains == pytest.approx(one.designs[design].area_surplus_usd, rel=1e-9)
    log = (market.folder / "messages" / "D9.log").read_bytes()
    assert log == (apart / "D9" / "runs" / "four" / "messages.log").read_bytes()
    page = (market.folder / "report.html").read_text()
    assert "D9" in page
