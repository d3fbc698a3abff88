"""The exact bid curve of an area, from its best replies to well-chosen prices.

What boundary power d is worth to an area in one hour, W(d), is concave; its slope W'(d) is the
bid. Between two known points of W the price that is asked next is the slope of their chord: the
reply lies on the chord where W is straight, halfway between the points where W' is, and is a new
point otherwise. With block offers this ends after about two questions per step and is exact (the
chord method of parametric linear programming: M. J. Eisner, D. G. Severance, "Mathematical
Techniques for Efficient Record Segmentation in Large Shared Databases", J. ACM 23(4), 1976).
With quadratic offers a bend of W' is closed in on until it is known to THIN_MW or THIN_PRICE.
Hours do not depend on each other, so one question of a whole day takes every hour one step on.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from market.coordination.bid_curve import BidCurve, Segment, curve_of
from market.coordination.protocol import Reply

THIN_MW = 1e-6  # a bend of the curve is located to this power ...
THIN_PRICE = 1e-6  # ... or this price ($/MWh)
NOISE = 1e-11  # of the day's value: an interior-point solver's relative gap


@dataclass(frozen=True)
class Point:
    """Power (MW) that is best at `price` ($/MWh), and what it is worth ($/h)."""

    mw: float
    price: float
    value: float


@dataclass(frozen=True)
class Stretch:
    """The curve between two points; `segments` are None as long as they are not known."""

    left: Point
    right: Point
    segments: tuple[Segment, ...] | None = None

    @property
    def chord(self) -> float:
        """Mean price between the points ($/MWh)."""
        return (self.right.value - self.left.value) / (self.right.mw - self.left.mw)

    @property
    def doubt(self) -> float:
        """Size of the box in which the curve lies ($/h); 0 where it is known."""
        if self.segments is not None:
            return 0.0
        return (self.right.mw - self.left.mw) * (self.left.price - self.right.price)

    def is_worth(self, segments: Iterable[Segment], noise: float) -> bool:
        """Whether segments add up to what the stretch is worth."""
        worth = sum(s.value for s in segments)
        return abs(self.right.value - self.left.value - worth) <= noise


@dataclass
class HourWalk:
    """One hour's way along its curve, as stretches in the order of power."""

    stretches: list[Stretch]
    noise: float  # $/h
    is_linear: bool
    asked: int | None = None

    def question(self) -> float:
        """Price to ask next, that of the most doubtful chord; NaN where all is known."""
        self.asked = None
        while self.stretches:
            n = max(range(len(self.stretches)), key=lambda k: self.stretches[k].doubt)
            stretch = self.stretches[n]
            if stretch.segments is not None:
                break
            if bent := self._bent(n):
                self.stretches[n] = replace(stretch, segments=bent)
            else:
                self.asked = n
                return stretch.chord
        return math.nan

    def learn(self, found: Point) -> None:
        """Note the curve of the stretch that was asked about, or cut it at the point found."""
        if self.asked is None:
            return
        n, whole = self.asked, self.stretches[self.asked]
        halves = [Stretch(whole.left, found), Stretch(found, whole.right)]
        if self._is_flat(whole, found):
            level = Segment(whole.left.mw, whole.right.mw, found.price, found.price)
            self.stretches[n] = replace(whole, segments=(level,))
        elif not self.is_linear and all(
            half.is_worth([_even(half)], self.noise) for half in halves
        ):
            self.stretches[n] = replace(whole, segments=(_even(whole),))
        else:
            self.stretches[n : n + 1] = [s for h in halves for s in _unless_thin(h.left, h.right)]

    def segments(self) -> Iterator[Segment]:
        """The curve; what is known only by its chord gives way to its neighbours' lines."""
        for n, stretch in enumerate(self.stretches):
            yield from self._bent(n) or stretch.segments or ()

    def _is_flat(self, whole: Stretch, found: Point) -> bool:
        """Whether nothing earns more at the chord's price than the chord's ends."""
        left, right = whole.left, whole.right
        above = found.value - left.value - found.price * (found.mw - left.mw)
        return above <= self.noise or min(found.mw - left.mw, right.mw - found.mw) <= THIN_MW

    def _bent(self, n: int) -> tuple[Segment, ...] | None:
        """The neighbours' lines drawn on until they meet, where that is what it is worth."""
        stretch = self.stretches[n]
        before = self.stretches[n - 1].segments if n else None
        after = self.stretches[n + 1].segments if n + 1 < len(self.stretches) else None
        for drawn in _drawn_on(
            stretch, before[-1] if before else None, after[0] if after else None
        ):
            if stretch.is_worth(drawn, self.noise):
                return drawn
        return None


