"""Check an optimum by its own arrays: feasible, dual feasible, and no gap between the two.

The solver's word is not taken: every solution passes through here before anyone sees it.
"""

from dataclasses import dataclass

import numpy as np

from solvers.program import Program, Vector

# Simplex and interior-point solvers stop at residuals of 1e-7 to 1e-9 of the data's scale.
FEASIBILITY = 1e-6
GAP = 1e-6


@dataclass(frozen=True)
class Residuals:
    """Largest violation of a limit, of a dual sign, and the duality gap ($, and relative)."""

    primal: float
    dual: float
    gap: float
    gap_absolute: float

    @property
    def acceptable(self) -> bool:
        """Whether all are within tolerance."""
        return self.primal <= FEASIBILITY and self.dual <= FEASIBILITY and self.gap <= GAP

    def __str__(self) -> str:
        return f"primal {self.primal:.1e}, dual {self.dual:.1e}, gap {self.gap:.1e}"


def residuals(program: Program, x: Vector, dual: Vector) -> tuple[Residuals, Vector]:
    """Relative residuals of a point and its row duals; also the reduced costs.

    Violations are relative to the size of the row (MW), which products that cancel out leave as
    large as they are, or of the largest price ($/MWh); the
    gap is relative to all costs and values at the point, which may cancel out in the objective.
    A dual that presses on a missing limit counts as a dual violation; otherwise the gap is the
    sum over rows and columns of dual times distance to the limit on which it presses.
    """
    activity = program.activity(x)
    bend = np.zeros_like(x) if program.quadratic is None else program.quadratic @ x
    reduced = program.cost + bend - program.slopes(x).T @ dual
    price = max(1.0, float(np.abs(dual).max(initial=0.0)), float(np.abs(program.cost).max()))
    parts = [
        _side(activity, program.row_lower, program.row_upper, dual, program.magnitude(x, activity)),
        _side(x, program.lower, program.upper, reduced, np.abs(x)),
    ]
    gap = sum(g for _, _, g in parts)
    moved = float(np.abs(program.cost) @ np.abs(x) + np.abs(bend) @ np.abs(x) / 2)
    scale = max(1.0, moved, abs(program.objective(x)))
    return Residuals(
        primal=max(p for p, _, _ in parts),
        dual=max(d for _, d, _ in parts) / price,
        gap=gap / scale,
        gap_absolute=gap,
    ), reduced


def _side(
    value: Vector, lower: Vector, upper: Vector, dual: Vector, size: Vector
) -> tuple[float, float, float]:
    if not value.size:
        return 0.0, 0.0, 0.0
    above, below = value - lower, upper - value
    primal = -float(np.min(np.minimum(above, below) / (1.0 + size)))
    slack = np.abs(np.where(dual > 0, above, below))
    pressing = np.flatnonzero(dual)
    price, slack = np.abs(dual[pressing]), slack[pressing]
    missing = np.isinf(slack)
    unpriced = float(price[missing].max(initial=0.0))
    return max(0.0, primal), unpriced, float(price[~missing] @ slack[~missing])
