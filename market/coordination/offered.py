"""What is offered for power at transmission's boundaries, in one form for every method."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from market.coordination.bid_curve import BidCurve

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Columns:
    """Offers of which transmission accepts amounts; one column each.

    An amount of 1 is `power` (MW), shape (periods x boundaries, columns), and has a `worth` ($),
    less `slope`/2 ($) times the amount squared. Amounts lie between 0 and `most`; those of one
    `group` add up to 1. Where `group` is None the amounts are free of each other.
    """

    power: sparse.csc_array
    worth: Numbers
    slope: Numbers | None = None
    most: Numbers | None = None
    group: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Offered:
    """Boundary power between `least` and `most` (MW), worth `price` ($/MWh), and columns on top.

    The price falls by `slope` ($/MW2h) with every MW. The columns are in `blocks`, each block as it
    was offered; there are `groups` groups of them. Columns are offered at a flat price alone.
    """

    least: Numbers
    most: Numbers
    price: Numbers
    blocks: tuple[Columns, ...] = ()
    groups: int = 0
    slope: Numbers | None = None

    def beside(self, block: Columns) -> "Offered":
        """The same, and more columns."""
        return replace(self, blocks=(*self.blocks, block))


def fixed(schedule: Numbers) -> Offered:
    """Boundary power that is given (MW), shape (boundaries, periods)."""
    return Offered(schedule, schedule, np.zeros_like(schedule))


def beside(schedule: Numbers, lowest: Numbers, highest: Numbers, hours: Numbers) -> Offered:
    """A schedule (MW) to which more is worth `lowest` ($/MWh), and less costs `highest`."""
    one = sparse.eye_array(schedule.size)
    power = sparse.csc_array(sparse.hstack([one, -one]))
    worth = np.concatenate([(side * hours).T.ravel() for side in (lowest, -highest)])
    return fixed(schedule).beside(Columns(power, worth))


def elastic(price: Numbers, slope: Numbers) -> Offered:
    """Any boundary power, worth `price` ($/MWh) less `slope` ($/MW2h) for every MW."""
    anything = np.full_like(price, np.inf)
    return Offered(-anything, anything, price, slope=slope)


def along(curves: Mapping[int, BidCurve], shape: tuple[int, int], hours: Numbers) -> Offered:
    """Power bought along bid curves, by boundary row: one column for each segment (MW).

    Prices never rise along a curve, so the best optimum fills the segments in their order.
    """
    least = np.zeros(shape)
    for row, curve in curves.items():
        least[row] = curve.least_mw
    cells = _end_to_end([c.period * shape[0] + row for row, c in curves.items()]).astype(int)
    once = (np.ones(cells.size), (cells, np.arange(cells.size)))
    length = hours[cells // shape[0]]
    price, slope, width = (
        _end_to_end([getattr(c, name) for c in curves.values()])
        for name in ("price_from", "slope", "width")
    )
    power = sparse.csc_array(once, shape=(least.size, cells.size))
    return replace(fixed(least), blocks=(Columns(power, price * length, slope * length, width),))


@dataclass(frozen=True)
class Group:
    """Where an area's schedules go: boundary rows, and the groups of which they are mixed.

    An area whose periods are separable has a group for each, any other one for the day.
    """

    rows: Sequence[int]
    members: NDArray[np.int64]


def pool(groups: Mapping[str, Group], shape: tuple[int, int]) -> Offered:
    """No power but that of schedules, of which none is offered yet."""
    count = sum(g.members.size for g in groups.values())
    return replace(fixed(np.zeros(shape)), groups=count)


def schedules(
    groups: Mapping[str, Group], replies: Mapping[str, tuple[Numbers, Numbers]], boundaries: int
) -> Columns:
    """Columns of one more schedule (MW) of some areas, with its worth ($) by period."""
    rows, columns, values = [], [], []
    worth: list[Numbers] = []
    start = periods = 0
    for area, (schedule, welfare) in replies.items():
        members, periods = groups[area].members, schedule.shape[1]
        cells = np.array(groups[area].rows)[:, None] + np.arange(periods) * boundaries
        mix = np.arange(periods) if members.size > 1 else np.zeros(periods, dtype=int)
        rows.append(cells.ravel())
        columns.append(np.tile(start + mix, len(cells)))
        values.append(schedule.ravel())
        worth.append(welfare if members.size > 1 else welfare.sum(keepdims=True))
        start += members.size
    owners = np.concatenate([groups[area].members for area in replies])
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    power = sparse.csc_array(entries, shape=(boundaries * periods, start))
    return Columns(power, np.concatenate(worth), group=owners)


def _end_to_end(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0)