def _unless_thin(left: Point, right: Point) -> Iterator[Stretch]:
    """The stretch between two points, known where the price hardly falls; nothing if thin."""
    if right.mw - left.mw > THIN_MW:
        stretch = Stretch(left, right)
        level = left.price - right.price <= THIN_PRICE
        known = (Segment(left.mw, right.mw, stretch.chord, stretch.chord),) if level else None
        yield replace(stretch, segments=known)


def _even(stretch: Stretch) -> Segment:
    left, right = stretch.left, stretch.right
    return Segment(left.mw, right.mw, left.price, right.price)


def _drawn_on(
    stretch: Stretch, before: Segment | None, after: Segment | None
) -> Iterator[tuple[Segment, ...]]:
    """Ways in which the segments on both sides may go on into the stretch."""
    a, b = stretch.left, stretch.right
    if after:
        yield (_along(after, a.mw, b.mw),)
    if before:
        yield (_along(before, a.mw, b.mw),)
    if before and after and before.slope != after.slope:
        meet = (before.price_at(0.0) - after.price_at(0.0)) / (before.slope - after.slope)
        if a.mw < meet < b.mw:
            yield (_along(before, a.mw, meet), _along(after, meet, b.mw))


def _along(line: Segment, from_mw: float, to_mw: float) -> Segment:
    return Segment(from_mw, to_mw, line.price_at(from_mw), line.price_at(to_mw))


def walk(
    ask: Callable[[NDArray[np.float64]], Reply],
    hours: NDArray[np.float64],
    highest: float,
    lowest: float,
    *,
    is_linear: bool,
) -> BidCurve:
    """Bid curve of an area with one boundary whose hours do not depend on each other.

    `ask` gives its best reply to prices of shape (1, periods). At the price `highest` ($/MWh) it
    takes the least that it can, at `lowest` the most.
    """
    first, last = (_points(ask, np.full(hours.size, p), hours) for p in (highest, lowest))
    scale = sum(abs(p.value) for p in first) + sum(abs(p.value) for p in last)
    noise = NOISE * max(1.0, scale)
    ends = zip(first, last, strict=True)
    walks = [HourWalk(list(_unless_thin(a, b)), noise, is_linear) for a, b in ends]
    prices = np.full(hours.size, highest)
    while np.isfinite(questions := np.array([hour.question() for hour in walks])).any():
        prices = np.where(np.isfinite(questions), questions, prices)
        for hour, found in zip(walks, _points(ask, prices, hours), strict=True):
            hour.learn(found)
    least, most = [p.mw for p in first], [p.mw for p in last]
    joined = [list(_joined(h.segments(), a, b)) for h, a, b in zip(walks, least, most, strict=True)]
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


def _joined(segments: Iterable[Segment], least: float, most: float) -> Iterator[Segment]:
    """The segments end to end from `least` to `most`, those of one line as one, none rising."""
    kept: list[Segment] = []
    for s in segments:
        both = _as_one(kept[-1], s) if kept else None
        kept[len(kept) - bool(both) :] = [both or s]
    meets = [(a.to_mw + b.from_mw) / 2 for a, b in pairwise(kept)]
    prices = np.minimum.accumulate([p for s in kept for p in (s.price_from, s.price_to)])
    starts, ends = [least, *meets], [*meets, most]
    yield from map(Segment, starts, ends, prices[::2].tolist(), prices[1::2].tolist())


def _as_one(one: Segment, other: Segment) -> Segment | None:
    """Two neighbours as one segment, where they lie on one line."""
    whole = Segment(one.from_mw, other.to_mw, one.price_from, other.price_to)
    if one.slope == other.slope == 0.0:
        mean = (one.value + other.value) / (other.to_mw - one.from_mw)
        whole = replace(whole, price_from=mean, price_to=mean)
    prices = (one.price_from, one.price_to, other.price_from, other.price_to)
    places = (one.from_mw, one.to_mw, other.from_mw, other.to_mw)
    apart = max(abs(whole.price_at(mw) - p) for mw, p in zip(places, prices, strict=True))
    return whole if apart <= THIN_PRICE else None
