"""Storage: energy carries over from period to period, with losses both ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Rows
from formulations.decision import Daily, decide
from formulations.devices import devices
from formulations.devices.contract import Columns, Setting, Solved, in_rows
from formulations.devices.holding import add_offers, holding_costs
from formulations.devices.room import add_room_of_stores
from formulations.devices.store_trade import SOLD, wholesale_sales
from formulations.index_sets import member_periods
from scenarios.records import Storage
from scenarios.scenario import AreaView, Hourly

NUMBERS = (
    "p_charge_max_mw", "p_discharge_max_mw", "energy_max_mwh", "energy_min_mwh",
    "energy_initial_mwh", "energy_final_mwh", "cost_usd_per_mwh", "participation",
    "gamma", "energy_value_usd_per_mwh",
)  # fmt: skip


@dataclass(frozen=True)
class Stores:
    """block.charge, discharge (MW), energy (MWh) and p_storage (MW, positive = discharge)."""

    def add(
        self, block: pyo.Block, view: AreaView, periods: Sequence[int], setting: Setting
    ) -> None:
        """Power both ways, wear, worth of what is left in the end, and the balance of energy.

        Worth of what was there before the first period is taken off: the change counts.
        """
        stores, names = view.of(Storage), list(view.of(Storage))
        if not stores:
            return
        _decide(block, view, periods)
        before = sum(s.energy_value_usd_per_mwh * s.energy_initial_mwh for s in stores.values())
        block.offset = block.offset + np.where(np.arange(len(view.hours)) == 0, before, 0.0)
        block.states.append(("energy_before", "energy"))
        block.follows.append("energy")
        lossy = [n for n, s in stores.items() if s.charge_efficiency * s.discharge_efficiency < 1]
        block.exclusive.append(("charge", "discharge", lossy))

        @block.Constraint(member_periods(block, names, periods))
        def energy_balance(b, s, t):
            hours, store = float(b.hours[t - 1]), stores[s]
            stored = store.charge_efficiency * b.charge[s, t]
            drawn = b.discharge[s, t] / store.discharge_efficiency
            return b.energy[s, t] == b.energy_before[s, t] + hours * (stored - drawn)

        @block.Expression(member_periods(block, names, periods))
        def p_storage(b, s, t):
            return b.discharge[s, t] - b.charge[s, t]

        add_offers(block, view, periods, "storage")
        add_room_of_stores(block, view, periods)

    def p_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """What it discharges less what it charges."""
        return block.p_storage[name, t]

    def q_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """None."""
        return 0.0

    def row_key(self, view: AreaView, setting: Setting) -> Any:
        """Bus and efficiencies."""
        return {n: in_rows(s, NUMBERS) for n, s in view.of(Storage).items()}

    def dispatch(self, solved: Solved) -> Columns:
        """Net discharge, energy and wear."""
        power = solved.value("discharge") - solved.value("charge")
        return {
            "p_mw": power,
            "p_max_mw": _column(solved.view, "p_discharge_max_mw") * np.ones_like(power),
            "q_mvar": np.zeros_like(power),
            "energy_mwh": solved.value("energy"),
            "p_wholesale_mw": _wholesale(solved),
            "cost_usd": solved.cost("discharge")
            + holding_costs(solved, "storage", list(solved.view.of(Storage))),
            "value_usd": _value_of_change(solved),
        }

    def greatest_mw(self, view: AreaView) -> tuple[Hourly, Hourly]:
        """All stores discharge, or charge."""
        every = np.ones(len(view.hours))
        discharging = _column(view, "p_discharge_max_mw").sum()
        return every * discharging, every * _column(view, "p_charge_max_mw").sum()

    def coupled(self, view: AreaView) -> Mapping[str, Sequence[str]]:
        """All stores."""
        return {"storage": list(view.of(Storage))}

    def slack_buses(self, view: AreaView) -> tuple[Sequence[str], Sequence[str]]:
        """None: a store can rest."""
        return [], []


def _value_of_change(solved: Solved) -> Rows:
    """Worth of what is stored more after each period than before it ($), like an inventory."""
    energy, value = solved.value("energy"), _column(solved.view, "energy_value_usd_per_mwh")
    before = np.hstack([_column(solved.view, "energy_initial_mwh"), energy[:, :-1]])
    worth: Rows = value * (energy - before)
    return worth


def _wholesale(solved: Solved) -> Rows:
    """Power sold less bought past the local market (MW); NaN for stores that cannot."""
    names = list(solved.view.of(Storage))
    sold = np.full((len(names), solved.hours.size), np.nan)
    if members := solved.members.get(SOLD, []):
        sold[[names.index(n) for n in members]] = wholesale_sales(solved.value)
    return sold


def _column(view: AreaView, field: str) -> Daily:
    return np.array([[getattr(s, field)] for s in view.of(Storage).values()]).reshape(-1, 1)


def _decide(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    names, period = list(view.of(Storage)), np.arange(1, len(view.hours) + 1)
    initial, final = _column(view, "energy_initial_mwh"), _column(view, "energy_final_mwh")
    least, capacity = _column(view, "energy_min_mwh"), _column(view, "energy_max_mwh")
    rates = [view.fee_in_bid("storage", n) for n in names]
    drawn, fed = np.array(rates, dtype=float).reshape(-1, 2, 1).transpose(1, 0, 2)
    decide(
        block, periods, "charge", names, 0.0, _column(view, "p_charge_max_mw"), drawn, beyond=drawn
    )
    decide(
        block, periods, "discharge", names, 0.0, _column(view, "p_discharge_max_mw"),
        _column(view, "cost_usd_per_mwh") + fed, beyond=fed,
    )  # fmt: skip
    decide(
        block, periods, "energy_before", names,
        np.where(period == 1, initial, 0.0), np.where(period == 1, initial, np.inf),
    )  # fmt: skip
    floor = np.where(period == len(view.hours), np.maximum(final, least), least)
    worth = _column(view, "energy_value_usd_per_mwh") / view.hours[-1]
    price = np.where(period == len(view.hours), -worth, 0.0)  # of an hour; $/MWh of the last one
    decide(block, periods, "energy", names, floor, capacity, price)


devices.register("storage", Stores())
