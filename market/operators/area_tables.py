"""Rows of a clearing's result tables, from an operator's day and its solution."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formulations.activated import copy_name, directions_of
from formulations.contract import NetworkState, PriceParts
from formulations.devices.contract import Solved
from formulations.networks.dc import congestion_parts
from market.nonconvex.otherwise import Otherwise
from market.operators.day import Day
from market.operators.outages import LIMIT, pressed
from scenarios.results import Relaxation
from scenarios.table_parts import Part
from solvers.program import Vector
from solvers.ties import Duals

Rows = NDArray[np.float64]
ONE_PRICE = 1e-6  # of it: prices that differ by less are one


@dataclass(frozen=True)
class AreaResult:
    """One area's part of a clearing: what is dispatched (`x`) and what is priced (`dual`).

    In a coordinated clearing the two come from two solves, the one with the boundary power
    fixed and the one at the final prices, which agree within the certified gap. Where a schedule
    has been repaired, `relaxed_excess` are the excess losses (MW) of its relaxation, by branch.
    `unproved_usd` is what a search for the best has not ruled out.
    `ends` are duals with the lowest and with the highest prices, between which a rule chose;
    `otherwise` tells of pricing rules that do not hold integers, where it was asked for.
    """

    day: Day
    x: Vector
    dual: Vector
    relaxed_excess: Rows | None = None
    unproved_usd: float = 0.0
    ends: tuple[Vector, Vector] | None = None
    otherwise: Otherwise | None = None

    def value(self, name: str) -> Rows:
        """Values of a variable, shape (members, periods)."""
        return self.day.value(self.x, name)

    def price(self, name: str) -> Rows:
        """Duals of a constraint ($/MWh), shape (members, periods)."""
        return self.day.price(self.dual, name)

    def ends_of_prices(self) -> tuple[Rows, Rows]:
        """Lowest and highest prices ($/MWh), NaN where a bus has but one."""
        at = self.price("balance")
        if self.ends is None:
            return np.full_like(at, np.nan), np.full_like(at, np.nan)
        ends = np.sort([self.day.price(end, "balance") for end in self.ends], axis=0)
        one = ends[1] - ends[0] <= ONE_PRICE * np.maximum(1.0, np.abs(at))
        lowest, highest = np.where(one, np.nan, ends)
        return lowest, highest

    @property
    def welfare_usd(self) -> float:
        """Utility minus cost over the day, whatever bids ask beyond cost."""
        return float((self.worth + self.day.beyond_by_period(self.x)).sum())

    @cached_property
    def worth(self) -> Rows:
        """Utility minus cost of every period ($), at what bids ask."""
        return -self.day.cost_by_period(self.x)

    @property
    def solved(self) -> Solved:
        """Its decisions, as devices see them."""
        day = self.day
        return Solved(day.view, day.members, day.decisions, self.value)

    @cached_property
    def state(self) -> NetworkState:
        """Flows and voltages."""
        return self.day.formulation.state(self.day.view.network, self.value)

    @cached_property
    def parts(self) -> PriceParts:
        """Parts of the prices."""
        network = self.day.view.network
        copies = [copy_name(direction) for direction in directions_of(self.day.view)]

        def own(row: str) -> Rows:
            added = [self.price(f"{name}.{row}") for name in copies if row == "balance"]
            return self.price(row) - sum(added) if added else self.price(row)

        parts = self.day.formulation.price_parts(network, own, self.value)
        for name in copies:
            parts = _together(parts, self._parts_with(name))
        if LIMIT not in self.day.rows:
            return parts
        shadow = pressed(self.day, -self.price(LIMIT))
        return replace(parts, congestion=parts.congestion + congestion_parts(network, shadow))

    def _parts_with(self, name: str) -> PriceParts:
        """What limits add to prices that hold in a copy of the network."""
        return self.day.formulation.price_parts(
            self.day.view.network,
            lambda row: self.price(f"{name}.{row}"),
            lambda column: self.value(f"{name}.{column}"),
        )


def _together(one: PriceParts, other: PriceParts) -> PriceParts:
    voltage = None
    if one.voltage is not None and other.voltage is not None:
        voltage = one.voltage + other.voltage
    return replace(
        one,
        shadow=one.shadow + other.shadow,
        congestion=one.congestion + other.congestion,
        voltage=voltage,
    )


def priced(
    day: Day,
    x: Vector,
    duals: Duals,
    unproved_usd: float = 0.0,
    otherwise: Otherwise | None = None,
) -> AreaResult:
    """What is dispatched, at duals by the rule."""
    return AreaResult(
        day, x, duals.chosen, unproved_usd=unproved_usd, ends=duals.ends, otherwise=otherwise
    )


def of_area(result: AreaResult, **names: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """Names of members, with that of the area beside each."""
    count = len(next(iter(names.values())))
    return {"area": [result.day.view.name] * count, **names}


def lmp_part(result: AreaResult) -> Part:
    """Prices at every bus and the parts of those of active power; energy is the slack bus's."""
    network, parts = result.day.view.network, result.parts
    lmp, buses = result.price("balance"), list(network.buses)
    reactive = result.day.formulation.traits.reactive
    lowest, highest = result.ends_of_prices()
    values = {
        "lmp_usd_per_mwh": lmp,
        "lowest_usd_per_mwh": lowest,
        "highest_usd_per_mwh": highest,
        "energy_usd_per_mwh": lmp[[buses.index(network.reference_of[bus]) for bus in buses]],
        "congestion_usd_per_mwh": parts.congestion,
        "voltage_usd_per_mwh": parts.voltage,
        "loss_usd_per_mwh": parts.loss,
        "reactive_usd_per_mvarh": result.price("q_balance") if reactive else None,
    }
    return Part(lmp.shape, of_area(result, bus=buses), values)


def flow_part(result: AreaResult) -> Part:
    """Flow and shadow price of every branch."""
    branches = result.day.view.network.branches
    state = result.state
    ratings = [np.nan if k.rating_mva is None else k.rating_mva for k in branches.values()]
    names = of_area(
        result,
        branch=list(branches),
        from_bus=[k.from_bus for k in branches.values()],
        to_bus=[k.to_bus for k in branches.values()],
    )
    values = {
        "p_mw": state.p_flow,
        "q_mvar": state.q_flow,
        "rating_mva": np.array(ratings).reshape(-1, 1),
        "shadow_usd_per_mwh": result.parts.shadow,
        "drop_usd_per_h": result.parts.drop,
        "loss_mw": state.loss,
        "excess_loss_mw": state.excess_loss,
    }
    return Part(state.p_flow.shape, names, values)


def relaxation_rows(result: AreaResult) -> list[Relaxation]:
    """Where the area's relaxation was not exact."""
    if result.relaxed_excess is None:
        return []
    area, branches = result.day.view.name, list(result.day.view.network.branches)
    excess = result.relaxed_excess
    return [
        Relaxation(int(t) + 1, area, branches[k], float(excess[k, t]))
        for k, t in zip(*np.nonzero(excess), strict=True)
    ]


def voltage_part(result: AreaResult) -> Part:
    """Voltage magnitude and angle at every bus, null where the formulation has none."""
    buses, state = list(result.day.view.network.buses), result.state
    shape = (len(buses), result.day.hours.size)
    values = {"v_pu": state.v_pu, "angle_rad": state.angle_rad}
    return Part(shape, of_area(result, bus=buses), values)
