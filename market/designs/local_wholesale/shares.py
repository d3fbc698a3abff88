"""The shares of their power that type 1 assets offer wholesale, and what others would earn.

An asset that takes prices as given chooses the share that pays best at the prices it expects;
shares from which no asset wants to move are an equilibrium of price takers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from formulations.devices.participation import KINDS, Key
from market.coordination import Conversation
from market.coordination.questions import ByRule
from market.designs.local_wholesale.price_taking import greatest_turnover, profits
from market.designs.local_wholesale.prices import Prices
from scenarios.clearing import Clearing
from scenarios.local_market import LocalMarket
from scenarios.quantity import to_table
from scenarios.results import GENERATOR, STORAGE, WholesaleShare
from scenarios.scenario import AreaView, Hourly

GRIDS = {GENERATOR: np.linspace(0.0, 1.0, 101), STORAGE: np.linspace(0.0, 1.0, 21)}
EQUAL = 1e-7  # of what all its power is worth: below it, a gain is solver noise


def best_shares(conversation: Conversation, clearing: Clearing, rules: LocalMarket) -> pa.Table:
    """For each type 1 asset its share, the best one at the clearing's prices, and its gain."""
    shares = {area: one.shares for area, one in conversation.ready.items() if one.shares}
    home, ban = _bus_prices(clearing, list(shares)), _bans(clearing)
    answers: dict[str, tuple[WholesaleShare, ...]] = conversation.ask(
        lambda area: ByRule(BestShares(shares[area], home[area], ban[area], rules)), of=shares
    )
    return to_table([row for rows in answers.values() for row in rows], WholesaleShare)


@dataclass(frozen=True)
class BestShares:
    """What an area's type 1 assets earn by their shares, and what by the best ones.

    `home` holds the prices at its buses, `ban` the worth of the ban on exports ($/MWh).
    """

    shares: Mapping[Key, float]
    home: Mapping[str, Hourly]
    ban: Hourly
    rules: LocalMarket

    def of(self, view: AreaView) -> tuple[WholesaleShare, ...]:
        """Each asset's share, the best one, and what it would gain."""
        return tuple(self._of(view, key, now) for key, now in self.shares.items())

    def _of(self, view: AreaView, key: Key, now: float) -> WholesaleShare:
        home = self.home[view.of(KINDS[key[0]])[key[1]].bus]
        prices = Prices(home, home + self.ban)
        grid = GRIDS[key[0]]
        earned, *profit = profits(view, key, prices, self.rules, [now, *grid]).tolist()
        gain = max(*profit, earned) - earned
        noise = EQUAL * max(1.0, greatest_turnover(view, key, prices))
        best = now if gain <= noise else float(grid[int(np.argmax(profit))])
        gain = gain if best != now else 0.0
        return WholesaleShare(view.name, *key, now, best, earned, profit[0], gain)


def _bus_prices(clearing: Clearing, areas: list[str]) -> dict[str, dict[str, Hourly]]:
    """Prices by area and bus."""
    table: pd.DataFrame = clearing.tables["lmp"].to_pandas()
    own = table[table["area"].isin(areas)].sort_values("period")
    prices: dict[str, dict[str, Hourly]] = {area: {} for area in areas}
    for key, rows in own.groupby(["area", "bus"]):
        prices[str(key[0])][str(key[1])] = rows["lmp_usd_per_mwh"].to_numpy()
    return prices


def _bans(clearing: Clearing) -> dict[str, Hourly]:
    """Worth of the ban on exports ($/MWh) by area."""
    table = clearing.tables["boundary"].to_pandas().sort_values("period")
    worth = table.groupby(["area", "period"])["ban_usd_per_mwh"].first()
    return {str(area): rows.to_numpy().clip(min=0.0) for area, rows in worth.groupby(level="area")}
