"""A circle of apparent power as linear rows: the regular polygon inside it."""

import math
from collections.abc import Iterator

SIDES = 16  # the polygon's flat sides cut the circle by at most 1 - cos(pi / 16) = 1.9 %


def polygon_sides(radius: float) -> Iterator[tuple[float, float, float]]:
    """(cos, sin, limit) of every side: `cos p + sin q <= limit` keeps p^2 + q^2 <= radius^2.

    The corners lie on the circle, one of them at q = 0, so at unity power factor the whole
    radius is usable.
    """
    for n in range(SIDES):
        angle = 2 * math.pi * (n + 0.5) / SIDES
        yield math.cos(angle), math.sin(angle), radius * math.cos(math.pi / SIDES)
