"""The dispatch table: what every asset does, what that costs and what it is worth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from formulations.devices import asset_devices
from formulations.devices.contract import Columns, Solved
from market.operators.area_tables import AreaResult
from scenarios.assets import assets
from scenarios.quantity import arrow_schema
from scenarios.results import SPILLED, UNSERVED, Dispatch
from scenarios.table_parts import Part

_NAMES = ("period", "area", "kind", "asset", "bus")
_NUMBERS = [f for f in arrow_schema(Dispatch) if f.name not in _NAMES]


@dataclass(frozen=True)
class _AtBus:
    """An imaginary asset: energy that nobody delivers or uses."""

    bus: str


def dispatch_parts(result: AreaResult) -> Iterator[Part]:
    """All assets of one area."""
    solved = result.solved
    for kind, columns in _dispatched(solved):
        yield _part(result, kind, solved.view.of(assets[kind].record), columns)
    for kind in (UNSERVED, SPILLED):
        places = {bus: _AtBus(bus) for bus in result.day.members[kind]}
        slack = {"p_mw": result.value(kind), "cost_usd": solved.cost(kind)}
        yield _part(result, kind, places, slack)


def scarcity_mw(result: AreaResult) -> float:
    """Power that is not served or spilled, in all periods together (MW)."""
    held = [columns for _, columns in _dispatched(result.solved)]
    denied = sum(float(c["unserved_mw"].sum()) for c in held if "unserved_mw" in c)
    return denied + sum(float(result.value(kind).sum()) for kind in (UNSERVED, SPILLED))


def _dispatched(solved: Solved) -> Iterator[tuple[str, Columns]]:
    """Kinds of assets that the area has, and their columns."""
    for kind, device in asset_devices().items():
        if solved.view.of(assets[kind].record):
            yield kind, device.dispatch(solved)


def _part(result: AreaResult, kind: str, held: Mapping[str, Any], columns: Columns) -> Part:
    names = {
        "area": [result.day.view.name] * len(held),
        "kind": [kind] * len(held),
        "asset": list(held),
        "bus": [a.bus for a in held.values()],
    }
    given: dict[str, Any] = {f.name: None if f.nullable else 0.0 for f in _NUMBERS} | {**columns}
    if not result.day.formulation.traits.reactive:
        given["q_mvar"] = None
    return Part(columns["p_mw"].shape, names, given)
