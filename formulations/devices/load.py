"""Inelastic loads; what is not served costs the value of lost load."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.decision import Daily, decide
from formulations.devices import devices
from formulations.devices.contract import Columns, Setting, Solved, in_rows
from formulations.index_sets import member_periods
from scenarios.records import Load
from scenarios.scenario import AreaView, Hourly

NUMBERS = ("p_mw", "q_mvar", "n_p", "n_q", "profile")


def demand(view: AreaView, column: str = "p_mw") -> Daily:
    """Inelastic demand (MW), or its reactive part (Mvar), shape (loads, periods)."""
    rows = [getattr(r, column) * view.factor(r.profile) for r in view.loads.values()]
    return np.array(rows, dtype=float).reshape(len(view.loads), len(view.hours))


@dataclass(frozen=True)
class Loads:
    """block.served (MW) and block.q_load (Mvar), the reactive power that goes with it."""

    def add(
        self, block: pyo.Block, view: AreaView, periods: Sequence[int], setting: Setting
    ) -> None:
        """Serving is worth the value of lost load; a negative load injects and cannot be shed.

        The constant that makes serving all of it free of cost stands in `block.offset`.
        """
        asked = demand(view)
        least = np.minimum(asked, 0.0)
        voll = np.where(asked > 0, view.voll_usd_per_mwh, 0.0)
        most = np.where(asked > 0, asked, least)
        decide(block, periods, "served", list(view.loads), least, most, -voll)
        block.offset = block.offset + (voll * asked).sum(axis=0) * block.hours
        _add_reactive_power(block, view, periods)

    def p_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """What it is served, negative."""
        return -block.served[name, t]

    def q_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """In proportion to what it is served; all of it where it has no active power."""
        return -block.q_load[name, t]

    def row_key(self, view: AreaView, setting: Setting) -> Any:
        """Bus, and where there is reactive power its proportion."""
        return {
            n: (in_rows(r, NUMBERS), _proportion(r) if setting.reactive else None)
            for n, r in view.loads.items()
        }

    def dispatch(self, solved: Solved) -> Columns:
        """What is served, and what is not."""
        asked, served = demand(solved.view), solved.value("served")
        share = np.divide(served, asked, out=np.ones_like(served), where=asked != 0)
        unserved = np.maximum(asked - served, 0.0)
        return {
            "p_mw": served,
            "p_max_mw": asked,
            "q_mvar": demand(solved.view, "q_mvar") * share,
            "unserved_mw": unserved,
            "cost_usd": unserved * solved.view.voll_usd_per_mwh * solved.hours,
        }

    def greatest_mw(self, view: AreaView) -> tuple[Hourly, Hourly]:
        """Negative loads produce, the others consume."""
        asked = demand(view)
        return np.maximum(0.0, -asked).sum(axis=0), np.maximum(0.0, asked).sum(axis=0)

    def coupled(self, view: AreaView) -> Mapping[str, Sequence[str]]:
        """None."""
        return {}

    def slack_buses(self, view: AreaView) -> tuple[Sequence[str], Sequence[str]]:
        """Energy is spilled where a load is negative in some period."""
        asked = demand(view)
        return [], [r.bus for n, r in enumerate(view.loads.values()) if np.any(asked[n] < 0)]


def _proportion(load: Load) -> tuple[bool, float]:
    active = load.p_mw != 0
    return active, _tangent(load) if active else load.q_mvar != 0


def _tangent(load: Load) -> float:
    """Reactive over active consumption, in twelve digits: scaled loads keep it to the last bit."""
    return float(f"{load.q_mvar / load.p_mw:.12g}")


def _add_reactive_power(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """Reactive power of loads without active power cannot be shed."""
    loads = view.loads
    rigid = [n for n, r in loads.items() if r.p_mw == 0 and r.q_mvar != 0]
    if rigid:
        q = np.array([loads[n].q_mvar * view.factor(loads[n].profile) for n in rigid])
        decide(block, periods, "q_rigid", rigid, q, q)

    @block.Expression(member_periods(block, loads, periods))
    def q_load(b, n, t):
        load = loads[n]
        if load.p_mw:
            return _tangent(load) * b.served[n, t]
        return b.q_rigid[n, t] if load.q_mvar else 0.0


devices.register("load", Loads())
