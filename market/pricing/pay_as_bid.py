"""Pay-as-bid: every accepted offer is paid its own price, every accepted bid pays its own.

Who has no price of its own: loads that are not flexible pay the mean of what all supply is paid,
imports included; stores and shiftable loads, which choose their hours by it, the price of their
bus. Boundary energy has the mean price of the side that it comes from. The operator of each area
keeps what flexible loads bid beyond the mean, and bears losses and what it spills.
"""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from market.pricing import pricing
from market.pricing.lmp_table import at_buses
from market.pricing.mean_supply import mean_supply_prices
from market.pricing.stacks import stacks
from scenarios.pricing import (
    BOUNDARY_ENERGY,
    COMPENSATION,
    PRICE,
    WHOLESALE_SALE,
    ClearedDay,
    Rents,
)
from scenarios.results import BID, GENERATOR, LOAD

_OWNER = ["kind", "area", "asset", "period"]


@pricing.member("pay_as_bid")
@dataclass(frozen=True)
class PayAsBid:
    """Offers and bids at their own prices, all other load at the mean price of supply.

    No-load costs are no part of an offer. Wholesale sales of local generators are paid what they
    ask beyond cost. Energy that an operator does not deliver has the value of lost load.
    """

    words: ClassVar[str] = (
        "pay-as-bid: accepted offers are paid and accepted bids pay their own prices, other load "
        "pays the mean price of supply"
    )

    def prices(self, day: ClearedDay) -> pd.DataFrame:
        """Own prices, mean prices, and prices of buses where there is neither."""
        asked = day.positions
        product, kind, energy = asked["product"], asked["kind"], asked["energy_mwh"]
        price = at_buses(day, asked)[PRICE]
        price[product == COMPENSATION] = day.scenario.voll_usd_per_mwh
        owned, sale = kind.isin([GENERATOR, BID]), product == WHOLESALE_SALE
        price[owned] = _own_prices(day, asked[owned])
        if sale.any():
            price[sale] = _markups(day, asked[sale])
        mean = mean_supply_prices(day, energy * price)
        at_mean = (kind == LOAD) & (energy < 0.0)
        price[at_mean] = _of(mean, asked.loc[at_mean, "area"], asked)
        crossing = asked[product == BOUNDARY_ENERGY]
        source = crossing["party_area"].where(crossing["energy_mwh"] > 0.0, crossing["area"])
        price[crossing.index] = _of(mean, source, asked)
        return price.to_frame()

    def rents(self, day: ClearedDay, paid: pd.DataFrame, kept: pd.Series) -> Rents:
        """All that an operator keeps is the spread between bids and the mean price."""
        return Rents(kept.to_frame("spread"))


def _own_prices(day: ClearedDay, rows: pd.DataFrame) -> pd.Series:
    """Mean price ($/MWh) of what is accepted of each row's offer or bid."""
    held = {(s.kind, s.area, s.owner): s.own_price for s in stacks(day)}
    keys = rows[_OWNER].itertuples(index=False)
    return pd.Series([held[k, a, n][t - 1] for k, a, n, t in keys], rows.index, dtype=float)


def _markups(day: ClearedDay, sales: pd.DataFrame) -> pd.Series:
    """What wholesale sales ask beyond cost ($/MWh); 0 where nothing is sold."""
    sold = sales[sales["energy_mwh"] > 0.0]
    keys = ["period", "area", "kind", "asset"]
    offers = day.tables["wholesale_offer"].to_pandas().set_index(keys)["markup_usd_per_mwh"]
    rows = pd.MultiIndex.from_frame(sold[keys])
    asked = offers.astype(float).reindex(rows).to_numpy()
    return pd.Series(asked, sold.index).reindex(sales.index, fill_value=0.0)


def _of(mean: pd.Series, area: pd.Series, asked: pd.DataFrame) -> pd.Series:
    """Mean price of supply of each row's area in its period."""
    keys = pd.MultiIndex.from_arrays([asked.loc[area.index, "period"], area])
    return mean.reindex(keys).set_axis(area.index)
