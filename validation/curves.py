"""Offer curves as segments that stack from 0 MW, and what power costs along them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.scenario import Scenario
from validation.check import Rows
from validation.grid import Places
from validation.tables import Key


@dataclass(frozen=True)
class Curves:
    """Segments of all owners: `owner` of each, and width (MW), start, price, slope by period."""

    owner: Places
    start: Rows
    width: Rows
    price: Rows
    slope: Rows

    def fill(self, power: Rows) -> Rows:
        """Part (MW) of every segment that `power` of its owner uses."""
        return np.clip(power[self.owner] - self.start, 0.0, self.width)

    def cost(self, power: Rows) -> Rows:
        """Cost ($/h) of the owners' power where the price rises, shape (owners, periods)."""
        part = self.fill(power)
        return self.by_owner(part * (self.price + self.slope * part / 2), len(power))

    def value(self, power: Rows) -> Rows:
        """Value ($/h) of the owners' power where the price falls, shape (owners, periods)."""
        part = self.fill(power)
        return self.by_owner(part * (self.price - self.slope * part / 2), len(power))

    def by_owner(self, values: Rows, owners: int) -> Rows:
        """Values of segments added up by owner."""
        total = np.zeros((owners, values.shape[1]))
        np.add.at(total, self.owner, values)
        return total


def curves(scenario: Scenario, owners: Sequence[Key]) -> Curves:
    """The segments of `owners`, keys (area, name), in the order of owner and step."""
    place = {key: n for n, key in enumerate(owners)}
    rows = [(place[o.area, o.owner], o) for o in scenario.offers if (o.area, o.owner) in place]
    segments = sorted({(n, o.step) for n, o in rows})
    row = {segment: i for i, segment in enumerate(segments)}
    width, price, slope = np.zeros((3, len(segments), len(scenario.hours)))
    for n, o in rows:
        at = (row[n, o.step], slice(None) if o.period is None else o.period - 1)
        width[at], price[at] = o.quantity_mw, o.price_usd_per_mwh
        slope[at] = o.slope_usd_per_mw2h
    owner = np.array([n for n, _ in segments], dtype=int)
    below = np.cumsum(width, axis=0) - width
    first = np.searchsorted(owner, owner)
    return Curves(owner, below - below[first], width, price, slope)


def segments_unearned(curve: Curves, gain: Rows, power: Rows, limits: tuple[Rows, Rows]) -> Rows:
    """Unearned $/h of owners of segments, each of which gains `gain` less its slope per MW."""
    floor, most = (curve.fill(limit) for limit in limits)
    bend = np.where(curve.slope > 0, curve.slope, 1.0)
    best = np.where(curve.slope > 0, gain / bend, np.where(gain > 0, np.inf, -np.inf))
    best, part = np.clip(best, floor, most), curve.fill(power)
    unearned = gain * (best - part) - curve.slope * (best**2 - part**2) / 2
    return curve.by_owner(unearned, len(power))
