"""The dispatch table: what every asset does, what that costs and what it is worth."""

from collections.abc import Iterator, Sequence
from typing import Any

from formulations.devices import asset_devices
from formulations.devices.contract import Columns, Solved
from market.operators.area_tables import AreaResult
from scenarios.assets import assets
from scenarios.quantity import arrow_schema
from scenarios.results import SPILLED, UNSERVED, Dispatch
from scenarios.table_parts import Part

Places = Sequence[tuple[str, str]]  # asset and bus
_NAMES = ("period", "area", "kind", "asset", "bus")
_NUMBERS = [f for f in arrow_schema(Dispatch) if f.name not in _NAMES]


def dispatch_parts(result: AreaResult) -> Iterator[Part]:
    """All assets of one area."""
    solved = result.solved
    for kind, columns in _dispatched(solved):
        yield _part(result, kind, _places(solved, kind), columns)
    for kind in (UNSERVED, SPILLED):
        places = [(bus, bus) for bus in result.day.members[kind]]
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


def _places(solved: Solved, kind: str) -> Places:
    """All assets of a kind at their first bus, then at their second where they have one."""
    asset = assets[kind]
    held = solved.view.of(asset.record).items()
    return [(n, getattr(record, column)) for column in asset.bus_columns for n, record in held]


def _part(result: AreaResult, kind: str, held: Places, columns: Columns) -> Part:
    names = {
        "area": [result.day.view.name] * len(held),
        "kind": [kind] * len(held),
        "asset": [name for name, _ in held],
        "bus": [bus for _, bus in held],
    }
    given: dict[str, Any] = {f.name: None if f.nullable else 0.0 for f in _NUMBERS} | {**columns}
    if not result.day.formulation.traits.reactive:
        given["q_mvar"] = None
    return Part(columns["p_mw"].shape, names, given)
