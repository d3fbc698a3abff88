"""Cuts of what areas replied to prices: what no schedule of an area is worth more than.

A reply (d', V(d')) to prices pi says that V(d) <= V(d') + pi (d - d') for every schedule d, whether
or not V is concave (J. E. Kelley, "The Cutting-Plane Method for Solving Convex Programs", J. SIAM
8(4), 1960).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from market.coordination.offered import Ceilings
from market.coordination.protocol import Crossing, Numbers, Ready, Reply

Answer = tuple[Mapping[str, Crossing], Mapping[str, Reply]]  # prices and replies, by area
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Row:
    """Cuts of one reply: parts, limits ($), and places of power and of what is carried in them."""

    part: Positions
    most: Numbers
    power: sparse.coo_array
    carried: sparse.coo_array


@dataclass(frozen=True)
class Places:
    """Where an area stands: cells of its power, the first of its parts and of what it carries."""

    cells: Positions
    part: int
    carried: int
    sizes: tuple[int, int]  # of all power, and of all that is carried

    def by_day(self, paid: Numbers, reply: Reply) -> Row:
        """What no day is worth more than; `paid` are prices ($/MW) by boundary and period."""
        earned = reply.welfare.sum() - (paid * reply.schedule).sum() + reply.slack
        power = _entries(
            paid.ravel(), 0 * self.cells.ravel(), self.cells.ravel(), (1, self.sizes[0])
        )
        nothing = sparse.coo_array((1, self.sizes[1]))
        return Row(np.array([self.part]), np.array([earned]), power, nothing)

    def by_hour(self, paid: Numbers, reply: Reply) -> Row:
        """What no hour is worth more than, by power and by what is carried into it and out of it.

        What it carries out it sells at its worth, and what it carries in it buys.
        """
        periods = np.arange(paid.shape[1])
        row = np.broadcast_to(periods, self.cells.shape)
        power = _entries(
            paid.ravel(), row.ravel(), self.cells.ravel(), (periods.size, self.sizes[0])
        )
        earned = reply.welfare - (paid * reply.schedule).sum(axis=0) + reply.slack
        shape = periods.size, self.sizes[1]
        if reply.carried is None or reply.carried_worth is None:
            return Row(self.part + periods, earned, power, sparse.coo_array(shape))
        worth, after = reply.carried_worth, np.broadcast_to(periods[:-1], reply.carried.shape)
        place = self.carried + np.arange(worth.size)
        carried = _entries(
            np.concatenate([-worth.ravel(), worth.ravel()]),
            np.concatenate([after.ravel(), after.ravel() + 1]),
            np.tile(place, 2),
            shape,
        )
        sold = (worth * reply.carried).sum(axis=0)
        gained = earned + np.append(sold, 0.0) - np.append(0.0, sold)
        return Row(self.part + periods, gained, power, carried)


def cuts_of(
    answers: Sequence[Answer],
    ready: Mapping[str, Ready],
    rows: Mapping[str, Sequence[int]],
    boundaries: int,
    hours: Numbers,
) -> Ceilings:
    """Cuts of all answers: by hour of areas whose hours are known by themselves, else by day.

    `rows` are boundary rows by area, of so many boundaries.
    """
    periods, found, part, first = hours.size, list[Row](), 0, 0
    sizes = boundaries * periods, sum(one.carries for one in ready.values()) * (periods - 1)
    for name, one in ready.items():
        heard = [(prices[name] * hours, r[name]) for prices, r in answers if name in r]
        told = [one.is_separable or reply.carried_worth is not None for _, reply in heard]
        places = Places(cells_of(rows[name], boundaries, periods), part, first, sizes)
        if any(told):
            found += [
                places.by_hour(*cut) for cut, hourly in zip(heard, told, strict=True) if hourly
            ]
        else:
            found += [places.by_day(*cut) for cut in heard]
        part += periods if any(told) else 1
        first += one.carries * (periods - 1)
    return ceilings(found, sizes)


def cells_of(rows: Sequence[int], boundaries: int, periods: int) -> Positions:
    """Places of boundary power, shape (rows, periods), in a vector of periods x boundaries."""
    places: Positions = np.array(rows)[:, None] + np.arange(periods) * boundaries
    return places


def ceilings(found: Sequence[Row], sizes: tuple[int, int]) -> Ceilings:
    """All cuts in one; `sizes` are numbers of boundary powers and of what is carried on."""
    power, carried = (sparse.csr_array((0, size)) for size in sizes)
    return Ceilings(
        sparse.csr_array(sparse.vstack([power, *(row.power for row in found)])),
        np.concatenate([np.zeros(0), *(row.most for row in found)]),
        np.concatenate([np.zeros(0, dtype=np.int64), *(row.part for row in found)]),
        sparse.csr_array(sparse.vstack([carried, *(row.carried for row in found)])),
    )


def _entries(
    values: Numbers, rows: Positions, columns: Positions, shape: tuple[int, int]
) -> sparse.coo_array:
    return sparse.coo_array((values, (rows, columns)), shape=shape)
