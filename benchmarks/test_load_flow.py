"""Coordinated load flow beside Newton's method on the merged network, ours and a compiled one.

Networks are built beforehand; all stop at 1e-9 p.u.
"""

import numpy as np
import pytest

from benchmarks.cases import ieee118_with_mixed_feeders
from benchmarks.compiled import Compiled
from scenarios.merging import merge
from security.ac.grid import Grid
from security.ac.newton import Newton, linear_start
from security.ac.operation import base_operation
from security.coordinated.boundary_iteration import Exchange, Operators


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
def test_compiled_merged(benchmark, scenario):
    """From the same start: loads as impedances; from a flat one it does not converge."""
    whole = merge(scenario)
    view = whole.area(whole.transmission)
    newton = Newton(Grid.of(view.network))
    operation = base_operation(view, newton.grid)
    compiled, start = Compiled.of(view.network, operation), linear_start(operation)
    found = benchmark(compiled.solve, start)
    assert np.abs(found - newton.solve(operation).v).max() < 1e-9
    benchmark.extra_info["steps"] = compiled.grid.get_algo().get_nb_iter()


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
