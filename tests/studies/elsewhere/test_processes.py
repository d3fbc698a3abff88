"""Four processes on loopback with TLS give together what one process gives.

Starting Python three times and drawing four reports takes most of the time.
"""

import signal

import pandas as pd
import pytest

from market.operators.operators import Operators
from scenarios.files import read_scenario
from studies import read_run
from studies.study.study import read_study
from tests.studies.conftest import invoke
from tests.studies.elsewhere.conftest import AREAS
from tests.studies.elsewhere.processes import processes

BY_AREA = ("dispatch", "lmp", "flow", "voltage", "wholesale_offer", "wholesale_share")
TOGETHER = ("boundary", "message", "round")


@pytest.fixture(scope="module")
def one(whole):
    """What one process clears with all data."""
    operators = Operators(read_scenario(whole / "scenario"))
    designs = read_study(whole).designs
    return {n: designs[n].clear(operators, n) for n in ("early", "joint", "local")}


@pytest.fixture
def runs(apart):
    """The run of the market operator, and those of areas by name."""
    with processes(apart, AREAS) as started:
        market = apart / "market"
        done = invoke("run", market, "--operators", market / "operators.toml", "--out",
                      apart / "run")  # fmt: skip
        assert done.exit_code in (0, 1), done.output
        reports = {area: one.line() for area, one in started.items()}
        ends = dict(zip(AREAS, (signal.SIGTERM, signal.SIGINT, signal.SIGTERM), strict=True))
        assert {started[area].end(how) for area, how in ends.items()} == {0}
    assert {r["status"] for r in reports.values()} <= {"ok", "ok but not secure"}
    return read_run(apart / "run"), {a: read_run(apart / a / "runs" / "four") for a in AREAS}


def in_order(frame):
    names = [name for name in frame if frame[name].dtype.kind != "f"]
    return frame.sort_values(names).reset_index(drop=True)


def equal(one, others):
    filled = [frame for frame in others if len(frame)]
    whole = pd.concat(filled) if filled else others[0]
    pd.testing.assert_frame_equal(
        in_order(one), in_order(whole), rtol=1e-9, atol=1e-9, check_dtype=False
    )


def test_processes_of_their_own_give_the_tables_of_one(one, runs, apart):
    market, areas = runs
    assert list(market.designs) == list(one)
    for name, clearing in one.items():
        for table in BY_AREA:
            parts = [run.table(name, table) for run in (market, *areas.values())]
            equal(clearing.frame(table), parts)
        for table in TOGETHER:
            equal(clearing.frame(table), [market.table(name, table)])
        assert market.designs[name].welfare_usd == pytest.approx(clearing.welfare_usd, rel=1e-9)
        for run in (market, *areas.values()):
            assert run.designs[name].checks_failed == ()
    log = (market.folder / "messages" / "D9.log").read_bytes()
    assert log == (apart / "D9" / "runs" / "four" / "messages.log").read_bytes()
