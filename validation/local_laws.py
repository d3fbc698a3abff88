"""Whether wholesale sales and local markets keep to their rules."""

import numpy as np

from validation.check import Check, Missed, check, outside
from validation.cleared import Cleared
from validation.local import LocalTrade
from validation.local_stores import StoreTrade
from validation.tolerances import Tolerances


def local_markets_hold(cleared: Cleared, within: Tolerances) -> Check:
    """Wholesale sales stay within offers and output; local markets do not sell to the grid."""
    trade, names = LocalTrade(cleared), cleared.generators.names
    power, rules = cleared.generators["p_mw"], cleared.clearing.local
    allowed = np.where(trade.splits.reshape(-1, 1), np.minimum(trade.offered, power), 0.0)
    parts = [Missed(names, outside(trade.sold, np.minimum(0.0, allowed), allowed))]
    if rules is not None:
        gamma = np.nan_to_num(trade.offers["gamma"]) if trade.splits.any() else 0.0 * power
        if trade.splits.any():
            parts.append(Missed(names, np.nan_to_num(trade.offers["offered_purchase_mw"])))
        share = trade.offered - gamma * cleared.output_limits[1]
        home = np.where(trade.splits.reshape(-1, 1), power - trade.sold - trade.home_limit, 0.0)
        parts += [Missed(names, share * trade.splits.reshape(-1, 1))]
        parts += [Missed(names, outside(gamma, 0.0, 1.0)), Missed(names, np.maximum(home, 0.0))]
        if not rules.allow_lem_export:
            parts.append(Missed(trade.areas, np.minimum(trade.purchase, 0.0)))
    parts += StoreTrade(cleared).missed()
    return check("local markets", within.mw, "MW", *parts)


def markups_are_as_offered(cleared: Cleared, within: Tolerances) -> Check:
    """Wholesale offers ask what their share costs, or beta where the rules say so."""
    trade, names, parts = LocalTrade(cleared), cleared.generators.names, []
    stores = StoreTrade(cleared)
    if stores.splits.any():
        asked = np.where(stores.splits, stores.offers["markup_usd_per_mwh"], 0.0)
        parts.append(Missed(cleared.of("storage").names, asked))
    if not trade.splits.any():
        return check("wholesale offers", within.price, "$/MWh", *parts)
    stated = np.nan_to_num(trade.offers["markup_usd_per_mwh"])
    off = np.where(trade.splits.reshape(-1, 1), stated - trade.markup, stated)
    parts.append(Missed(names, off))
    return check("wholesale offers", within.price, "$/MWh", *parts)
