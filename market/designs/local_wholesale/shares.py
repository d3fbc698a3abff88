"""The shares of their power that type 1 generators offer wholesale, and what others would earn.

A generator that takes prices as given chooses the share that pays best at the prices it expects;
shares from which no generator wants to move are an equilibrium of price takers.
"""

from collections.abc import Collection, Mapping

import numpy as np

from formulations.devices.local_market import TYPE1
from market.designs.local_wholesale.price_taking import Prices, profits
from market.operators.operators import Market
from scenarios.clearing import Clearing
from scenarios.local_market import LocalMarket
from scenarios.results import WholesaleShare
from scenarios.scenario import Hourly

Shares = Mapping[tuple[str, str], float]  # by area and generator
GRID = np.linspace(0.0, 1.0, 101)
EQUAL = 1e-7  # of the profit: below it, a gain is solver noise


def given_shares(market: Market, gamma: float | None = None) -> Shares:
    """Each type 1 generator's own share, or `gamma` for all."""
    return {
        (d.name, name): g.gamma if gamma is None else gamma
        for d in market.distribution
        for name, g in d.day.view.generators.items()
        if g.participation == TYPE1 and g.gamma is not None
    }


def best_replies(
    market: Market, clearing: Clearing, shares: Shares, rules: LocalMarket
) -> tuple[WholesaleShare, ...]:
    """For each type 1 generator its share, the best one at the clearing's prices, and its gain."""
    views = {d.name: d.day.view for d in market.distribution}
    homes = {views[area].generators[name].bus for area, name in shares}
    lmp, worth = _bus_prices(clearing, homes), _bans(clearing)
    replies = []
    for (area, name), now in shares.items():
        home = lmp[area, views[area].generators[name].bus]
        prices = Prices(home, home + worth[area])
        earned, *profit = profits(views[area], name, prices, rules, [now, *GRID]).tolist()
        gain = max(*profit, earned) - earned
        noise = EQUAL * max(1.0, *map(abs, profit))
        best = now if gain <= noise else float(GRID[int(np.argmax(profit))])
        gain = gain if best != now else 0.0
        replies.append(WholesaleShare(area, name, now, best, earned, profit[0], gain))
    return tuple(replies)


def _bus_prices(clearing: Clearing, buses: Collection[str]) -> dict[tuple[str, str], Hourly]:
    """Prices by area and bus, of buses with one of the names."""
    table = clearing.tables["lmp"].to_pandas()
    own = table[table["bus"].isin(list(buses))].sort_values("period")
    return {
        (str(key[0]), str(key[1])): rows["lmp_usd_per_mwh"].to_numpy()
        for key, rows in own.groupby(["area", "bus"])
    }


def _bans(clearing: Clearing) -> dict[str, Hourly]:
    """Worth of the ban on exports ($/MWh) by area."""
    table = clearing.tables["boundary"].to_pandas().sort_values("period")
    worth = table.groupby(["area", "period"])["ban_usd_per_mwh"].first()
    return {str(area): rows.to_numpy().clip(min=0.0) for area, rows in worth.groupby(level="area")}
