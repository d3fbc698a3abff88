"""Cuts of all that areas replied to prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from market.coordination.cuts import Cuts
from market.coordination.protocol import Crossing, Numbers, Ready, Reply

Answer = tuple[Mapping[str, Crossing], Mapping[str, Reply]]  # prices and replies, by area
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class _Row:
    """Cuts of one reply: parts, limits ($), and places of power and of what is carried in them."""

    part: Positions
    most: Numbers
    power: sparse.coo_array
    carried: sparse.coo_array


@dataclass(frozen=True)
class _Places:
    """Where an area stands: cells of its power, the first of its parts and of what it carries."""

    cells: Positions
    part: int
    carried: int
    sizes: tuple[int, int]  # of all power, and of all that is carried

    def by_day(self, paid: Numbers, reply: Reply) -> _Row:
        """What no day is worth more than; `paid` are prices ($/MW) by boundary and period."""
        earned = reply.welfare.sum() - (paid * reply.schedule).sum() + reply.slack
        power = _entries(
            paid.ravel(), 0 * self.cells.ravel(), self.cells.ravel(), (1, self.sizes[0])
        )
        nothing = sparse.coo_array((1, self.sizes[1]))
        return _Row(np.array([self.part]), np.array([earned]), power, nothing)

    def by_hour(self, paid: Numbers, reply: Reply) -> _Row:
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
            return _Row(self.part + periods, earned, power, sparse.coo_array(shape))
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
        return _Row(self.part + periods, gained, power, carried)


def cuts_of(
    answers: Sequence[Answer],
    ready: Mapping[str, Ready],
    rows: Mapping[str, Sequence[int]],
    limits: Numbers,
    hours: Numbers,
) -> Cuts:
    """Cuts of all answers: by hour of areas whose hours are known by themselves, else by day.

    `rows` are boundary rows by area, `limits` of boundary power, shape (2, boundaries, periods).
    """
    periods, found, part, first = hours.size, list[_Row](), 0, 0
    sizes = limits[0].size, sum(one.carries for one in ready.values()) * (periods - 1)
    for name, one in ready.items():
        heard = [(prices[name] * hours, r[name]) for prices, r in answers if name in r]
        told = [one.is_separable or reply.carried_worth is not None for _, reply in heard]
        cells = np.array(rows[name])[:, None] + np.arange(periods) * limits.shape[1]
        places = _Places(cells, part, first, sizes)
        if any(told):
            found += [
                places.by_hour(*cut) for cut, hourly in zip(heard, told, strict=True) if hourly
            ]
        else:
            found += [places.by_day(*cut) for cut in heard]
        part += periods if any(told) else 1
        first += one.carries * (periods - 1)
    return Cuts(
        np.concatenate([row.part for row in found]),
        np.concatenate([row.most for row in found]),
        sparse.csr_array(sparse.vstack([row.power for row in found])),
        sparse.csr_array(sparse.vstack([row.carried for row in found])),
        limits[0],
        limits[1],
    )


def _entries(
    values: Numbers, rows: Positions, columns: Positions, shape: tuple[int, int]
) -> sparse.coo_array:
    return sparse.coo_array((values, (rows, columns)), shape=shape)
