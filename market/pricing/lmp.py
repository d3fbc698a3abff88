"""Locational marginal prices: every position at the price of one more MW at its bus.

F. C. Schweppe, M. C. Caramanis, R. D. Tabors, R. E. Bohn, "Spot Pricing of Electricity", Kluwer,
1988. Boundary energy has the price of the boundary bus in transmission, energy that an operator
does not deliver the value of lost load.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from market.pricing import pricing
from market.pricing.lmp_rents import lmp_rents
from market.pricing.lmp_table import at_buses
from scenarios.pricing import (
    BOUNDARY_ENERGY,
    COMPENSATION,
    PREMIUM,
    PRICE,
    WHEELING,
    WHOLESALE_SALE,
    ClearedDay,
    Rents,
)

SaleRule = Literal["supporting", "bb_price", "dlmp"]


@pricing.member("lmp")
@dataclass(frozen=True)
class Nodal:
    """Nodal prices; `rule` says what energy nets that local assets sell wholesale.

    All energy of a local asset is paid the price of its bus; a store that buys wholesale pays what
    one that sells is paid. Under `supporting` wholesale
    sales get on top what the ban on exports of their local market is worth, which the operator
    has from buying at the local price: nobody would rather sell otherwise at these prices.
    Under `bb_price` they get the rest of the boundary's price, whatever the operator has; under
    `dlmp` they get it and pay it back as a charge for wheeling.
    """

    rule: SaleRule = "supporting"

    words: ClassVar[str] = "locational marginal prices"

    def prices(self, day: ClearedDay) -> pd.DataFrame:
        """Prices of buses with their parts, and the premium of wholesale sales over them."""
        priced = at_buses(day, day.positions)
        product = priced["product"] = day.positions["product"]
        crossing, sale = product == BOUNDARY_ENERGY, product == WHOLESALE_SALE
        priced.loc[crossing, PRICE] = _boundary_prices(day, crossing)
        priced.loc[product == COMPENSATION, PRICE] = day.scenario.voll_usd_per_mwh
        if self.rule == "supporting":
            priced.loc[sale, PRICE] = _of_area(day, sale, "ban_usd_per_mwh")
        else:
            abroad = _of_area(day, sale, "lmp_usd_per_mwh")
            priced.loc[sale, PRICE] = abroad - priced.loc[sale, PRICE]
        priced.loc[sale, "product"] = PREMIUM
        parts = priced.columns.difference([PRICE, "product"])
        priced.loc[sale | (product == COMPENSATION), parts] = np.nan
        if self.rule != "dlmp":
            return priced
        back = priced[sale].assign(product=WHEELING, **{PRICE: -priced.loc[sale, PRICE]})
        return pd.concat([priced, back])

    def rents(self, day: ClearedDay, paid: pd.DataFrame, kept: pd.Series) -> Rents:
        """Rents of branches, voltages, losses and boundaries, less premiums paid."""
        return lmp_rents(day, paid, [PREMIUM, WHEELING])


def _boundary_prices(day: ClearedDay, crossing: pd.Series) -> pd.Series:
    """Price of every boundary position at its bus in transmission."""
    keys = ["period", "boundary"]
    table = day.tables["boundary"].select([*keys, "lmp_usd_per_mwh"]).to_pandas()
    rows = day.positions.loc[crossing, ["period", "asset"]]
    return _looked_up(table.set_index(keys)["lmp_usd_per_mwh"], rows)


def _of_area(day: ClearedDay, sale: pd.Series, column: str) -> pd.Series:
    """Lowest price in the boundary table of the area of every wholesale sale."""
    keys = ["period", "area"]
    table = day.tables["boundary"].select([*keys, column]).to_pandas()
    lowest = table.astype({column: float}).groupby(keys)[column].min()
    return _looked_up(lowest, day.positions.loc[sale, keys])


def _looked_up(prices: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """The price of every row, by its two columns."""
    found: pd.Series = prices.reindex(pd.MultiIndex.from_frame(rows)).set_axis(rows.index)
    return found
