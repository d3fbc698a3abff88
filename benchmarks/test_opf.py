"""AC optimal power flow of IEEE 118 with feeders: building, one solve, and coordination."""

import pytest

from benchmarks.cases import ieee118_with_mixed_feeders
from formulations.networks.ac import Ac
from market.opf.coordinated import Heterogeneous, OpfOperators
from market.opf.merged import MergedOpf

GROUP = "AC optimal power flow of IEEE 118 with 4 feeders"


@pytest.fixture(scope="module")
def scenario():
    return ieee118_with_mixed_feeders(4)


@pytest.mark.benchmark(group=GROUP)
def test_build_and_compile(benchmark, scenario):
    benchmark.pedantic(MergedOpf.of, (scenario, Ac()), rounds=3)


@pytest.mark.benchmark(group=GROUP)
def test_merged_solve(benchmark, scenario):
    problem = MergedOpf.of(scenario, Ac())
    found = benchmark.pedantic(problem.solve, rounds=3)
    benchmark.extra_info["cost"] = found.cost_usd_per_h


@pytest.mark.benchmark(group=GROUP)
def test_coordinated(benchmark, scenario):
    operators = OpfOperators.of(scenario)
    found = benchmark.pedantic(Heterogeneous().solve, (operators,), rounds=1)
    benchmark.extra_info["rounds"] = len(found.rounds)
    benchmark.extra_info["cost"] = found.cost_usd_per_h
