"""MATPOWER's cost functions as offers and bids (MATPOWER User's Manual, section on costs).

A generator's cost becomes a cost at zero output and segments from 0 MW to its greatest output. A
dispatchable load is a generator of negative output; its cost, mirrored, is minus its value. Both
are exact over the whole range of output.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scenarios.importers.matpower.columns import COST, COST_MODELS

NUMBERS_PER_ENTRY: dict[float, int] = {
    COST_MODELS["PW_LINEAR"]: 2,
    COST_MODELS["POLYNOMIAL"]: 1,
}
ROUNDING_USD_PER_H = 0.01  # given points may miss convexity by so much,
ROUNDING_SHARE = 1e-4  # and by no more than this share of the greatest cost


class UnusableCost(ValueError):
    """The cost cannot be an offer or a bid; the message says why."""


@dataclass(frozen=True)
class Segment:
    """Width (MW), price at its start ($/MWh), and rise of price ($/MW2h)."""

    quantity_mw: float
    price_usd_per_mwh: float
    slope_usd_per_mw2h: float = 0.0


@dataclass(frozen=True)
class Curve:
    """Cost at zero output ($/h), and the segments that follow."""

    at_zero_usd_per_h: float
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Polynomial:
    """Cost a P^2 + b P + c ($/h), a >= 0."""

    a: float
    b: float
    c: float

    def curve(self, p_max_mw: float) -> Curve:
        """Cost from 0 to `p_max_mw`."""
        return Curve(self.c, (Segment(p_max_mw, self.b, 2 * self.a),))

    def mirrored(self) -> "Polynomial":
        """Cost as a function of consumption."""
        return Polynomial(self.a, -self.b, self.c)


@dataclass(frozen=True)
class Points:
    """Cost through the points (MW, $/h), extended beyond the ends; convex.

    `repaired_usd_per_h` is the most by which a given point lay above the cost.
    """

    p_mw: NDArray[np.float64]
    usd_per_h: NDArray[np.float64]
    repaired_usd_per_h: float = 0.0

    def curve(self, p_max_mw: float) -> Curve:
        """Cost from 0 to `p_max_mw`."""
        inner = [p for p in self.p_mw.tolist() if 0.0 < p < p_max_mw]
        edges = [0.0, *inner, p_max_mw]
        segments = [
            Segment(right - left, self._slope((left + right) / 2))
            for left, right in pairwise(edges)
        ]
        return Curve(self._at_zero(), tuple(segments))

    def mirrored(self) -> "Points":
        """Cost as a function of consumption."""
        return Points(-self.p_mw[::-1], self.usd_per_h[::-1], self.repaired_usd_per_h)

    def _piece(self, p_mw: float) -> int:
        return int(np.clip(np.searchsorted(self.p_mw, p_mw) - 1, 0, len(self.p_mw) - 2))

    def _slope(self, p_mw: float) -> float:
        return float(slopes(self)[self._piece(p_mw)])

    def _at_zero(self) -> float:
        piece = self._piece(0.0)
        return float(self.usd_per_h[piece] - slopes(self)[piece] * self.p_mw[piece])


Cost = Polynomial | Points


def slopes(points: Points) -> NDArray[np.float64]:
    """Price between each two points ($/MWh)."""
    return np.diff(points.usd_per_h) / np.diff(points.p_mw)


def read_cost(row: Sequence[float]) -> Cost:
    """Cost of one row of mpc.gencost; raises UnusableCost."""
    model, entries = row[COST["MODEL"] - 1], row[COST["NCOST"] - 1]
    given = list(row[COST["COST"] - 1 :])
    if model not in NUMBERS_PER_ENTRY or entries < 1 or entries % 1 != 0:
        raise UnusableCost(f"cost model {model:g} with {entries:g} entries is not known")
    needed = NUMBERS_PER_ENTRY[model] * int(entries)
    if len(given) < needed:
        raise UnusableCost(f"{needed} numbers are announced, {len(given)} are there")
    if not np.isfinite(given[:needed]).all():
        raise UnusableCost("the cost is not finite")
    if model == COST_MODELS["POLYNOMIAL"]:
        return _polynomial(given[:needed])
    return _points(given[0:needed:2], given[1:needed:2])


def _polynomial(coefficients: Sequence[float]) -> Polynomial:
    """Polynomial from its coefficients, the highest degree first."""
    *higher, a, b, c = [0.0, 0.0, 0.0, *coefficients]
    if any(higher):
        degree = len(coefficients) - 1 - next(i for i, x in enumerate(coefficients) if x)
        raise UnusableCost(f"a polynomial of degree {degree}; at most 2 is known")
    if a < 0:
        raise UnusableCost(f"the quadratic coefficient {a!r} is negative, so the cost not convex")
    return Polynomial(a, b, c)


def _points(p_mw: Sequence[float], usd_per_h: Sequence[float]) -> Points:
    if len(p_mw) < 2:
        raise UnusableCost("a piecewise linear cost needs two points or more")
    if any(right <= left for left, right in pairwise(p_mw)):
        raise UnusableCost("the points are not in the order of rising MW")
    given = Points(np.array(p_mw), np.array(usd_per_h))
    price = slopes(given)
    falls = np.flatnonzero(np.diff(price) < 0)
    if not falls.size:
        return given
    kept = _lower_hull(given)
    hull = Points(given.p_mw[kept], given.usd_per_h[kept])
    lowered = float(np.max(given.usd_per_h - np.interp(p_mw, hull.p_mw, hull.usd_per_h)))
    if lowered > min(ROUNDING_USD_PER_H, ROUNDING_SHARE * np.abs(given.usd_per_h).max()):
        left, right = price[falls[0]], price[falls[0] + 1]
        finding = f"the price falls from {left:g} to {right:g} $/MWh, so the cost is not convex"
        raise UnusableCost(finding)
    return replace(hull, repaired_usd_per_h=lowered)


def _lower_hull(points: Points) -> list[int]:
    """Positions of the points that the greatest convex cost below all of them goes through."""
    kept: list[int] = []
    for n in range(len(points.p_mw)):
        while len(kept) > 1 and _slope(points, *kept[-2:]) >= _slope(points, kept[-1], n):
            kept.pop()
        kept.append(n)
    return kept


def _slope(points: Points, left: int, right: int) -> float:
    rise = points.usd_per_h[right] - points.usd_per_h[left]
    return float(rise / (points.p_mw[right] - points.p_mw[left]))
