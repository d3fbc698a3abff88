"""The exact bid curve of an area, from its best replies to well-chosen prices.

What boundary power d is worth to an area in one hour, W(d), is concave; its slope W'(d) is the
bid. Between two known points of W the price that is asked next is the slope of their chord: the
reply lies on the chord where W is straight, halfway between the points where W' is, and is a new
point otherwise. With block offers this ends after about two questions per step and is exact (the
chord method of parametric linear programming: M. J. Eisner, D. G. Severance, "Mathematical
Techniques for Efficient Record Segmentation in Large Shared Databases", J. ACM 23(4), 1976).
With quadratic offers a bend of W' is closed in on until it is known to a millionth of a MW or of
a $/MWh. Hours do not depend on each other, so one question of a whole day takes every hour one
step on.
"""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from market.coordination.bid_curve import BidCurve, curve_of
from market.coordination.protocol import Late, Reply
from market.curves.ends import join_ends
from market.curves.hour import HourWalk
from market.curves.stretch import Point, unless_thin

NOISE = 1e-12  # of the day's value: an interior-point solver's relative gap


def walk(
    ask: Callable[[NDArray[np.float64]], Reply],
    hours: NDArray[np.float64],
    highest: float,
    lowest: float,
    *,
    is_linear: bool,
    name: str,
    time_limit_s: float,
) -> BidCurve:
    """Bid curve of an area with one boundary whose hours do not depend on each other.

    `ask` gives its best reply to prices of shape (1, periods). At the price `highest` ($/MWh) it
    takes the least that it can, at `lowest` the most. Without quadratic offers the curve
    `is_linear`: it has steps and no slopes. `name` is what an error message calls the curve.
    Raises Late where the time is up.
    """
    deadline = time.monotonic() + time_limit_s
    first, last = (_points(ask, np.full(hours.size, p), hours) for p in (highest, lowest))
    scale = sum(abs(p.value) for p in first) + sum(abs(p.value) for p in last)
    noise = NOISE * max(1.0, scale)
    ends = zip(first, last, strict=True)
    walks = [HourWalk(list(unless_thin(a, b)), noise, is_linear) for a, b in ends]
    prices = np.full(hours.size, highest)
    while np.isfinite(questions := np.array([hour.question() for hour in walks])).any():
        prices = np.where(np.isfinite(questions), questions, prices)
        if time.monotonic() > deadline:
            raise Late(f"{name}: not known after {time_limit_s:g} s; raise time_limit_s")
        for hour, found in zip(walks, _points(ask, prices, hours), strict=True):
            hour.learn(found)
    least, most = [p.mw for p in first], [p.mw for p in last]
    joined = [
        list(join_ends(h.segments(), a, b)) for h, a, b in zip(walks, least, most, strict=True)
    ]
    return curve_of(least, joined)


def _points(
    ask: Callable[[NDArray[np.float64]], Reply],
    prices: NDArray[np.float64],
    hours: NDArray[np.float64],
) -> list[Point]:
    reply = ask(prices[None, :])
    values = reply.welfare / hours
    rows = zip(reply.schedule[0], prices, values, strict=True)
    return [Point(float(d), float(p), float(v)) for d, p, v in rows]
