"""Apparent-power limits as the market draws them: a regular polygon inside the circle.

It has 16 sides, and one of its corners lies at zero reactive power.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from validation.best import Limit
from validation.check import Rows

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
