"""Shiftable loads: the energy of the day is met within a window of hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.decision import Daily, decide
from formulations.devices import devices
from formulations.devices.contract import Columns, Setting, Solved, in_rows
from formulations.index_sets import member_periods
from scenarios.records import ShiftableLoad
from scenarios.scenario import AreaView, Hourly

NUMBERS = ("energy_mwh", "p_max_mw", "first_period", "last_period")


@dataclass(frozen=True)
class ShiftableLoads:
    """block.p_shiftable (MW); `delivered` counts MWh so far.

    In the window's last period `short` (MW) makes up at the value of lost load for what could
    not be served.
    """

    def add(
        self, block: pyo.Block, view: AreaView, periods: Sequence[int], setting: Setting
    ) -> None:
        """Power within the window, and the energy that it adds up to."""
        if not view.of(ShiftableLoad):
            return
        _decide(block, view, periods)
        block.states.append(("delivered_before", "delivered"))
        block.follows.append("delivered")

        @block.Constraint(member_periods(block, view.of(ShiftableLoad), periods))
        def delivery(b, n, t):
            step = float(b.hours[t - 1]) * (b.p_shiftable[n, t] + b.short[n, t])
            return b.delivered[n, t] == b.delivered_before[n, t] + step

    def p_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """What it consumes, negative."""
        return -block.p_shiftable[name, t]

    def q_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """In proportion to what it consumes."""
        return -view.of(ShiftableLoad)[name].tan_phi * block.p_shiftable[name, t]

    def row_key(self, view: AreaView, setting: Setting) -> Any:
        """Bus and power factor."""
        return {n: in_rows(r, NUMBERS) for n, r in view.of(ShiftableLoad).items()}

    def dispatch(self, solved: Solved) -> Columns:
        """What is served in each period, and what is never."""
        power = solved.value("p_shiftable")
        return {
            "p_mw": power,
            "p_max_mw": solved.decisions["p_shiftable"].upper,
            "q_mvar": power * _column(solved.view, "tan_phi"),
            "unserved_mw": solved.value("short"),
            "cost_usd": solved.cost("short"),
        }

    def greatest_mw(self, view: AreaView) -> tuple[Hourly, Hourly]:
        """No production; all at full power, whatever their windows."""
        every = np.ones(len(view.hours))
        return 0.0 * every, every * _column(view, "p_max_mw").sum()

    def coupled(self, view: AreaView) -> Mapping[str, Sequence[str]]:
        """All shiftable loads."""
        return {"shiftable load": list(view.of(ShiftableLoad))}

    def slack_buses(self, view: AreaView) -> tuple[Sequence[str], Sequence[str]]:
        """None: what is not served has its own price."""
        return [], []


def _column(view: AreaView, field: str) -> Daily:
    return np.array([[getattr(r, field)] for r in view.of(ShiftableLoad).values()]).reshape(-1, 1)


def _decide(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    names, period = list(view.of(ShiftableLoad)), np.arange(1, len(view.hours) + 1)
    first, last = _column(view, "first_period"), _column(view, "last_period")
    energy = _column(view, "energy_mwh")
    window = (first <= period) & (period <= last)
    power = np.where(window, _column(view, "p_max_mw"), 0.0)
    decide(block, periods, "p_shiftable", names, 0.0, power)
    short = np.where(period == last, np.inf, 0.0)
    decide(block, periods, "short", names, 0.0, short, view.voll_usd_per_mwh)
    before = np.where(period == 1, 0.0, np.inf) * np.ones_like(energy)
    decide(block, periods, "delivered_before", names, 0.0, before)
    done = np.where(period >= last, energy, 0.0)
    decide(block, periods, "delivered", names, done, energy)


devices.register("shiftable_load", ShiftableLoads())
