"""Flexible loads: consumption along a value curve, with reactive power in proportion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.devices import devices
from formulations.devices.contract import Columns, Setting, Solved, in_rows
from formulations.devices.holding import add_offers, holding_costs
from formulations.devices.offers import add_curves, by_owner, curves, greatest, most_of
from formulations.devices.room import add_room_of_bids
from scenarios.scenario import AreaView, Hourly

NUMBERS = ("p_min_mw", "p_max_mw", "profile", "p_base_mw", "q_base_mvar")


@dataclass(frozen=True)
class Bids:
    """block.p_bid (MW, consumption) over segments `bidden`."""

    def add(
        self, block: pyo.Block, view: AreaView, periods: Sequence[int], setting: Setting
    ) -> None:
        """Segments of the value curves; value counts as negative cost."""
        if view.bids:
            value = curves(view, view.bids)
            cost = replace(value, price=-value.price)
            add_curves(block, periods, "bidden", cost, view.bids, "p_bid")
            add_offers(block, view, periods, "bid")
            add_room_of_bids(block, view, periods)

    def p_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """What it consumes, negative."""
        return -block.p_bid[name, t]

    def q_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """In proportion to what it consumes."""
        return -view.bids[name].tan_phi * block.p_bid[name, t]

    def row_key(self, view: AreaView, setting: Setting) -> Any:
        """Bus and power factor."""
        return {n: in_rows(k, NUMBERS) for n, k in view.bids.items()}

    def dispatch(self, solved: Solved) -> Columns:
        """Consumption and its value."""
        bids = solved.view.bids
        power = by_owner(solved, "bidden", solved.value("bidden"), list(bids))
        tan_phi = np.array([[k.tan_phi] for k in bids.values()])
        return {
            "p_mw": power,
            "p_max_mw": most_of(solved.view, bids),
            "q_mvar": power * tan_phi,
            "value_usd": -by_owner(solved, "bidden", solved.cost("bidden"), list(bids)),
            "cost_usd": holding_costs(solved, "bid", list(bids)),
        }

    def greatest_mw(self, view: AreaView) -> tuple[Hourly, Hourly]:
        """No production; greatest consumptions together."""
        return np.zeros(len(view.hours)), greatest(view, view.bids)

    def coupled(self, view: AreaView) -> Mapping[str, Sequence[str]]:
        """None."""
        return {}

    def slack_buses(self, view: AreaView) -> tuple[Sequence[str], Sequence[str]]:
        """Energy may be unserved where a bid must consume."""
        return [k.bus for k in view.bids.values() if k.p_min_mw > 0], []


devices.register("bid", Bids())
