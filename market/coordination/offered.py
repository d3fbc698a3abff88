"""What is offered for power at transmission's boundaries, in one form for every method."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    less `slope`/2 ($) times the amount squared. Amounts lie between 0 and `most`. What they add to
    each sum of the offer is in `shares`, shape (sums, columns), where they are not free.
    """

    power: sparse.csc_array
    worth: Numbers
    slope: Numbers | None = None
    most: Numbers | None = None
    shares: sparse.csc_array | None = None


@dataclass(frozen=True)
class Ceilings:
    """What boundary power is worth at most ($): every part no more than any of its cuts.

    Cut c holds part `of[c]` at or below `most[c]` ($) and `slope[c]` ($/MW) times the power, shape
    (cuts, periods x boundaries), and `carried[c]` times what is carried from hour to hour. Every
    part has a cut.
    """

    slope: sparse.csr_array
    most: Numbers
    of: NDArray[np.int64]
    carried: sparse.csr_array

    def beside(self, other: "Ceilings") -> "Ceilings":
        """These cuts and others."""
        return Ceilings(
            sparse.csr_array(sparse.vstack([self.slope, other.slope])),
            np.concatenate([self.most, other.most]),
            np.concatenate([self.of, other.of]),
            sparse.csr_array(sparse.vstack([self.carried, other.carried])),
        )


@dataclass(frozen=True)
class Offered:
    """Boundary power between `least` and `most` (MW), worth `price` ($/MWh), and columns on top.

    The price falls by `slope` ($/MW2h) with every MW. The columns are in `blocks`, each block as it
    was offered; their shares have given `sums`, of which those of 0 can be missed at great cost.
    Columns are offered at a flat price alone, and ceilings in place of columns.
    """

    least: Numbers
    most: Numbers
    price: Numbers
    blocks: tuple[Columns, ...] = ()
    sums: Numbers = field(default_factory=lambda: np.zeros(0))
    slope: Numbers | None = None
    ceilings: Ceilings | None = None

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


def below(
    limits: Sequence[Numbers], ceilings: Ceilings, centre: Numbers, slope: Numbers
) -> Offered:
    """Boundary power between limits (MW), worth as much as ceilings allow, near a centre (MW).

    The price falls by `slope` ($/MW2h) with every MW beyond the centre.
    """
    return Offered(limits[0], limits[1], slope * centre, slope=slope, ceilings=ceilings)


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
    """Where an area's schedules go: boundary rows, and the sums of the offer that they add to.

    Shares of schedules add up to 1 in `members`: in each hour, or over the day. Where they do so by
    hour, what devices carry out of an hour and into the next is the same: their difference adds up
    to 0 in `carried`, shape (carries, periods - 1).
    """

    rows: Sequence[int]
    members: NDArray[np.int64]
    carried: NDArray[np.int64]


@dataclass(frozen=True)
class Schedule:
    """A schedule (MW) of an area, its worth ($) by period, and what devices carry on, if told.

    That may be counted from any numbers, the same for all schedules of the area.
    """

    power: Numbers
    worth: Numbers
    carried: Numbers | None = None


def pool(groups: Mapping[str, Group], shape: tuple[int, int]) -> Offered:
    """No power but that of schedules, of which none is offered yet."""
    sums = [np.r_[np.ones(g.members.size), np.zeros(g.carried.size)] for g in groups.values()]
    return replace(fixed(np.zeros(shape)), sums=_end_to_end(sums))


def schedules(
    groups: Mapping[str, Group], held: Mapping[str, Schedule], offered: Offered
) -> Columns:
    """Columns of one more schedule of some areas, one for each of its hours or for its day."""
    blocks = [_columns(groups[area], one, offered) for area, one in held.items()]
    return Columns(
        sparse.csc_array(sparse.hstack([power for power, _, _ in blocks])),
        np.concatenate([worth for _, worth, _ in blocks]),
        shares=sparse.csc_array(sparse.hstack([shares for _, _, shares in blocks])),
    )


def _columns(
    group: Group, one: Schedule, offered: Offered
) -> tuple[sparse.coo_array, Numbers, sparse.coo_array]:
    """Power, worth and shares of an area's columns."""
    boundaries, periods = offered.least.shape
    count = group.members.size
    mix = np.arange(periods) if count > 1 else np.zeros(periods, dtype=int)
    cells = np.array(group.rows)[:, None] + np.arange(periods) * boundaries
    entries = (one.power.ravel(), (cells.ravel(), np.tile(mix, len(cells))))
    power = sparse.coo_array(entries, shape=(offered.least.size, count))
    once = (np.ones(count), (group.members, np.arange(count)))
    shares = sparse.coo_array(once, shape=(offered.sums.size, count))
    if count > 1 and one.carried is not None:
        shares = shares + _carried(group, one.carried, shares.shape)
    return power, one.worth if count > 1 else one.worth.sum(keepdims=True), shares


def _carried(group: Group, carried: Numbers, shape: tuple[int, int]) -> sparse.coo_array:
    """What leaves an hour less what enters the next, hour by hour."""
    after = np.broadcast_to(np.arange(carried.shape[1]), carried.shape)
    rows = np.tile(group.carried.ravel(), 2)
    columns = np.concatenate([after.ravel(), after.ravel() + 1])
    values = np.concatenate([carried.ravel(), -carried.ravel()])
    return sparse.coo_array((values, (rows, columns)), shape=shape)


def _end_to_end(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0)
