"""The dispatch table: what every asset does, what that costs and what it is worth."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formulations.devices.offers import output_limits
from market.operators.area_tables import AreaResult, Part, Rows
from scenarios.results import (
    BID,
    GENERATOR,
    LOAD,
    SHIFTABLE,
    SPILLED,
    STORAGE,
    UNSERVED,
)


@dataclass(frozen=True)
class _AtBus:
    """An imaginary asset: energy that nobody delivers or uses."""

    bus: str


def dispatch_parts(result: AreaResult) -> Iterator[Part]:
    """All assets of one area."""
    view = result.day.view
    kinds: list[tuple[str, Mapping[str, Any], Callable[[AreaResult], dict[str, Any]]]] = [
        (GENERATOR, view.generators, _generators),
        (LOAD, view.loads, _loads),
        (BID, view.bids, _bids),
        (STORAGE, view.storage, _stores),
        (SHIFTABLE, view.shiftable_loads, _shiftable),
    ]
    for kind, assets, columns in kinds:
        if assets:
            yield _part(result, kind, assets, columns(result))
    for kind in (UNSERVED, SPILLED):
        places = {bus: _AtBus(bus) for bus in result.day.members[kind]}
        columns_ = {"p_mw": result.value(kind), "cost_usd": _cost(result, kind)}
        yield _part(result, kind, places, columns_)


def scarcity_mw(result: AreaResult) -> float:
    """Power that is not served or spilled, in all periods together (MW)."""
    loads = _loads(result)["unserved_mw"] if result.day.view.loads else np.zeros(1)
    at_buses = sum(float(result.value(kind).sum()) for kind in (UNSERVED, SPILLED))
    return float(loads.sum()) + at_buses


def _part(
    result: AreaResult, kind: str, assets: Mapping[str, Any], columns: Mapping[str, Any]
) -> Part:
    names = {
        "area": [result.day.view.name] * len(assets),
        "kind": [kind] * len(assets),
        "asset": list(assets),
        "bus": [a.bus for a in assets.values()],
    }
    q = columns.get("q_mvar") if result.day.formulation.traits.reactive else None
    values = {
        "p_mw": columns["p_mw"],
        "p_max_mw": columns.get("p_max_mw"),
        "q_mvar": q,
        "unserved_mw": columns.get("unserved_mw", 0.0),
        "p_wholesale_mw": columns.get("p_wholesale_mw"),
        "energy_mwh": columns.get("energy_mwh"),
        "cost_usd": columns.get("cost_usd", 0.0),
        "value_usd": columns.get("value_usd", 0.0),
    }
    return Part(columns["p_mw"].shape, names, values)


def _cost(result: AreaResult, name: str) -> Rows:
    """Cost of a decision's members ($), shape (members, periods)."""
    decision, power = result.day.decisions[name], result.value(name)
    return result.day.hours * (decision.price + decision.slope * power / 2) * power


def _by_owner(result: AreaResult, name: str, rows: Rows, owners: Sequence[str]) -> Rows:
    """Segments added up by owner, shape (owners, periods)."""
    place = {owner: n for n, owner in enumerate(owners)}
    total = np.zeros((len(owners), result.day.hours.size))
    np.add.at(total, [place[owner] for owner, _ in result.day.members[name]], rows)
    return total


def _stack(rows: Sequence[NDArray[np.float64]], result: AreaResult) -> Rows:
    return np.array(rows, dtype=float).reshape(-1, result.day.hours.size)


def _generators(result: AreaResult) -> dict[str, Any]:
    view, names = result.day.view, list(result.day.view.generators)
    no_load = np.array([[g.no_load_usd_per_h] for g in view.generators.values()]).reshape(-1, 1)
    q = np.zeros((len(names), result.day.hours.size))
    able = result.day.members.get("q_generator", [])
    if able:
        q[[names.index(n) for n in able]] = result.value("q_generator")
    cost = _by_owner(result, "offered", _cost(result, "offered"), names)
    return {
        "p_mw": _by_owner(result, "offered", result.value("offered"), names),
        "p_max_mw": _stack([output_limits(view, g)[1] for g in view.generators.values()], result),
        "q_mvar": q,
        "p_wholesale_mw": _wholesale(result, names),
        "cost_usd": cost + no_load * result.day.hours,
    }


def _wholesale(result: AreaResult, names: Sequence[str]) -> Rows:
    """Power sold past the local market (MW); NaN for generators that cannot."""
    sold = np.full((len(names), result.day.hours.size), np.nan)
    if "p_wholesale" in result.day.columns:
        members = result.day.members["p_wholesale"]
        sold[[names.index(n) for n in members]] = result.value("p_wholesale")
    return sold


def _loads(result: AreaResult) -> dict[str, Any]:
    loads = result.day.view.loads.values()
    served = result.value("served")
    demand = _stack([r.p_mw * result.day.view.factor(r.profile) for r in loads], result)
    factor = _stack([r.q_mvar * result.day.view.factor(r.profile) for r in loads], result)
    share = np.divide(served, demand, out=np.ones_like(served), where=demand != 0)
    unserved = np.maximum(demand - served, 0.0)
    return {
        "p_mw": served,
        "p_max_mw": demand,
        "q_mvar": factor * share,
        "unserved_mw": unserved,
        "cost_usd": unserved * result.day.view.voll_usd_per_mwh * result.day.hours,
    }


def _bids(result: AreaResult) -> dict[str, Any]:
    view, names = result.day.view, list(result.day.view.bids)
    power = _by_owner(result, "bidden", result.value("bidden"), names)
    tan_phi = np.array([[k.tan_phi] for k in view.bids.values()]).reshape(-1, 1)
    return {
        "p_mw": power,
        "p_max_mw": _stack([output_limits(view, k)[1] for k in view.bids.values()], result),
        "q_mvar": power * tan_phi,
        "value_usd": -_by_owner(result, "bidden", _cost(result, "bidden"), names),
    }


def _stores(result: AreaResult) -> dict[str, Any]:
    power = result.value("discharge") - result.value("charge")
    most = np.array([[s.p_discharge_max_mw] for s in result.day.view.storage.values()])
    return {
        "p_mw": power,
        "p_max_mw": most.reshape(-1, 1) * np.ones_like(power),
        "q_mvar": np.zeros_like(power),
        "energy_mwh": result.value("energy"),
        "cost_usd": _cost(result, "discharge"),
    }


def _shiftable(result: AreaResult) -> dict[str, Any]:
    loads = result.day.view.shiftable_loads.values()
    power = result.value("p_shiftable")
    tan_phi = np.array([[r.tan_phi] for r in loads]).reshape(-1, 1)
    return {
        "p_mw": power,
        "p_max_mw": result.day.decisions["p_shiftable"].upper,
        "q_mvar": power * tan_phi,
        "unserved_mw": result.value("short"),
        "cost_usd": _cost(result, "short"),
    }
