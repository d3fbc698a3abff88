"""A basic solution corrected by what rows still miss, with the basis that HiGHS has factorised.

J. H. Wilkinson, "Rounding Errors in Algebraic Processes", 1963, on iterative refinement.
"""

from typing import Any

import highspy
import numpy as np

from solvers.program import Program, Vector

_LOWER, _UPPER = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kUpper
STEPS = 2  # one leaves what rounding of the rows does


def refined(highs: Any, program: Program, x: Vector) -> Vector:
    """The columns with the basic ones such that all rows that hold are met; `x` without a basis."""
    basis = highs.getBasis()
    if not basis.valid:
        return x
    status = np.array([int(s) for s in basis.row_status])
    limits = {int(_LOWER): program.row_lower, int(_UPPER): program.row_upper}
    order = np.array(highs.getBasicVariables()[1])
    columns = order >= 0  # rows that do not hold are counted from -1 down
    better = x.copy()
    for _ in range(STEPS):
        missed, activity = np.zeros(status.size), program.activity(better)
        for code, limit in limits.items():
            holds = status == code
            missed[holds] = activity[holds] - limit[holds]
        found, step = highs.getBasisSolve(missed)
        if found != highspy.HighsStatus.kOk:
            return x
        better[order[columns]] -= np.array(step)[columns]
    return better
