"""How an optimum moves with the costs of some of its columns.

A. V. Fiacco, "Introduction to Sensitivity and Stability Analysis in Nonlinear Programming",
Academic Press, 1983; H. Pirnay, R. Lopez-Negrete, L. T. Biegler, "Optimal sensitivity based on
IPOPT", Math. Program. Comput. 4(4), 2012.
"""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from solvers.derivatives import Derivatives
from solvers.program import Positions, Solution, Vector

FREE = 1e-12  # weight below which a limit does not hold what it limits
HELD = 1e12  # weight from which it holds it still


def response(derivatives: Derivatives, found: Solution, columns: Positions) -> Vector:
    """Change of `columns` per unit of the linear cost of each of them, shape (columns, columns).

    Limits hold their columns and rows by dual over distance, as an interior point sees them; the
    matrix is symmetric and, at a strict local minimum, negative semidefinite.
    """
    program = derivatives.program
    moving = np.flatnonzero(program.lower < program.upper)
    at = np.full(program.cost.size, -1)
    at[moving] = np.arange(moving.size)
    bend = _hessian(derivatives, found)[moving][:, moving]
    pull = _pull(found.x, program.lower, program.upper, found.reduced)[moving]
    activity = program.activity(found.x)
    grip = _pull(activity, program.row_lower, program.row_upper, found.dual)
    kept = np.flatnonzero(grip > FREE)
    slope = program.slopes(found.x)[kept][:, moving]
    system = sparse.block_array(
        [
            [bend + sparse.diags_array(pull), slope.T],
            [slope, sparse.diags_array(-1.0 / grip[kept])],
        ],
        format="csc",
    )
    asked = np.zeros((system.shape[0], columns.size))
    asked[at[columns], np.arange(columns.size)] = -1.0
    moved: Vector = splu(system).solve(asked)[at[columns]]
    return (moved + moved.T) / 2


def _hessian(derivatives: Derivatives, found: Solution) -> sparse.csr_array:
    row, column = derivatives.hessian_pattern
    values = derivatives.hessian(1.0, -found.dual)
    size = found.x.size
    lower = sparse.csr_array((values, (row, column)), shape=(size, size))
    return sparse.csr_array(lower + sparse.triu(lower.T, 1))


def _pull(value: Vector, lower: Vector, upper: Vector, dual: Vector) -> Vector:
    """Dual over distance to the limit on which it presses; equal limits hold for good."""
    distance = np.where(dual > 0, value - lower, upper - value)
    held = np.abs(dual) / np.maximum(distance, np.abs(dual) / HELD + 1e-300)
    return np.where(lower == upper, HELD, held)


__all__ = ["response"]
