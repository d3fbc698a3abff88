"""Networks whose susceptances lie eight orders of magnitude apart are solved as well as others."""

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from solvers.certify import residuals
from solvers.highs import HighsSession
from solvers.program import Program
from solvers.refine import refined
from solvers.turns import NO_INTEGERS, alone, pass_model

BUSES, RAISED_MW = 200, 3000.0


def grid(seed):
    """A DC network with 1 to 1e8 MW per rad on each of its branches, ratings, and a unit a bus.

    Columns are angles and outputs, rows balances and flows.
    """
    drawn = np.random.default_rng(seed)
    tree = [(i, int(drawn.integers(0, i))) for i in range(1, BUSES)]
    ends = np.array(tree + [tuple(drawn.choice(BUSES, 2, replace=False)) for _ in range(BUSES)])
    count = len(ends)
    stiffness = 10.0 ** drawn.uniform(0, 8, count)
    incidence = np.zeros((count, BUSES))
    incidence[np.arange(count), ends[:, 0]] = 1.0
    incidence[np.arange(count), ends[:, 1]] = -1.0
    flow = stiffness[:, None] * incidence
    load = drawn.uniform(0, 1000, BUSES)
    rating = np.full(count, drawn.uniform(300, 2000))
    free = np.full(BUSES, np.inf)
    free[0] = 0.0
    return Program(
        cost=np.concatenate([np.zeros(BUSES), drawn.uniform(10, 100, BUSES)]),
        lower=np.concatenate([-free, np.zeros(BUSES)]),
        upper=np.concatenate([free, np.full(BUSES, RAISED_MW)]),
        matrix=sparse.csr_array(
            np.block([[-incidence.T @ flow, np.eye(BUSES)], [flow, np.zeros((count, BUSES))]])
        ),
        row_lower=np.concatenate([load, -rating]),
        row_upper=np.concatenate([load, rating]),
    )


def least_cost(p):
    """The optimum by SciPy's interior point."""
    equal = p.row_lower == p.row_upper
    rest = sparse.vstack([p.matrix[~equal], -p.matrix[~equal]])
    sides = np.concatenate([p.row_upper[~equal], -p.row_lower[~equal]])
    bounds = np.column_stack([p.lower, p.upper])
    fixed = {"A_eq": p.matrix[equal], "b_eq": p.row_lower[equal]}
    return linprog(p.cost, rest, sides, bounds=bounds, method="highs-ipm", **fixed).fun


@pytest.mark.parametrize("seed", [4, 7, 8, 12, 42])
def test_an_optimum_by_scaled_rows_is_one_by_unscaled_rows_too(seed):
    """Scaled, the reduced costs of these miss the check by up to sixty times."""
    program = grid(seed)
    found = HighsSession(program, "grid", 60.0).solve()
    assert residuals(program, found.x, found.dual)[0].acceptable
    assert found.objective == pytest.approx(least_cost(program), rel=1e-6)


def test_a_basic_solution_that_is_off_is_brought_back_to_its_rows():
    """Whatever the basic columns are moved by, the rows that hold say where they belong."""
    program = grid(1)
    highs = alone()
    pass_model(highs, program, NO_INTEGERS)
    highs.run()
    x = np.array(highs.getSolution().col_value)
    basic = [n for n in highs.getBasicVariables()[1] if n >= 0]
    moved = x.copy()
    moved[basic] += np.random.default_rng(0).uniform(-1e-3, 1e-3, len(basic))
    dual = np.array(highs.getSolution().row_dual)
    assert residuals(program, moved, dual)[0].primal > 1e-3
    assert residuals(program, refined(highs, program, moved), dual)[0].primal < 1e-8
