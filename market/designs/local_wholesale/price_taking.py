"""What an asset that takes prices as given earns for every share that it offers wholesale."""

from collections.abc import Sequence

import numpy as np

from formulations.devices.local_market import markup
from formulations.devices.offers import curve_cost, curves, output_limits, supply
from formulations.devices.participation import KINDS, Key, with_shares
from market.designs.local_wholesale.asset_day import profits_by_day
from market.designs.local_wholesale.prices import Prices, Profits
from scenarios.assets import assets
from scenarios.local_market import LocalMarket
from scenarios.records import Generator
from scenarios.results import STORAGE
from scenarios.scenario import AreaView


def profits(
    view: AreaView, key: Key, prices: Prices, rules: LocalMarket, shares: Sequence[float]
) -> Profits:
    """Profit of the day ($) for every share; a wholesale offer above its cost sells less."""
    kind, name = key
    if kind == STORAGE:
        return profits_by_day(view, key, prices, rules, shares)
    unit = view.generators[name]
    earn = _by_hour if unit.ramp_mw_per_h is None else profits_by_day
    profit: Profits = earn(view, key, prices, rules, shares)
    return profit - unit.no_load_usd_per_h * sum(view.hours)


def greatest_turnover(view: AreaView, key: Key, prices: Prices) -> float:
    """What all that it can give and take in the day is worth ($), whatever the sign of prices."""
    owner = view.of(KINDS[key[0]])[key[1]]
    most = assets[key[0]].greatest_mw(owner)
    price = np.maximum(np.abs(prices.home), np.abs(prices.abroad))
    return float(price @ np.array(view.hours)) * sum(most)


def _by_hour(
    view: AreaView, key: Key, prices: Prices, rules: LocalMarket, shares: Sequence[float]
) -> Profits:
    """Margin over cost ($): it sells first where it nets more, up to what it may sell there."""
    name, owner = key[1], view.generators[key[1]]
    curve, (least, most) = curves(view, {name: owner}), output_limits(view, owner)
    only = view.with_assets(Generator, {name: owner})
    asked = np.stack([markup(with_shares(only, {key: share}), rules)[0] for share in shares])
    offered = np.reshape(shares, (-1, 1)) * most
    kept = np.broadcast_to(most, offered.shape)
    if not rules.unsold_wem_returns_to_lem:
        kept = kept - offered
    net = prices.abroad - asked
    wholesale_first = net >= prices.home
    first = np.where(wholesale_first, offered, kept)
    high, low = np.maximum(net, prices.home), np.minimum(net, prices.home)
    power = np.maximum(np.minimum(supply(curve, high), first), np.minimum(supply(curve, low), most))
    power = np.maximum(power, least)
    before, after = np.minimum(power, first), np.maximum(power - first, 0.0)
    sold = np.where(wholesale_first, before, after)
    earned = prices.home * power + (prices.abroad - prices.home) * sold
    margin: Profits = (earned - curve_cost(curve, power)) @ np.array(view.hours)
    return margin
