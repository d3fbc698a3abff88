"""Apparent-power limits as the market draws them: a regular polygon inside the circle.

It has 16 sides, and one of its corners lies at zero reactive power.
"""

import numpy as np

from market.validate.check import Rows

SIDES = 16
STEP = 2 * np.pi / SIDES
CORNERS = STEP * np.arange(SIDES)
ON_CORNER = 1e-6  # part of a side


def farthest(p: Rows, q: Rows) -> Rows:
    """Largest p x + q y over the polygon of radius 1."""
    reach: Rows = np.maximum.reduce([p * np.cos(c) + q * np.sin(c) for c in CORNERS])
    return reach


def normal(p: Rows, q: Rows, radius: Rows) -> Rows:
    """Reactive over active price that presses on the polygon where (p, q) stands.

    On a side that is its normal; on a corner, which has many, the direction of the flow.
    """
    place = np.arctan2(q, p) / STEP
    corner = np.rint(place)
    on_side = np.abs(place - corner) > ON_CORNER
    angle = np.where(on_side, np.floor(place) + 0.5, corner) * STEP
    inside = np.isinf(radius) | (np.abs(np.cos(angle)) < ON_CORNER)
    return np.where(inside, 0.0, np.tan(angle))
