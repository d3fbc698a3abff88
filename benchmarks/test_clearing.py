"""Clearing IEEE 118 for a day: this project beside Pyomo's own HiGHS interface, in one run.

pytest benchmarks -q --benchmark-columns=min,median --benchmark-sort=name
"""

import numpy as np
import pyomo.environ as pyo
import pytest

from benchmarks.cases import ieee118_with_feeders
from formulations.networks.dc import Dc
from market.operators.area import clearing_model
from market.operators.day import build_day
from solvers.session import open_session

DEMAND_MW = 3.0  # at every boundary


@pytest.fixture(scope="module")
def view():
    return ieee118_with_feeders(20).area("T")


def pyomo_model(view):
    model = clearing_model(view, Dc())
    for power in model.p_boundary.values():
        power.fix(DEMAND_MW)
    return model


def fixed(session, day, demand):
    columns = day.columns["p_boundary"].ravel()
    session.set_bounds(columns, np.full(columns.size, demand), np.full(columns.size, demand))
    return session.solve()


def first_clearing(view):
    day = build_day(view, Dc())
    return fixed(open_session(day.program, "IEEE 118", 60.0), day, DEMAND_MW)


@pytest.mark.benchmark(group="first clearing")
def test_ours_builds_compiles_and_solves(benchmark, view):
    benchmark.pedantic(first_clearing, (view,), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="first clearing")
def test_pyomo_highs_solves_a_built_model(benchmark, view):
    def setup():
        return (pyo.SolverFactory("highs"), pyomo_model(view)), {}

    benchmark.pedantic(lambda solver, model: solver.solve(model), setup=setup, rounds=3)


@pytest.mark.benchmark(group="re-solve")
def test_ours_after_a_change_of_boundary_demand(benchmark, view):
    day = build_day(view, Dc())
    session = open_session(day.program, "IEEE 118", 60.0)
    fixed(session, day, DEMAND_MW)
    demand = iter(np.linspace(3.1, 5.0, 40))
    benchmark.pedantic(lambda: fixed(session, day, next(demand)), rounds=10)


@pytest.mark.benchmark(group="re-solve")
def test_pyomo_persistent_highs_after_the_same_change(benchmark, view):
    model, solver = pyomo_model(view), pyo.SolverFactory("appsi_highs")
    solver.solve(model)
    demand = iter(np.linspace(3.1, 5.0, 40))

    def change():
        new = next(demand)
        for power in model.p_boundary.values():
            power.fix(new)
        solver.solve(model)

    benchmark.pedantic(change, rounds=10)


def test_both_find_the_same_optimum(view):
    model = pyomo_model(view)
    pyo.SolverFactory("highs").solve(model)
    assert first_clearing(view).objective == pytest.approx(pyo.value(model.cost), rel=1e-8)
