"""Limits of P and Q together: apparent power, and lines that limit Q by P.

Apparent power is limited as the market draws it: by a regular polygon inside the circle that has
16 sides, and one of its corners at zero reactive power.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from scenarios.records import Generator
from validation.best import Limit
from validation.check import Rows
from validation.grid import column

SIDES = 16
STEP = 2 * np.pi / SIDES
CORNERS = STEP * np.arange(SIDES)


def farthest(p: Rows, q: Rows) -> Rows:
    """Largest p x + q y over the polygon of radius 1."""
    reach: Rows = np.maximum.reduce([p * np.cos(c) + q * np.sin(c) for c in CORNERS])
    return reach


def capability(output: Any, reactive: Any, radius: Rows) -> Iterator[Limit]:
    """Sides of the polygons within which `output` x and `reactive` x of every unit lie."""
    limit = radius.ravel() * np.cos(STEP / 2)
    for side in range(SIDES):
        angle = (side + 0.5) * STEP
        rows = np.cos(angle) * output + np.sin(angle) * reactive
        yield rows, np.full(limit.size, -np.inf), limit


def lines_of(owned: Sequence[Generator]) -> Iterator[tuple[Rows, float, Rows]]:
    """Limits on_p P + on_q Q <= most, columns of shape (generators, 1); no line limits nothing."""
    p_1, p_2 = column(owned, "p_1_mw"), column(owned, "p_2_mw")
    for on_q, end in ((-1.0, "min"), (1.0, "max")):
        q_1, q_2 = column(owned, f"q_{end}_1_mvar"), column(owned, f"q_{end}_2_mvar")
        slope = (q_2 - q_1) / (p_2 - p_1)
        most = on_q * (q_1 - slope * p_1)
        yield np.nan_to_num(-on_q * slope), on_q, np.nan_to_num(most, nan=np.inf)
