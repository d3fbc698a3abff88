"""Apparent-power limits as the market draws them: a regular polygon inside the circle.

It has 16 sides, and one of its corners lies at zero reactive power.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from validation.best import Limit
from validation.check import Rows

SIDES = 16
STEP = 2 * np.pi / SIDES
CORNERS = STEP * np.arange(SIDES)
ON_CORNER = 1e-5  # part of a side; solvers leave a flow that far from its corner


def farthest(p: Rows, q: Rows) -> Rows:
    """Largest p x + q y over the polygon of radius 1."""
    reach: Rows = np.maximum.reduce([p * np.cos(c) + q * np.sin(c) for c in CORNERS])
    return reach


def _place(p: Rows, q: Rows) -> Rows:
    """Corners are whole numbers, sides lie between them."""
    place: Rows = np.arctan2(q, p) / STEP
    return place


def is_corner(p: Rows, q: Rows) -> NDArray[np.bool_]:
    """Whether a flow at its limit stands on a corner."""
    place = _place(p, q)
    return np.abs(place - np.rint(place)) <= ON_CORNER


def pressing(p: Rows, q: Rows) -> Rows:
    """Reactive over active price of the side on which a flow at its limit stands."""
    ratio: Rows = np.tan((np.floor(_place(p, q)) + 0.5) * STEP)
    return ratio


def pressing_on_corner(p: Rows, q: Rows) -> tuple[Rows, Rows]:
    """Reactive over active price of the two sides that meet where such a flow stands."""
    corner = np.rint(_place(p, q))
    return np.tan((corner - 0.5) * STEP), np.tan((corner + 0.5) * STEP)


def capability(output: Any, reactive: Any, radius: Rows) -> Iterator[Limit]:
    """Sides of the polygons within which `output` x and `reactive` x of every unit lie."""
    limit = radius.ravel() * np.cos(STEP / 2)
    for side in range(SIDES):
        angle = (side + 0.5) * STEP
        rows = np.cos(angle) * output + np.sin(angle) * reactive
        yield rows, np.full(limit.size, -np.inf), limit
