"""Result tables of a clearing, from each operator's day and its solution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from formulations.contract import NetworkState, PriceParts
from market.day import Day
from scenarios.quantity import arrow_schema
from scenarios.results import BoundaryFlow, Flow, Lmp, Voltage
from solvers.program import Vector

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class AreaResult:
    """One area's part of a clearing: what is dispatched (`x`) and what is priced (`dual`).

    In a coordinated clearing the two come from two solves, the one with the boundary power
    fixed and the one at the final prices, which agree within the certified gap.
    """

    day: Day
    x: Vector
    dual: Vector

    def value(self, name: str) -> Rows:
        """Values of a variable, shape (members, periods)."""
        return self.day.value(self.x, name)

    def price(self, name: str) -> Rows:
        """Duals of a constraint ($/MWh), shape (members, periods)."""
        return self.day.price(self.dual, name)

    @property
    def welfare_usd(self) -> float:
        """Utility minus cost over the day."""
        return -float(self.day.cost_by_period(self.x).sum())

    @property
    def state(self) -> NetworkState:
        """Flows and voltages."""
        return self.day.formulation.state(self.day.view.network, self.value)

    @property
    def parts(self) -> PriceParts:
        """Parts of the prices."""
        return self.day.formulation.price_parts(self.day.view.network, self.price)


def long(record: type, names: Mapping[str, Sequence[Any]], values: Mapping[str, Any]) -> pa.Table:
    """A table with one row per member and period.

    `names` hold one entry per member, `values` arrays of shape (members, periods), one number
    for all, or None.
    """
    shape = np.shape(next(v for v in values.values() if np.ndim(v) == 2))
    count, periods = shape
    columns: dict[str, Any] = {"period": np.tile(np.arange(1, periods + 1), count)}
    for name, members in names.items():
        columns[name] = np.repeat(np.array(members, dtype=object), periods)
    for name, value in values.items():
        columns[name] = [None] * (count * periods) if value is None else _flat(value, shape)
    schema = arrow_schema(record)
    arrays = [pa.array(columns[f.name], type=f.type, from_pandas=f.nullable) for f in schema]
    return pa.table(arrays, schema=schema)


def _flat(value: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.broadcast_to(np.asarray(value, dtype=float), shape).ravel()


def lmp_table(result: AreaResult) -> pa.Table:
    """Prices at every bus and their parts; energy is the price at the slack bus."""
    network, parts = result.day.view.network, result.parts
    lmp = result.price("balance")
    slack = list(network.buses).index(network.slack_bus)
    return long(
        Lmp,
        {"area": [network.area] * len(network.buses), "bus": list(network.buses)},
        {
            "lmp_usd_per_mwh": lmp,
            "energy_usd_per_mwh": lmp[[slack]],
            "congestion_usd_per_mwh": parts.congestion,
            "voltage_usd_per_mwh": parts.voltage,
            "loss_usd_per_mwh": None,
        },
    )


def flow_table(result: AreaResult) -> pa.Table:
    """Flow and shadow price of every branch."""
    branches = result.day.view.network.branches
    state = result.state
    ratings = [np.nan if k.rating_mva is None else k.rating_mva for k in branches.values()]
    return long(
        Flow,
        {
            "area": [result.day.view.name] * len(branches),
            "branch": list(branches),
            "from_bus": [k.from_bus for k in branches.values()],
            "to_bus": [k.to_bus for k in branches.values()],
        },
        {
            "p_mw": state.p_flow,
            "q_mvar": state.q_flow,
            "rating_mva": np.array(ratings).reshape(-1, 1),
            "shadow_usd_per_mwh": result.parts.shadow,
        },
    )


def voltage_table(result: AreaResult) -> pa.Table:
    """Voltage magnitude and angle at every bus, null where the formulation has none."""
    buses, state = list(result.day.view.network.buses), result.state
    nothing = np.full((len(buses), result.day.hours.size), np.nan)
    return long(
        Voltage,
        {"area": [result.day.view.name] * len(buses), "bus": buses},
        {
            "v_pu": nothing if state.v_pu is None else state.v_pu,
            "angle_rad": nothing if state.angle_rad is None else state.angle_rad,
        },
    )


def boundary_table(transmission: AreaResult, distribution: Sequence[AreaResult]) -> pa.Table:
    """What crosses every boundary, at transmission's and at distribution's price."""
    upper = _port_prices(transmission)
    tables = []
    for result in distribution:
        ports = list(result.day.view.ports)
        lower = _port_prices(result)
        reactive = "q_boundary" in result.day.columns
        tables.append(
            long(
                BoundaryFlow,
                {"boundary": ports, "area": [result.day.view.name] * len(ports)},
                {
                    "p_mw": result.value("p_boundary"),
                    "q_mvar": result.value("q_boundary") if reactive else None,
                    "lmp_usd_per_mwh": np.array([upper[p] for p in ports]),
                    "dlmp_usd_per_mwh": np.array([lower[p] for p in ports]),
                },
            )
        )
    return pa.concat_tables(tables) if tables else arrow_schema(BoundaryFlow).empty_table()


def _port_prices(result: AreaResult) -> dict[str, NDArray[np.float64]]:
    lmp = result.price("balance")
    at = {bus: n for n, bus in enumerate(result.day.members["balance"])}
    return {name: lmp[at[port.bus]] for name, port in result.day.view.ports.items()}
