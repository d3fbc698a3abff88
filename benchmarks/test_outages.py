"""A day of IEEE 118 that survives the loss of any branch: beside one that need not, in one run.

Ratings are 1.2 times the greatest flow of the day without any, 1.5 times after an outage, where it
is at least 80 MW.
"""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.cases import ieee118_with_feeders
from formulations.networks.dc import Dc
from market.coordination.offered import fixed
from market.operators.day import build_day
from market.operators.outages import OutageRows
from market.operators.transmission import TransmissionOperator
from scenarios.records import Outage
from solvers.session import open_session

DEMAND_MW = 3.0  # at every boundary
LIMIT_S = 600.0


@pytest.fixture(scope="module")
def view():
    scenario = ieee118_with_feeders(20)
    upper = scenario.area("T")
    free = TransmissionOperator(upper, Dc(), LIMIT_S)
    cleared = free.clear(fixed(np.full((20, 24), DEMAND_MW)))
    flow = free.model().formulation.state(
        upper.network, lambda name: free.model().value(cleared.point.x, name)
    )
    most = dict(zip(upper.network.branches, np.abs(flow.p_flow).max(axis=1), strict=True))
    branches = tuple(
        replace(
            k,
            rating_mva=1.2 * max(80.0, float(most[k.branch])),
            emergency_mva=1.5 * max(80.0, float(most[k.branch])),
        )
        if k.area == "T"
        else k
        for k in scenario.branches
    )
    rated = replace(scenario, branches=branches)
    lost = tuple(Outage("T", k) for k in upper.network.branches)
    return rated.area("T"), replace(rated, outages=lost).area("T")


def day(view):
    operator = TransmissionOperator(view, Dc(), LIMIT_S)
    return operator.clear(fixed(np.full((20, 24), DEMAND_MW)))


def all_pairs(view):
    built = build_day(view, Dc())
    rows = OutageRows(built.outages, built.columns["angle"])
    every = [(k, n) for k in view.network.branches for n in built.outages.outages if k != n]
    matrix, lower, upper = rows.rows(every)
    matrix.resize(matrix.shape[0], built.program.cost.size)
    program = built.program.with_rows(matrix, lower, upper)
    columns = built.columns["p_boundary"].ravel()
    program.lower[columns] = program.upper[columns] = DEMAND_MW
    return open_session(program, "all pairs", LIMIT_S).solve()


@pytest.mark.benchmark(group="outages")
def test_without_outages(benchmark, view):
    benchmark.pedantic(day, (view[0],), rounds=3, warmup_rounds=1)


@pytest.mark.benchmark(group="outages")
def test_any_branch_may_be_lost(benchmark, view):
    benchmark.pedantic(day, (view[1],), rounds=3)


@pytest.mark.benchmark(group="outages")
def test_all_pairs_from_the_start(benchmark, view):
    found = benchmark.pedantic(all_pairs, (view[1],), rounds=1)
    assert day(view[1]).welfare == pytest.approx(-found.objective, rel=1e-7)
