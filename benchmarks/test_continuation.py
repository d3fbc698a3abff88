"""Noses found by each operator with its own network, beside one merged network."""

import pytest

from benchmarks.cases import ieee118_with_mixed_feeders
from scenarios.systems.coupled import coupled
from security.continuation.margin import margin

SYSTEMS = {
    "IEEE 30 with 3 feeders": lambda: coupled(
        "ieee30", {"10": "feeder69", "15": "feeder85", "19": "feeder85"}
    ),
    "IEEE 118 with 4 feeders": lambda: ieee118_with_mixed_feeders(4),
}


@pytest.fixture(scope="module", params=list(SYSTEMS))
def system(request):
    return request.param, SYSTEMS[request.param]()


@pytest.mark.parametrize("q_limits", [False, True], ids=["no Q limits", "Q limits"])
@pytest.mark.parametrize("method", ["merged", "response"])
def test_nose(benchmark, system, method, q_limits):
    name, scenario = system
    benchmark.group = f"nose of {name}, {'Q limits' if q_limits else 'no Q limits'}"
    found = benchmark.pedantic(
        margin, (scenario,), {"method": method, "q_limits": q_limits}, rounds=3, warmup_rounds=1
    )
    assert found.status == "solved"
    benchmark.extra_info |= {"rounds": found.curve.rounds, "points": len(found.curve.points)}
