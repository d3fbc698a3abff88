"""What the assets of one kind hold of reserves, in the order of the scenario's offers."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from validation.check import Rows
from validation.grid import Mask, Places


@dataclass(frozen=True)
class Holding:
    """Offers of the assets of a kind, of which there are `count`.

    `holder` is the asset of each, `sign` +1 for products that go up, `minutes` NaN for those that
    may take the period. The rest has a row for each offer: what it holds at most and does (MW),
    what a MW of it earns beyond its price ($/MWh), and how long a store must keep it up (h).
    """

    count: int
    holder: Places
    sign: Places
    minutes: NDArray[np.float64]
    most: Rows
    power: Rows
    gain: Rows
    lasts: Rows

    @property
    def holds(self) -> Mask:
        """Whether each asset may hold any."""
        return np.isin(np.arange(self.count), self.holder)

    def total(self, values: Rows) -> Rows:
        """Numbers of offers added up by asset, shape (assets, periods)."""
        return np.asarray(self._adding(np.ones(self.holder.size, dtype=bool)) @ values)

    def up(self, kept: Mask | None = None) -> Rows:
        """Power (MW) that every asset holds upward, of the offers kept."""
        return self._sided(1, kept)

    def down(self, kept: Mask | None = None) -> Rows:
        """The same downward."""
        return self._sided(-1, kept)

    def _sided(self, sign: int, kept: Mask | None) -> Rows:
        return np.asarray(self.matrix(sign, kept) @ self.power)

    def matrix(self, sign: int, kept: Mask | None = None) -> Any:
        """1 where an offer of a direction is an asset's, shape (assets, offers)."""
        chosen = self.sign == sign
        return self._adding(chosen if kept is None else chosen & kept)

    def _adding(self, chosen: Mask) -> Any:
        at = np.flatnonzero(chosen)
        shape = (self.count, self.holder.size)
        return sparse.csr_array((np.ones(at.size), (self.holder[at], at)), shape=shape)

    @cached_property
    def slow(self) -> Mask:
        """Offers that may take the period."""
        return np.isnan(self.minutes)

    def steps(self) -> list[float]:
        """Minutes in which some must be there."""
        return sorted(set(self.minutes[~self.slow].tolist()))

    def of(self, kept: Places) -> "Holding":
        """Those of some assets, numbered anew."""
        own = np.flatnonzero(np.isin(self.holder, kept))
        return Holding(
            len(kept),
            np.searchsorted(kept, self.holder[own]),
            self.sign[own],
            self.minutes[own],
            self.most[own],
            self.power[own],
            self.gain[own],
            self.lasts[own],
        )
