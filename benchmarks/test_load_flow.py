"""Coordinated load flow beside one Newton solve of the merged network, both built beforehand."""

import pytest

from benchmarks.cases import ieee118_with_mixed_feeders
from scenarios.merging import merge
from security.ac.grid import Grid
from security.ac.newton import Newton
from security.ac.operation import base_operation
from security.coordinated.exchange import Exchange, Operators


@pytest.fixture(scope="module")
def scenario():
    return ieee118_with_mixed_feeders(30)


@pytest.mark.benchmark(group="load flow of IEEE 118 with 30 feeders")
def test_merged(benchmark, scenario):
    whole = merge(scenario)
    view = whole.area(whole.transmission)
    newton = Newton(Grid.of(view.network))
    operation = base_operation(view, newton.grid)
    assert newton.solve(operation).outcome == "solved"
    found = benchmark(newton.solve, operation)
    benchmark.extra_info["buses"] = len(newton.grid.buses)
    benchmark.extra_info["steps"] = found.steps


@pytest.mark.benchmark(group="load flow of IEEE 118 with 30 feeders")
@pytest.mark.parametrize("response", [True, False], ids=["response", "plain"])
def test_coordinated(benchmark, scenario, response):
    operators = Operators(scenario)
    upper = base_operation(operators.upper, operators.newton.grid)
    lower = {b: base_operation(f.view, f.grid) for b, f in operators.feeders.items()}
    exchange = Exchange(response=response)
    found = exchange.solve(operators, upper, lower)
    assert found.outcome == "solved"
    found = benchmark(exchange.solve, operators, upper, lower)
    benchmark.extra_info["rounds"] = found.rounds
