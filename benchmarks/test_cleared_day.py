"""The AC check of a cleared day: 24 coordinated load flows of IEEE 118 with 30 feeders."""

import pytest

from benchmarks.cases import ieee118_day
from market.designs.conventional import Conventional
from market.operators.operators import Operators
from security.cleared_day import check_cleared_day


@pytest.mark.benchmark(group="AC check of 24 hours, IEEE 118 with 30 feeders")
def test_check(benchmark):
    scenario = ieee118_day(30)
    market = Operators(scenario, distribution="transport")
    dispatch = Conventional(100.0).clear(market).tables["dispatch"]
    flows = benchmark.pedantic(check_cleared_day, (scenario, dispatch), rounds=3, warmup_rounds=1)
    assert all(flow.outcome == "solved" for flow in flows.values())
    benchmark.extra_info["rounds"] = sum(flow.rounds for flow in flows.values())
