"""The local energy market of a distribution area: what its assets sell in which market.

A type 1 generator may sell up to its share gamma in the wholesale market and the rest at home; a
generator with participation `wholesale` sells all it produces there; all others sell at home.
What the local market buys from the grid cannot be negative: its surplus has no other buyer.
Stores trade like generators, both ways (`store_trade`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.decision import Daily, Decision, decision_of, place
from formulations.devices import devices
from formulations.devices.contract import Columns, Setting, Solved
from formulations.devices.offers import curve_cost, curves, output_limits
from formulations.devices.participation import KINDS, shares, splits, stays_abroad
from formulations.devices.store_trade import add_store_trade, store_decisions
from formulations.index_sets import member_periods
from scenarios.local_market import LocalMarket
from scenarios.records import Generator, Storage
from scenarios.scenario import AreaView, Hourly

HOME = "home"  # the one member of what the local market as a whole does


def available(view: AreaView) -> Daily:
    """Greatest output (MW) of each of `splits`, shape (generators, periods)."""
    most = [output_limits(view, g)[1] for g in splits(view, Generator).values()]
    return np.array(most).reshape(-1, len(view.hours))


def has_local_market(view: AreaView) -> bool:
    """Whether the area has a local market; one with loads only (type A) has none."""
    return view.type == "B"


def local_decisions(view: AreaView, local: LocalMarket) -> list[Decision]:
    """What is sold wholesale and at home, and bought from the grid (MW)."""
    members, limit = splits(view, Generator), available(view)
    wholesale = shares(members) * limit
    kept = limit if local.unsold_wem_returns_to_lem else limit - wholesale
    kept = np.where(stays_abroad(members), 0.0, kept)
    names, hours, extra = list(members), len(view.hours), markup(view, local)
    least = -np.inf if local.allow_lem_export else 0.0
    return [
        decision_of(hours, "p_wholesale", names, 0.0, wholesale, extra, beyond=extra),
        decision_of(hours, "p_local", names, 0.0, kept),
        decision_of(hours, "gross_purchase", [HOME], least, np.inf),
        *(store_decisions(view, local) if splits(view, Storage) else []),
    ]


@dataclass(frozen=True)
class LocalTrade:
    """block.p_wholesale, p_local and gross_purchase (MW) with their balances.

    Reads block.p_generator, p_storage, energy and p_boundary. What the area buys net is what its
    local market buys gross, less what its generators and stores sell past it.
    """

    def add(
        self, block: pyo.Block, view: AreaView, periods: Sequence[int], setting: Setting
    ) -> None:
        """All that a generator or store gives is sold somewhere."""
        if setting.local is None or not has_local_market(view):
            return
        for decision in local_decisions(view, setting.local):
            place(block, periods, decision)
        members, stores = splits(view, Generator), splits(view, Storage)
        block.follows += ["gross_purchase"]
        if stores:
            add_store_trade(block, view, periods)

        @block.Constraint(member_periods(block, members, periods))
        def sold_somewhere(b, g, t):
            return b.p_wholesale[g, t] + b.p_local[g, t] == b.p_generator[g, t]

        @block.Constraint(member_periods(block, [HOME], periods))
        def purchase(b, home, t):
            sold = sum(b.p_wholesale[g, t] for g in members)
            sold += sum(b.store_sales[s, t] - b.store_purchases[s, t] for s in stores)
            crossing = sum(b.p_boundary[p, t] for p in view.ports)
            return crossing + sold - b.gross_purchase[home, t] == 0

    def p_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """None: generators inject."""
        return 0.0

    def q_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """None."""
        return 0.0

    def row_key(self, view: AreaView, setting: Setting) -> Any:
        """Whether there is one, and who splits its power."""
        return view.type, [
            {n: asset.participation for n, asset in splits(view, record).items()}
            for record in KINDS.values()
        ]

    def dispatch(self, solved: Solved) -> Columns:
        """None: generators say what they sell."""
        return {}

    def greatest_mw(self, view: AreaView) -> tuple[Hourly, Hourly]:
        """None."""
        return np.zeros(len(view.hours)), np.zeros(len(view.hours))

    def coupled(self, view: AreaView) -> Mapping[str, Sequence[str]]:
        """None."""
        return {}

    def slack_buses(self, view: AreaView) -> tuple[Sequence[str], Sequence[str]]:
        """None."""
        return [], []


def markup(view: AreaView, local: LocalMarket) -> Daily:
    """Offer price less average cost ($/MWh) of what each of `splits` offers wholesale.

    An offer at beta in place of the cost of the share would make the market's cost of a strictly
    convex generator non-convex; its mean cost over the share is the tightest convex stand-in,
    and exact for a flat cost.
    """
    members, shape = splits(view, Generator), (len(splits(view, Generator)), len(view.hours))
    if local.beta_mode == "marginal_cost":
        return np.zeros(shape)
    offered = shares(members) * available(view)
    cost = [
        curve_cost(curves(view, {n: g}), part)
        for (n, g), part in zip(members.items(), offered, strict=True)
    ]
    mean = np.divide(np.reshape(cost, shape), offered, out=np.zeros(shape), where=offered > 0)
    beta = [np.nan if g.beta is None else g.beta for g in members.values()]
    extra = np.array(beta).reshape(-1, 1) - mean
    return np.where((offered > 0) & np.isfinite(extra), extra, 0.0)


devices.register("local_market", LocalTrade())
