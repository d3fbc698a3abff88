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
UPRIGHT = SIDES // 4  # number of the corner at no active power
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


def is_upright(p: Rows, q: Rows) -> NDArray[np.bool_]:
    """Whether a flow at its limit stands on the corner of reactive power alone.

    Of the sides that meet there one presses towards the from end, the other away from it.
    """
    upright: NDArray[np.bool_] = np.abs(np.rint(_place(p, q))) == UPRIGHT
    return upright & is_corner(p, q)


def range_on_corner(p: Rows, q: Rows, shadow: Rows) -> tuple[Rows, Rows]:
    """Least and greatest reactive price that goes with an active one, where two sides meet.

    On the corner of reactive power alone both sides may press as hard as they like, as long as
    their active parts leave `shadow` between them.
    """
    corner = np.rint(_place(p, q))
    sides = np.tan((corner + np.reshape([-0.5, 0.5], (2, 1, 1))) * STEP) * shadow
    low, high = sides.min(axis=0), sides.max(axis=0)
    up = is_upright(p, q)
    low, high = np.where(up & (q > 0), high, low), np.where(up & (q < 0), low, high)
    return np.where(up & (q < 0), -np.inf, low), np.where(up & (q > 0), np.inf, high)


def capability(output: Any, reactive: Any, radius: Rows) -> Iterator[Limit]:
    """Sides of the polygons within which `output` x and `reactive` x of every unit lie."""
    limit = radius.ravel() * np.cos(STEP / 2)
    for side in range(SIDES):
        angle = (side + 0.5) * STEP
        rows = np.cos(angle) * output + np.sin(angle) * reactive
        yield rows, np.full(limit.size, -np.inf), limit
