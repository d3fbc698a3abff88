"""What stores of a distribution area trade in the wholesale market and in their local one.

A store is one device in two markets: both share its power and its energy. What it sells wholesale
it has bought wholesale before, less its losses, so that no surplus of a local market, which may
not be sold to the grid, leaves through it. An account in every store says how much of its energy
was bought so. Energy may leave the account for the local market, and never enters it from there;
what a store of type 1 holds in the morning is the local market's.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Lookup, Rows
from formulations.decision import Daily, Decision, decision_of
from formulations.devices.participation import shares, splits, stays_abroad
from formulations.index_sets import member_periods
from scenarios.local_market import LocalMarket
from scenarios.records import Storage
from scenarios.scenario import AreaView

SOLD, BOUGHT, HOME = "store_sales", "store_purchases", "p_storage_local"
BEFORE, AFTER = "wholesale_energy_before", "wholesale_energy"


def store_decisions(view: AreaView, local: LocalMarket) -> list[Decision]:
    """What stores sell and buy wholesale, sell at home (MW), and hold of wholesale energy (MWh)."""
    members = splits(view, Storage)
    names, hours, alone = list(members), len(view.hours), stays_abroad(members)
    share = shares(members)
    home = np.where(alone, 0.0, 1.0 if local.unsold_wem_returns_to_lem else 1.0 - share)
    selling, buying = (_column(members, f"p_{way}_max_mw") for way in ("discharge", "charge"))
    least, most = np.zeros((len(names), hours)), np.full((len(names), hours), np.inf)
    least[:, :1] = most[:, :1] = np.where(alone, _column(members, "energy_initial_mwh"), 0.0)
    return [
        decision_of(hours, SOLD, names, 0.0, share * selling),
        decision_of(hours, BOUGHT, names, 0.0, share * buying),
        decision_of(hours, HOME, names, -home * buying, home * selling),
        decision_of(hours, BEFORE, names, least, most),
        decision_of(hours, AFTER, names, 0.0, np.inf),
    ]


def add_store_trade(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """Balances of what stores trade; reads block.p_storage, energy and the decisions."""
    members = splits(view, Storage)
    block.states.append((BEFORE, AFTER))
    sold, bought, home = (block.component(name) for name in (SOLD, BOUGHT, HOME))
    before, after = block.component(BEFORE), block.component(AFTER)
    store_periods = member_periods(block, members, periods)

    @block.Constraint(store_periods)
    def stores_trade_somewhere(b, s, t):
        return sold[s, t] - bought[s, t] + home[s, t] == b.p_storage[s, t]

    @block.Constraint(store_periods)
    def sells_what_it_bought(b, s, t):
        hours, store = float(b.hours[t - 1]), members[s]
        stored = store.charge_efficiency * bought[s, t]
        drawn = sold[s, t] / store.discharge_efficiency
        return after[s, t] - before[s, t] - hours * (stored - drawn) <= 0

    @block.Constraint(store_periods)
    def holds_what_it_bought(b, s, t):
        return after[s, t] - b.energy[s, t] <= 0


def wholesale_sales(value: Lookup) -> Rows:
    """What stores sell wholesale less what they buy there (MW), shape (stores, periods)."""
    return value(SOLD) - value(BOUGHT)


def _column(members: Mapping[str, Storage], field: str) -> Daily:
    return np.array([[getattr(s, field)] for s in members.values()], dtype=float).reshape(-1, 1)
