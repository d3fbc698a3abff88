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
    program, x = derivatives.program, found.x
    pull = _pull(x, program.lower, program.upper, found.reduced)
    activity = program.activity(x)
    grip = _pull(activity, program.row_lower, program.row_upper, found.dual)
    moving, kept = program.lower < program.upper, grip > FREE
    live = np.concatenate([moving, kept])
    place = np.cumsum(live) - 1
    row, column, value = _entries(derivatives, found, pull, np.where(kept, grip, 1.0))
    own = live[row] & live[column]
    system = sparse.csc_array((value[own], (place[row[own]], place[column[own]])))
    asked = np.zeros((int(live.sum()), columns.size))
    asked[place[columns], np.arange(columns.size)] = -1.0
    moved: Vector = splu(system).solve(asked)[place[columns]]
    return (moved + moved.T) / 2


def _entries(
    derivatives: Derivatives, found: Solution, pull: Vector, grip: Vector
) -> tuple[Positions, Positions, Vector]:
    """The optimum's conditions in columns and then rows: [H + pull, A'; A, -1/grip]."""
    high, low = derivatives.hessian_pattern
    bend = derivatives.hessian(1.0, -found.dual)
    row, column = derivatives.jacobian_pattern
    row, slope = row + found.x.size, derivatives.jacobian(found.x)
    apart = high != low
    every = np.arange(pull.size + grip.size)
    return (
        np.concatenate([high, low[apart], row, column, every]),
        np.concatenate([low, high[apart], column, row, every]),
        np.concatenate([bend, bend[apart], slope, slope, pull, -1.0 / grip]),
    )


def _pull(value: Vector, lower: Vector, upper: Vector, dual: Vector) -> Vector:
    """Dual over distance to the limit on which it presses; equal limits hold for good."""
    distance = np.where(dual > 0, value - lower, upper - value)
    held = np.abs(dual) / np.maximum(distance, np.abs(dual) / HELD + 1e-300)
    return np.where(lower == upper, HELD, held)


__all__ = ["response"]
