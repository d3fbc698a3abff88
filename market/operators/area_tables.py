"""Result tables of a clearing, from each operator's day and its solution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from formulations.contract import NetworkState, PriceParts
from market.operators.day import Day
from scenarios.quantity import arrow_schema
from scenarios.results import BoundaryFlow, Relaxation
from solvers.program import Vector

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class AreaResult:
    """One area's part of a clearing: what is dispatched (`x`) and what is priced (`dual`).

    In a coordinated clearing the two come from two solves, the one with the boundary power
    fixed and the one at the final prices, which agree within the certified gap. Where a schedule
    has been repaired, `relaxed_excess` are the excess losses (MW) of its relaxation, by branch.
    """

    day: Day
    x: Vector
    dual: Vector
    relaxed_excess: Rows | None = None

    def value(self, name: str) -> Rows:
        """Values of a variable, shape (members, periods)."""
        return self.day.value(self.x, name)

    def price(self, name: str) -> Rows:
        """Duals of a constraint ($/MWh), shape (members, periods)."""
        return self.day.price(self.dual, name)

    @property
    def welfare_usd(self) -> float:
        """Utility minus cost over the day, whatever offers ask beyond cost."""
        asked = self.day.cost_by_period(self.x) - self.day.markup_by_period(self.x)
        return -float(asked.sum())

    @cached_property
    def state(self) -> NetworkState:
        """Flows and voltages."""
        return self.day.formulation.state(self.day.view.network, self.value)

    @cached_property
    def parts(self) -> PriceParts:
        """Parts of the prices."""
        return self.day.formulation.price_parts(self.day.view.network, self.price, self.value)


@dataclass(frozen=True)
class Part:
    """Rows of a table: `names` hold one entry per member.

    `values` are arrays that broadcast to `shape` (members, periods), or None where the column
    does not apply.
    """

    shape: tuple[int, int]
    names: Mapping[str, Sequence[Any]]
    values: Mapping[str, Any]


def stack(record: type, parts: Sequence[Part]) -> pa.Table:
    """One table of all parts, with one row per member and period."""
    schema = arrow_schema(record)
    kept = [part for part in parts if part.shape[0]]
    if not kept:
        return schema.empty_table()
    count, periods = sum(p.shape[0] for p in kept), kept[0].shape[1]
    member = pa.array(np.repeat(np.arange(count), periods))
    columns = {"period": pa.array(np.tile(np.arange(1, periods + 1), count))}
    for name in kept[0].names:
        columns[name] = pa.array([m for p in kept for m in p.names[name]]).take(member)
    for name in kept[0].values:
        values = np.concatenate([_flat(p.values[name], p.shape) for p in kept])
        columns[name] = pa.array(values, from_pandas=schema.field(name).nullable)
    return pa.table([columns[f.name] for f in schema], schema=schema)


def _flat(value: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    filled = np.nan if value is None else np.asarray(value, dtype=float)
    return np.broadcast_to(filled, shape).ravel()


def _of_area(result: AreaResult, **names: Sequence[str]) -> dict[str, Sequence[str]]:
    count = len(next(iter(names.values())))
    return {"area": [result.day.view.name] * count, **names}


def lmp_part(result: AreaResult) -> Part:
    """Prices at every bus and the parts of those of active power; energy is that of the slack."""
    network, parts = result.day.view.network, result.parts
    lmp, buses = result.price("balance"), list(network.buses)
    reactive = result.day.formulation.traits.reactive
    values = {
        "lmp_usd_per_mwh": lmp,
        "energy_usd_per_mwh": lmp[[buses.index(network.slack_bus)]],
        "congestion_usd_per_mwh": parts.congestion,
        "voltage_usd_per_mwh": parts.voltage,
        "loss_usd_per_mwh": parts.loss,
        "reactive_usd_per_mvarh": result.price("q_balance") if reactive else None,
    }
    return Part(lmp.shape, _of_area(result, bus=buses), values)


def flow_part(result: AreaResult) -> Part:
    """Flow and shadow price of every branch."""
    branches = result.day.view.network.branches
    state = result.state
    ratings = [np.nan if k.rating_mva is None else k.rating_mva for k in branches.values()]
    names = _of_area(
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
    return Part(shape, _of_area(result, bus=buses), values)


def boundary_table(transmission: AreaResult, distribution: Sequence[AreaResult]) -> pa.Table:
    """What crosses every boundary, at transmission's and at distribution's price."""
    upper = _port_prices(transmission)
    parts = []
    for result in distribution:
        ports, lower = list(result.day.view.ports), _port_prices(result)
        power = result.value("p_boundary")
        reactive = "q_boundary" in result.day.columns
        values = {
            "p_mw": power,
            "q_mvar": result.value("q_boundary") if reactive else None,
            "lmp_usd_per_mwh": np.array([upper[p] for p in ports]),
            "dlmp_usd_per_mwh": np.array([lower[p] for p in ports]),
            "ban_usd_per_mwh": result.price("purchase") if "purchase" in result.day.rows else None,
        }
        parts.append(Part(power.shape, _of_area(result, boundary=ports), values))
    return stack(BoundaryFlow, parts)


def _port_prices(result: AreaResult) -> dict[str, NDArray[np.float64]]:
    lmp = result.price("balance")
    at = {bus: n for n, bus in enumerate(result.day.members["balance"])}
    return {name: lmp[at[port.bus]] for name, port in result.day.view.ports.items()}
