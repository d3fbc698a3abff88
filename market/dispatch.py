"""The dispatch table: what every asset does, what that costs and what it is worth."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from formulations.offers import output_limits
from market.tables import AreaResult, Rows, long
from scenarios.results import (
    BID,
    GENERATOR,
    LOAD,
    SHIFTABLE,
    SPILLED,
    STORAGE,
    UNSERVED,
    Dispatch,
)


def dispatch_table(result: AreaResult) -> pa.Table:
    """All assets of one area."""
    return pa.concat_tables(list(_tables(result)))


def _tables(result: AreaResult) -> Iterator[pa.Table]:
    view = result.day.view
    yield _rows(result, GENERATOR, view.generators, **_generators(result))
    yield _rows(result, LOAD, view.loads, **_loads(result))
    yield _rows(result, BID, view.bids, **_bids(result))
    yield _rows(result, STORAGE, view.storage, **_stores(result))
    yield _rows(result, SHIFTABLE, view.shiftable_loads, **_shiftable(result))
    for kind, name in ((UNSERVED, "unserved"), (SPILLED, "spilled")):
        buses = result.day.members[name]
        places = [_At(bus) for bus in buses]
        yield _rows(
            result,
            kind,
            dict(zip(buses, places, strict=True)),
            p_mw=result.value(name),
            cost_usd=_cost(result, name),
        )


class _At:
    """An imaginary asset at a bus."""

    def __init__(self, bus: str) -> None:
        self.bus = bus


def _rows(
    result: AreaResult,
    kind: str,
    assets: Mapping[str, Any],
    *,
    p_mw: Rows,
    p_max_mw: Rows | None = None,
    q_mvar: Rows | None = None,
    unserved_mw: Rows | float = 0.0,
    energy_mwh: Rows | None = None,
    cost_usd: Rows | float = 0.0,
    value_usd: Rows | float = 0.0,
) -> pa.Table:
    names = {
        "area": [result.day.view.name] * len(assets),
        "kind": [kind] * len(assets),
        "asset": list(assets),
        "bus": [a.bus for a in assets.values()],
    }
    values = {
        "p_mw": p_mw,
        "p_max_mw": p_max_mw,
        "q_mvar": q_mvar if result.day.formulation.reactive else None,
        "unserved_mw": unserved_mw,
        "energy_mwh": energy_mwh,
        "cost_usd": cost_usd,
        "value_usd": value_usd,
    }
    return long(Dispatch, names, values)


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
    if result.day.formulation.reactive:
        able = result.day.members["q_generator"]
        q[[names.index(n) for n in able]] = result.value("q_generator")
    cost = _by_owner(result, "offered", _cost(result, "offered"), names)
    return {
        "p_mw": _by_owner(result, "offered", result.value("offered"), names),
        "p_max_mw": _stack([output_limits(view, g)[1] for g in view.generators.values()], result),
        "q_mvar": q,
        "cost_usd": cost + no_load * result.day.hours,
    }


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
