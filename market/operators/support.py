"""Which of an area's periods a price supports at a schedule that was made without it."""

import numpy as np
from numpy.typing import NDArray

from market.coordination.protocol import Crossing
from market.operators.day import Day
from solvers.program import Solution, Vector

SAME = 1e-9  # of the cost of the hour: what solvers leave between two equal optima


def supported_dual(day: Day, fixed: Solution, free: Solution, prices: Crossing) -> Vector:
    """Row duals at fixed boundary power: those at the prices wherever these support it.

    Where all behind a boundary stand at a limit, fixed power has any price in a wide range; only
    one of them is that at which the plan was made.
    """
    foregone = _earned(day, free.x, prices) - _earned(day, fixed.x, prices)  # $
    scale = np.maximum(1.0, np.abs(day.cost_by_period(fixed.x)))
    if not day.is_separable:
        foregone, scale = np.full_like(foregone, foregone.sum()), scale.sum()
    supported = foregone <= SAME * scale
    dual = fixed.dual.copy()
    for rows in day.rows.values():
        dual[rows[:, supported]] = free.dual[rows[:, supported]]
    return dual


def _earned(day: Day, x: Vector, prices: Crossing) -> NDArray[np.float64]:
    """Welfare of every period less what is paid at the boundary ($)."""
    paid = (prices * day.value(x, "p_boundary")).sum(axis=0) * day.hours
    earned: NDArray[np.float64] = -day.cost_by_period(x) - paid
    return earned
