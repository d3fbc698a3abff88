"""Storage: energy carries over from period to period, with losses both ways."""

from collections.abc import Sequence

import numpy as np
import pyomo.environ as pyo

from formulations.decision import Daily, decide
from formulations.index_sets import member_periods
from scenarios.scenario import AreaView


def add_storage(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """Add charge, discharge (MW), energy (MWh) and block.p_storage (MW, positive = discharge)."""
    stores, names = view.storage, list(view.storage)
    if not stores:
        return

    def column(field: str) -> Daily:
        return np.array([[getattr(s, field)] for s in stores.values()]).reshape(-1, 1)

    period = np.arange(1, len(view.hours) + 1)
    initial, final = column("energy_initial_mwh"), column("energy_final_mwh")
    least, capacity = column("energy_min_mwh"), column("energy_max_mwh")
    decide(block, periods, "charge", names, 0.0, column("p_charge_max_mw"))
    decide(
        block, periods, "discharge", names, 0.0, column("p_discharge_max_mw"),
        column("cost_usd_per_mwh"),
    )  # fmt: skip
    decide(
        block, periods, "energy_before", names,
        np.where(period == 1, initial, 0.0), np.where(period == 1, initial, np.inf),
    )  # fmt: skip
    floor = np.where(period == len(view.hours), np.maximum(final, least), least)
    decide(block, periods, "energy", names, floor, capacity)
    block.states.append(("energy_before", "energy"))
    block.follows.append("energy")

    @block.Constraint(member_periods(block, names, periods))
    def energy_balance(b, s, t):
        hours, store = float(b.hours[t - 1]), stores[s]
        stored = store.charge_efficiency * b.charge[s, t]
        drawn = b.discharge[s, t] / store.discharge_efficiency
        return b.energy[s, t] == b.energy_before[s, t] + hours * (stored - drawn)

    @block.Expression(member_periods(block, names, periods))
    def p_storage(b, s, t):
        return b.discharge[s, t] - b.charge[s, t]
