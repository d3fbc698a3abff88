"""The shares of their power that type 1 generators offer wholesale, and what others would earn.

A generator that takes prices as given chooses the share that pays best at the prices it expects;
shares from which no generator wants to move are an equilibrium of price takers.
"""

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from formulations.devices.local_market import TYPE1
from formulations.devices.offers import curve_cost, curves, output_limits, supply
from market.operators.operators import Market
from scenarios.clearing import Clearing
from scenarios.local_market import LocalMarket
from scenarios.results import WholesaleShare
from scenarios.scenario import AreaView

Shares = Mapping[tuple[str, str], float]  # by area and generator
Hourly = NDArray[np.float64]
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
    lmp, abroad = _bus_prices(clearing, homes), _boundary_prices(clearing)
    replies = []
    for (area, name), now in shares.items():
        home = lmp[area, views[area].generators[name].bus]
        profit = _profits(views[area], name, abroad[area], home, rules)
        earned = float(np.interp(now, GRID, profit))
        gain = max(float(profit.max()) - earned, 0.0)
        noise = EQUAL * max(1.0, float(np.abs(profit).max()))
        best = now if gain <= noise else float(GRID[int(np.argmax(profit))])
        replies.append(WholesaleShare(area, name, now, best, earned, gain if best != now else 0.0))
    return tuple(replies)


def _bus_prices(clearing: Clearing, buses: Collection[str]) -> dict[tuple[str, str], Hourly]:
    """Prices by area and bus, of buses with one of the names."""
    table = clearing.tables["lmp"].to_pandas()
    own = table[table["bus"].isin(list(buses))].sort_values("period")
    return {
        (str(key[0]), str(key[1])): rows["lmp_usd_per_mwh"].to_numpy()
        for key, rows in own.groupby(["area", "bus"])
    }


def _boundary_prices(clearing: Clearing) -> dict[str, Hourly]:
    """Wholesale price by area; of several boundaries the lowest."""
    table = clearing.tables["boundary"].to_pandas()
    lowest = table.groupby(["area", "period"])["lmp_usd_per_mwh"].min()
    return {str(area): rows.to_numpy() for area, rows in lowest.groupby(level="area")}


def _profits(
    view: AreaView, name: str, abroad: Hourly, home: Hourly, rules: LocalMarket
) -> NDArray[np.float64]:
    """Profit of the day ($) for every share of `GRID`, at a wholesale and a local price.

    The generator sells first where the price is higher, up to what it may sell there.
    """
    owner = view.generators[name]
    curve, (least, most) = curves(view, {name: owner}), output_limits(view, owner)
    offered = GRID.reshape(-1, 1) * most
    kept = most if rules.unsold_wem_returns_to_lem else most - offered
    first = np.where(abroad >= home, offered, kept)
    high, low = np.maximum(abroad, home), np.minimum(abroad, home)
    power = np.maximum(np.minimum(supply(curve, high), first), np.minimum(supply(curve, low), most))
    power = np.maximum(power, least)
    earned = high * np.minimum(power, first) + low * np.maximum(power - first, 0.0)
    profit: NDArray[np.float64] = (earned - curve_cost(curve, power)) @ np.array(view.hours)
    return profit
