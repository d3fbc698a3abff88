"""Local energy markets: who may sell where, and what a ban on exports is worth.

With `sold` the wholesale sales of an area's generators and stores, the ban says
`boundary power + sold >= 0`. Any worth of it that is not negative proves a bound; the one taken is
that of the tables.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from validation.check import Missed, Rows
from validation.cleared import Cleared
from validation.grid import column, members
from validation.tables import Key, Numbers, numbers

_OFFERS = ["gamma", "offered_mw", "offered_purchase_mw", "markup_usd_per_mwh"]


@dataclass(frozen=True)
class LocalTrade:
    """What a clearing says of local markets; all zero where its design has none."""

    cleared: Cleared

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """Areas with a local market."""
        if self.cleared.clearing.local is None:
            return ()
        return tuple(a.area for a in self.cleared.scenario.areas if a.type == "B")

    @cached_property
    def splits(self) -> NDArray[np.bool_]:
        """Generators that may sell past their local market, shape (generators,)."""
        return self.may_trade(self.cleared.scenario.generators).ravel()

    def may_trade(self, owned: tuple[Any, ...]) -> NDArray[np.bool_]:
        """Assets that may trade past their local market, shape (assets, 1)."""
        may = [a.area in self.areas and a.participation in ("type1", "wholesale") for a in owned]
        return np.array(may, dtype=bool).reshape(-1, 1)

    @cached_property
    def offers(self) -> Numbers:
        """The table of wholesale offers, in the order of all generators."""
        owned = members(self.cleared.scenario.generators, "area", "generator")
        return self.offers_of("generator", owned)

    def offers_of(self, kind: str, owned: list[Key]) -> Numbers:
        """Wholesale offers of a kind of assets, in their order."""
        table = self.cleared.clearing.tables["wholesale_offer"].to_pandas()
        rows = table[table["kind"] == kind]
        return numbers(rows, ["area", "asset"], owned, _OFFERS, len(self.cleared.hours))

    @cached_property
    def offered(self) -> Rows:
        """Power offered wholesale (MW), shape (generators, periods)."""
        if not self.splits.any():
            return np.zeros_like(self.cleared.generators["p_mw"])
        return np.nan_to_num(self.offers["offered_mw"])

    @cached_property
    def sold(self) -> Rows:
        """Power sold wholesale (MW), shape (generators, periods)."""
        return np.nan_to_num(self.cleared.generators["p_wholesale_mw"])

    @cached_property
    def home_limit(self) -> Rows:
        """Most that a generator may sell in its local market (MW)."""
        rules, most = self.cleared.clearing.local, self.cleared.output_limits[1]
        kept = most if rules is None or rules.unsold_wem_returns_to_lem else most - self.offered
        owned = self.cleared.scenario.generators
        abroad = np.array([g.participation == "wholesale" for g in owned], dtype=bool)
        return np.where((abroad & self.splits).reshape(-1, 1), 0.0, kept)

    @cached_property
    def purchase(self) -> Rows:
        """What each local market buys gross from the grid (MW), shape (areas, periods)."""
        crossing = self._by_area(self.cleared.scenario.boundaries, self.cleared.boundary["p_mw"])
        stores = np.nan_to_num(self.cleared.of("storage")["p_wholesale_mw"])
        crossing = crossing + self._by_area(self.cleared.scenario.storage, stores)
        return crossing + self._by_area(self.cleared.scenario.generators, self.sold)

    @cached_property
    def worth(self) -> Rows:
        """Worth of one more MW of permitted export ($/MWh), shape (areas, periods)."""
        rules, worth = self.cleared.clearing.local, np.zeros_like(self.purchase)
        if rules is None or rules.allow_lem_export:
            return worth
        stated = np.nan_to_num(self.cleared.boundary["ban_usd_per_mwh"])
        for row, b in zip(stated, self.cleared.scenario.boundaries, strict=True):
            if b.area in self.areas:
                worth[self.areas.index(b.area)] = row
        return np.maximum(worth, 0.0)

    @cached_property
    def markup(self) -> Rows:
        """What a wholesale offer asks beyond its cost ($/MWh), shape (generators, periods)."""
        rules = self.cleared.clearing.local
        if rules is None or rules.beta_mode == "marginal_cost":
            return np.zeros_like(self.sold)
        cost = self.cleared.offers.cost(self.offered)
        mean = np.divide(cost, self.offered, out=np.zeros_like(cost), where=self.offered > 0)
        asked = column(self.cleared.scenario.generators, "beta") - mean
        return np.where((self.offered > 0) & np.isfinite(asked), asked, 0.0)

    def spread(self, records: tuple[Any, ...]) -> Rows:
        """`worth` of the area of every record; 0 where there is no local market."""
        rows = np.vstack([self.worth, np.zeros((1, self.sold.shape[1]))])
        return rows[self._areas_of(records)]

    def _areas_of(self, records: tuple[Any, ...]) -> NDArray[np.intp]:
        place = {area: n for n, area in enumerate(self.areas)}
        rows = [place.get(r.area, -1) for r in records]
        return np.array(rows, dtype=np.intp)

    def _by_area(self, records: tuple[Any, ...], values: Rows) -> Rows:
        total = np.zeros((len(self.areas) + 1, values.shape[1]))
        np.add.at(total, self._areas_of(records), values)
        return total[:-1]


def purchases_unearned(cleared: Cleared) -> Missed:
    """Where exports would be worth something, a local market buys nothing from the grid."""
    trade = LocalTrade(cleared)
    return Missed(trade.areas, trade.worth * trade.purchase * cleared.hours)
