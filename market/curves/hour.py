"""One hour's way along its bid curve: what to ask next, and what the answer says."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from market.coordination.bid_curve import Segment
from market.curves.stretch import THIN_MW, Point, Stretch, unless_thin


@dataclass
class HourWalk:
    """One hour's way along its curve, as stretches in the order of power."""

    stretches: list[Stretch]
    noise: float  # $/h
    is_linear: bool
    asked: int | None = None

    def question(self) -> float:
        """Price to ask next, that of the next unknown chord; NaN where all is known."""
        self.asked = self._next()
        while self.asked is not None and (bent := self._bent(self.asked)):
            self._note(self.asked, *bent)
            self.asked = self._next()
        return math.nan if self.asked is None else self.stretches[self.asked].chord

    def _next(self) -> int | None:
        """The unknown stretch to ask about: of steps the first, of bends the most doubtful.

        In the order of price a simplex has few steps from one question to the next; a bend
        needs no question where the lines on both its sides are known.
        """
        unknown = [n for n, s in enumerate(self.stretches) if s.segments is None]
        if self.is_linear:
            return min(unknown, default=None)
        return max(unknown, key=lambda n: self.stretches[n].doubt, default=None)

    def _note(self, n: int, *segments: Segment) -> None:
        self.stretches[n] = replace(self.stretches[n], segments=segments)

    def learn(self, found: Point) -> None:
        """Note the curve of the stretch that was asked about, or cut it at the point found."""
        if self.asked is None:
            return
        n, whole = self.asked, self.stretches[self.asked]
        halves = [Stretch(whole.left, found), Stretch(found, whole.right)]
        if self._is_flat(whole, found):
            self._note(n, whole.level)
        elif not self.is_linear and all(h.is_worth([h.even], self.noise) for h in halves):
            self._note(n, whole.even)
        else:
            self.stretches[n : n + 1] = [s for h in halves for s in unless_thin(h.left, h.right)]

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
        lines = before[-1] if before else None, after[0] if after else None
        for drawn in stretch.drawn_on(*lines):
            if stretch.is_worth(drawn, self.noise):
                return drawn
        return None
