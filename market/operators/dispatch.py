"""The dispatch table: what every asset does, what that costs and what it is worth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from formulations.devices import all_devices
from formulations.devices.contract import Columns, Solved
from market.operators.area_tables import AreaResult, Part
from scenarios.quantity import arrow_schema
from scenarios.results import SPILLED, UNSERVED, Dispatch

_NAMES = ("period", "area", "kind", "asset", "bus")
_NUMBERS = [f for f in arrow_schema(Dispatch) if f.name not in _NAMES]


@dataclass(frozen=True)
class _AtBus:
    """An imaginary asset: energy that nobody delivers or uses."""

    bus: str


def dispatch_parts(result: AreaResult) -> Iterator[Part]:
    """All assets of one area."""
    solved = _solved(result)
    for kind, device in all_devices():
        if assets := device.records(solved.view):
            yield _part(result, kind, assets, device.dispatch(solved))
    for kind in (UNSERVED, SPILLED):
        places = {bus: _AtBus(bus) for bus in result.day.members[kind]}
        columns = {"p_mw": result.value(kind), "cost_usd": solved.cost(kind)}
        yield _part(result, kind, places, columns)


def scarcity_mw(result: AreaResult) -> float:
    """Power that is not served or spilled, in all periods together (MW)."""
    solved = _solved(result)
    held = [d.dispatch(solved) for _, d in all_devices() if d.records(solved.view)]
    denied = sum(float(c["unserved_mw"].sum()) for c in held if "unserved_mw" in c)
    return denied + sum(float(result.value(kind).sum()) for kind in (UNSERVED, SPILLED))


def _solved(result: AreaResult) -> Solved:
    day = result.day
    return Solved(day.view, day.members, day.decisions, result.value)


def _part(result: AreaResult, kind: str, assets: Mapping[str, Any], columns: Columns) -> Part:
    names = {
        "area": [result.day.view.name] * len(assets),
        "kind": [kind] * len(assets),
        "asset": list(assets),
        "bus": [a.bus for a in assets.values()],
    }
    given: dict[str, Any] = {f.name: None if f.nullable else 0.0 for f in _NUMBERS} | {**columns}
    if not result.day.formulation.traits.reactive:
        given["q_mvar"] = None
    return Part(columns["p_mw"].shape, names, given)
