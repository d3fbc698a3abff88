"""A part of one hour's bid curve, between two points that are known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from market.coordination.bid_curve import Segment

THIN_MW = 1e-6  # a bend of the curve is located to this power ...
THIN_PRICE = 1e-6  # ... or this price ($/MWh)


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
    def even(self) -> Segment:
        """The evenly falling price between the points."""
        return Segment(self.left.mw, self.right.mw, self.left.price, self.right.price)

    @property
    def level(self) -> Segment:
        """The mean price all the way."""
        return Segment(self.left.mw, self.right.mw, self.chord, self.chord)

    @property
    def doubt(self) -> float:
        """Size of the box in which the curve lies ($/h)."""
        return (self.right.mw - self.left.mw) * (self.left.price - self.right.price)

    def is_worth(self, segments: Iterable[Segment], noise: float) -> bool:
        """Whether segments add up to what the stretch is worth."""
        worth = sum(s.value for s in segments)
        return abs(self.right.value - self.left.value - worth) <= noise

    def drawn_on(
        self, before: Segment | None, after: Segment | None
    ) -> Iterator[tuple[Segment, ...]]:
        """Ways in which the segments on both sides may go on into the stretch."""
        a, b = self.left.mw, self.right.mw
        for line in (after, before):
            if line:
                yield (line.along(a, b),)
        if before and after and before.slope != after.slope:
            meet = (before.price_at(0.0) - after.price_at(0.0)) / (before.slope - after.slope)
            if a < meet < b:
                yield (before.along(a, meet), after.along(meet, b))


def unless_thin(left: Point, right: Point) -> Iterator[Stretch]:
    """The stretch between two points, known where the price hardly falls; nothing if thin."""
    if right.mw - left.mw > THIN_MW:
        stretch = Stretch(left, right)
        level = left.price - right.price <= THIN_PRICE
        yield replace(stretch, segments=(stretch.level,) if level else None)
