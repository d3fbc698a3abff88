"""Bounds on the welfare of a day, and whether they can be true."""

from market.carriers.failures import error_of
from market.coordination.questions import Failed

CROSSING = 1e-6  # part of the welfare; bounds that cross by more are not the solvers' doing


def above(lower: float, upper: float) -> float:
    """The upper bound ($), never below the lower one by what solvers leave.

    Raises SolveFailed where the bounds cross by more. Answers of an area that contradict each
    other are found before (`consistency`), so what is left is transmission's.
    """
    if upper < lower - CROSSING * max(1.0, abs(lower)):
        status = f"its bounds cross: {lower:,.2f} $ is had, and no more than {upper:,.2f} $ can be"
        raise error_of(Failed("coordination", status, "mend transmission's answers"))
    return max(lower, upper)
