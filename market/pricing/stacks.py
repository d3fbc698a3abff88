"""How far the offers and bids of a cleared day are accepted, segment by segment."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from formulations.devices.offers import Curves, curves
from scenarios.pricing import ClearedDay
from scenarios.results import BID, GENERATOR

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Stack:
    """One owner's segments in merit order; arrays have shape (segments, periods).

    `accepted` is the power (MW) taken of each segment, `forced` the part of it that its owner
    could not have left out, `price` ($/MWh) that of the last MW taken and `mean` that of all of
    them. The prices of bids fall with power, those of offers rise.
    """

    kind: str
    area: str
    owner: str
    width: Rows
    forced: Rows
    accepted: Rows
    price: Rows
    mean: Rows

    @property
    def own_price(self) -> Rows:
        """Mean price ($/MWh) of all that is accepted, by period; 0 where nothing is."""
        total = self.accepted.sum(axis=0)
        worth = (self.accepted * self.mean).sum(axis=0)
        mean: Rows = np.divide(worth, total, out=np.zeros_like(total), where=total > 0)
        return mean


def stacks(day: ClearedDay) -> Iterator[Stack]:
    """Stacks of all generators and flexible loads."""
    power = _power(day)
    for area in day.scenario.areas:
        view = day.scenario.area(area.area)
        for kind, found in (
            (GENERATOR, curves(view, view.generators)),
            (BID, curves(view, view.bids)),
        ):
            for owner, members in groupby(enumerate(found.members), lambda member: member[1][0]):
                key = (kind, area.area, owner)
                yield _stack(key, found, [n for n, _ in members], power[key])


def _power(day: ClearedDay) -> dict[tuple[str, str, str], Rows]:
    """Power (MW) of every generator and flexible load by period."""
    rows = day.tables["dispatch"].select(["period", "kind", "area", "asset", "p_mw"]).to_pandas()
    own = rows[rows["kind"].isin([GENERATOR, BID])].sort_values("period")
    groups = own.groupby(["kind", "area", "asset"])["p_mw"]
    return {(str(k), str(a), str(n)): p.to_numpy(dtype=float) for (k, a, n), p in groups}


def _stack(key: tuple[str, str, str], found: Curves, members: list[int], power: Rows) -> Stack:
    width, rise = found.width[members], found.slope[members] * (-1.0 if key[0] == BID else 1.0)
    accepted = np.clip(power - (np.cumsum(width, axis=0) - width), 0.0, width)
    price = found.price[members] + rise * accepted
    mean = found.price[members] + rise * accepted / 2
    return Stack(*key, width, found.floor[members], accepted, price, mean)
