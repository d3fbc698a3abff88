"""Retail: customers of distribution at a tariff, PV and wind at a feed-in price, all else nodal.

What tariffs bring beyond the prices of buses stays with the distribution operator, whose payoff is
then revenue by tariff less feed-in, wholesale payments and what other local generators are paid.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from market.pricing import pricing
from market.pricing.lmp import Nodal
from scenarios.option_fields import option
from scenarios.pricing import LOCAL_ENERGY, PRICE, RETAIL, ClearedDay, Rents
from scenarios.results import BID, GENERATOR, LOAD
from scenarios.totals import total

MARGIN = "retail"
RENEWABLE = ("pv", "wind")
PRICE_CURE = "write a price of at least 0 $/MWh"


@pricing.member("retail")
@dataclass(frozen=True)
class Retail:
    """Nodal prices but for customers of distribution, who pay a tariff, and PV and wind.

    The tariff is that of their area (`areas.tariff_usd_per_mwh`), or else the rule's. PV and wind
    are paid `feed_in` where one is given, or else the price of their bus.
    """

    tariff_usd_per_mwh: float = option(90.0, lambda v: v >= 0, PRICE_CURE)
    feed_in_usd_per_mwh: float | None = option(None, lambda v: v is None or v >= 0, PRICE_CURE)

    words: ClassVar[str] = (
        "locational marginal prices between operators, and a retail tariff for the customers of "
        "distribution"
    )

    def prices(self, day: ClearedDay) -> pd.DataFrame:
        """Nodal prices, and beside them what tariffs are beyond these, which has no parts."""
        priced = Nodal().prices(day)
        tariffs = self._tariffs(day)
        margin = tariffs - priced.loc[tariffs.index, PRICE]
        beyond = pd.DataFrame({PRICE: margin, "product": RETAIL})
        return pd.concat([priced, beyond.reindex(columns=priced.columns)])

    def rents(self, day: ClearedDay, paid: pd.DataFrame, kept: pd.Series) -> Rents:
        """Rents at nodal prices, and what tariffs bring beyond these."""
        nodal = Nodal().rents(day, paid, kept)
        rows = paid[paid["product"] == RETAIL]
        margin = -total(rows, rows["amount_usd"], day.every)
        return replace(nodal, parts=nodal.parts.assign(**{MARGIN: margin}))

    def _tariffs(self, day: ClearedDay) -> pd.Series:
        """Price ($/MWh) of every position that has a tariff."""
        local = day.positions[day.positions["product"] == LOCAL_ENERGY]
        own = {a.area: a.tariff_usd_per_mwh for a in day.scenario.areas}
        of_area = local["area"].map(own).astype(float).fillna(self.tariff_usd_per_mwh)
        tariff = of_area.where(local["kind"].isin([LOAD, BID]))
        if self.feed_in_usd_per_mwh is not None:
            renewable = {
                (g.area, g.generator) for g in day.scenario.generators if g.technology in RENEWABLE
            }
            named = zip(local["kind"], local["area"], local["asset"], strict=True)
            fed_in = [kind == GENERATOR and (a, name) in renewable for kind, a, name in named]
            tariff[fed_in] = self.feed_in_usd_per_mwh
        return tariff.dropna()
