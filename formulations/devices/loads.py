"""Inelastic and shiftable loads; what is not served costs the value of lost load."""

from collections.abc import Sequence

import numpy as np
import pyomo.environ as pyo

from formulations.decision import decide
from formulations.index_sets import member_periods
from scenarios.scenario import AreaView


def add_loads(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """Add block.served (MW) and block.q_load (Mvar), the reactive power that goes with it.

    Serving is worth the value of lost load; the constant that makes serving all of it free of
    cost stands in `block.offset`. A load that is negative injects and cannot be shed.
    """
    loads = view.loads
    demand = np.array([r.p_mw * view.factor(r.profile) for r in loads.values()])
    demand = demand.reshape(len(loads), len(view.hours))
    least = np.minimum(demand, 0.0)
    voll = np.where(demand > 0, view.voll_usd_per_mwh, 0.0)
    decide(block, periods, "served", list(loads), least, np.where(demand > 0, demand, least), -voll)
    block.offset = block.offset + (voll * demand).sum(axis=0) * block.hours

    _add_rigid_reactive(block, view, periods)

    @block.Expression(member_periods(block, loads, periods))
    def q_load(b, n, t):
        load = loads[n]
        if load.p_mw:
            return load.q_mvar / load.p_mw * b.served[n, t]
        return b.q_rigid[n, t] if load.q_mvar else 0.0


def _add_rigid_reactive(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """Reactive power of loads without active power cannot be shed."""
    loads = view.loads
    rigid = [n for n, r in loads.items() if r.p_mw == 0 and r.q_mvar != 0]
    q = np.array([loads[n].q_mvar * view.factor(loads[n].profile) for n in rigid])
    if rigid:
        decide(block, periods, "q_rigid", rigid, q, q)


def add_shiftable_loads(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """Add block.p_shiftable (MW): its energy of the day is met within its window.

    `delivered` counts MWh so far; in the window's last period `short` (MW) makes up at the
    value of lost load for what could not be served.
    """
    loads = view.shiftable_loads
    if not loads:
        return
    first = np.array([[r.first_period] for r in loads.values()]).reshape(-1, 1)
    last = np.array([[r.last_period] for r in loads.values()]).reshape(-1, 1)
    power = np.array([[r.p_max_mw] for r in loads.values()]).reshape(-1, 1)
    energy = np.array([[r.energy_mwh] for r in loads.values()]).reshape(-1, 1)
    period = np.arange(1, len(view.hours) + 1)
    names = list(loads)

    window = (first <= period) & (period <= last)
    decide(block, periods, "p_shiftable", names, 0.0, np.where(window, power, 0.0))
    short = np.where(period == last, np.inf, 0.0)
    decide(block, periods, "short", names, 0.0, short, view.voll_usd_per_mwh)
    before = np.where(period == 1, 0.0, np.inf) * np.ones_like(energy)
    decide(block, periods, "delivered_before", names, 0.0, before)
    done = np.where(period >= last, energy, 0.0)
    decide(block, periods, "delivered", names, done, energy)
    block.states.append(("delivered_before", "delivered"))
    block.follows.append("delivered")

    @block.Constraint(member_periods(block, names, periods))
    def delivery(b, n, t):
        step = float(b.hours[t - 1]) * (b.p_shiftable[n, t] + b.short[n, t])
        return b.delivered[n, t] == b.delivered_before[n, t] + step
