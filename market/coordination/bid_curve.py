"""A distribution operator's bid for boundary power: what each further MW is worth to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Segment:
    """Power (MW) from `from_mw` to `to_mw`, worth `price_from` falling evenly to `price_to`.

    Prices are $/MWh.
    """

    from_mw: float
    to_mw: float
    price_from: float
    price_to: float

    @property
    def slope(self) -> float:
        """Fall of the price ($/MW2h)."""
        return (self.price_from - self.price_to) / (self.to_mw - self.from_mw)

    def price_at(self, mw: float) -> float:
        """Price ($/MWh) on the segment's line."""
        return self.price_from - self.slope * (mw - self.from_mw)

    def along(self, from_mw: float, to_mw: float) -> "Segment":
        """The part of the segment's line between two powers."""
        return Segment(from_mw, to_mw, self.price_at(from_mw), self.price_at(to_mw))

    @property
    def value(self) -> float:
        """What the whole segment is worth ($/h)."""
        return (self.price_from + self.price_to) / 2 * (self.to_mw - self.from_mw)


@dataclass(frozen=True)
class BidCurve:
    """The segments of every period, in the order of power; their prices never rise.

    `least_mw`, shape (periods,), is where each period's curve begins. The segments' arrays have
    one entry per segment; `period` counts from 0.
    """

    least_mw: Numbers
    period: NDArray[np.int64]
    from_mw: Numbers
    to_mw: Numbers
    price_from: Numbers
    price_to: Numbers

    @property
    def width(self) -> Numbers:
        """Power of every segment (MW)."""
        return self.to_mw - self.from_mw

    @property
    def slope(self) -> Numbers:
        """Fall of the price along every segment ($/MW2h)."""
        return (self.price_from - self.price_to) / self.width

    @property
    def ends(self) -> tuple[NDArray[np.int64], Numbers]:
        """Periods and powers (MW) at which segments begin and end, each once."""
        periods = np.concatenate([np.arange(self.least_mw.size), self.period])
        order = np.argsort(periods, kind="stable")
        return periods[order], np.concatenate([self.least_mw, self.to_mw])[order]


def curve_of(least_mw: Sequence[float], by_period: Sequence[Sequence[Segment]]) -> BidCurve:
    """The curve that each period's segments make up."""
    rows = [
        (t, s.from_mw, s.to_mw, s.price_from, s.price_to)
        for t, segments in enumerate(by_period)
        for s in segments
    ]
    columns = np.array(rows, dtype=float).reshape(-1, 5).T
    return BidCurve(np.array(least_mw), columns[0].astype(np.int64), *columns[1:])
