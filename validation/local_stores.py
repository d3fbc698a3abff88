"""Stores that trade in two markets: what they may sell and buy where, by the dispatch alone.

What a store sells wholesale it has bought wholesale before. Its account is worked out here as the
most that it can be: all that it bought so, less losses, but never more than the energy that is
there; below zero, a store has sold what was the local market's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from validation.best import Limit
from validation.check import Missed, Rows, outside
from validation.cleared import Cleared
from validation.grid import Mask, column, members
from validation.local import LocalTrade
from validation.tables import Numbers

KIND = "storage"


@dataclass(frozen=True)
class StoreTrade:
    """What a clearing says of the stores' two markets; arrays of shape (stores, 1 or periods)."""

    cleared: Cleared

    @cached_property
    def owned(self) -> tuple[Any, ...]:
        """All stores."""
        return self.cleared.records(KIND)

    @cached_property
    def local(self) -> LocalTrade:
        """The local markets."""
        return LocalTrade(self.cleared)

    @cached_property
    def splits(self) -> Mask:
        """Stores that may trade past their local market."""
        return self.local.may_trade(self.owned)

    @cached_property
    def alone(self) -> Mask:
        """Stores that trade in the wholesale market only."""
        named = [s.participation == "wholesale" for s in self.owned]
        found: Mask = self.splits & np.array(named, dtype=bool).reshape(-1, 1)
        return found

    @cached_property
    def offers(self) -> Numbers:
        """The table of wholesale offers, in the order of all stores."""
        return self.local.offers_of(KIND, members(self.owned, "area", KIND))

    @cached_property
    def sold(self) -> Rows:
        """Power sold wholesale, less what is bought there (MW)."""
        return np.nan_to_num(self.cleared.of(KIND)["p_wholesale_mw"])

    @cached_property
    def share(self) -> Rows:
        """Share of its power that every store offers wholesale; 0 where it may not."""
        if not self.splits.any():
            return np.zeros_like(self.sold)
        return np.where(self.splits, self.offers["gamma"], 0.0)

    @cached_property
    def home_share(self) -> Rows:
        """Share of its power that every store may trade at home."""
        rules = self.cleared.clearing.local
        kept = rules is None or rules.unsold_wem_returns_to_lem
        return np.where(self.alone, 0.0, 1.0 if kept else 1.0 - self.share)

    @property
    def charging(self) -> Rows:
        """Greatest power that every store takes (MW)."""
        return column(self.owned, "p_charge_max_mw")

    @property
    def discharging(self) -> Rows:
        """Greatest power that every store gives (MW)."""
        return column(self.owned, "p_discharge_max_mw")

    @cached_property
    def start(self) -> Rows:
        """Energy (MWh) in the morning that may be sold wholesale."""
        return np.where(self.alone, column(self.owned, "energy_initial_mwh"), 0.0)

    def missed(self) -> Iterator[Missed]:
        """Sales and purchases (MW) beyond what stores offer or may trade at home."""
        names, numbers = self.cleared.of(KIND).names, self.cleared.of(KIND)
        most, least = self.share * self.discharging, -self.share * self.charging
        yield Missed(names, outside(self.sold, least, most))
        home = outside(
            numbers["p_mw"] - self.sold,
            -self.home_share * self.charging,
            self.home_share * self.discharging,
        )
        yield Missed(names, np.where(self.splits, home, 0.0))
        yield Missed(names, outside(self.share, np.where(self.alone, 1.0, 0.0), 1.0))
        if self.splits.any():
            for stated, meant in (("offered_mw", most), ("offered_purchase_mw", -least)):
                off = np.where(self.splits, self.offers[stated] - meant, 0.0)
                yield Missed(names, off)

    def overdrawn(self) -> Rows:
        """Energy (MWh) sold wholesale beyond what was bought there before."""
        energy, short = self.cleared.of(KIND)["energy_mwh"], np.zeros_like(self.sold)
        held = self.start[:, 0]
        for t in range(self.sold.shape[1]):
            held = np.minimum(held + self._gained[:, t], energy[:, t])
            short[:, t] = np.maximum(-held, 0.0)
            held = np.maximum(held, 0.0)
        return short

    @property
    def _gained(self) -> Rows:
        """What every account gains in every period (MWh)."""
        stored = column(self.owned, "charge_efficiency") * np.maximum(-self.sold, 0.0)
        drawn = np.maximum(self.sold, 0.0) / column(self.owned, "discharge_efficiency")
        gained: Rows = self.cleared.hours * (stored - drawn)
        return gained

    def rows(self) -> list[Limit]:
        """Limits on charge, discharge, energy, sales, purchases and account of all stores.

        The columns of each are in the order of stores and periods.
        """
        count, periods = self.sold.shape
        hours = np.tile(self.cleared.hours, count)
        whole, blank = sparse.eye_array(count * periods), sparse.csr_array((count * periods,) * 2)
        change = sparse.eye_array(periods) - sparse.eye_array(periods, k=-1)
        rise = sparse.kron(sparse.eye_array(count), change)
        stored = sparse.diags_array(-hours * np.repeat(_flat(self.owned, "charge"), periods))
        drawn = sparse.diags_array(hours / np.repeat(_flat(self.owned, "discharge"), periods))
        begin, none = np.zeros((count, periods)), np.full(count * periods, -np.inf)
        begin[:, :1] = self.start
        least, most = (
            np.broadcast_to(np.where(self.splits, limit, np.inf), begin.shape).ravel()
            for limit in (self.home_share * self.charging, self.home_share * self.discharging)
        )
        return [
            (sparse.hstack([blank, blank, blank, drawn, stored, rise]), none, begin.ravel()),
            (sparse.hstack([blank, blank, -whole, blank, blank, whole]), none, np.zeros_like(none)),
            (sparse.hstack([-whole, whole, blank, -whole, whole, blank]), -least, most),
        ]


def _flat(owned: tuple[Any, ...], way: str) -> Rows:
    return column(owned, f"{way}_efficiency").ravel()
