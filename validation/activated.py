"""Feeders once all reserve of a direction is used: deliverable, and priced by the limits that bind.

Flows and voltages are worked out again from the dispatch and what is held. Limits of the schedule
and those with reserve used add up in the prices of power; taken apart, each obeys the laws of one
network.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
from scipy import sparse
from scipy.sparse.linalg import splu

from scenarios.reserve import DIRECTIONS
from validation.check import Check, Missed, Rows, check, outside
from validation.cleared import Cleared
from validation.grid import Mask, column
from validation.multipliers import reactive_prices_add_up
from validation.priced import Priced
from validation.prices import congestion_follows_shadow_prices
from validation.tolerances import VOLTAGE_PU, Tolerances

ROOT_V_PU = 1.0
PARTS = {
    "lmp_usd_per_mwh": "price_usd_per_mwh",
    "congestion_usd_per_mwh": "congestion_usd_per_mwh",
    "voltage_usd_per_mwh": "voltage_usd_per_mwh",
    "reactive_usd_per_mvarh": "reactive_usd_per_mvarh",
}


def reserve_is_deliverable(cleared: Cleared, within: Tolerances) -> Iterator[Check]:
    """Ratings and voltages hold with all reserve used, and the tables say so."""
    if not cleared.used_flow.members:
        return
    flows, ratings, volts, bands = [], [], [], []
    for direction in DIRECTIONS:
        p, q, v = used_state(cleared, direction)
        lines, buses = _rows(cleared, direction)
        stated = cleared.used_flow
        names = [" ".join(stated.members[n]) for n in lines.values()]
        at, rows = list(lines), list(lines.values())
        flows.append(Missed(names, stated["p_mw"][rows] - p[at]))
        if cleared.is_reactive:
            flows.append(Missed(names, stated["q_mvar"][rows] - q[at]))
        size = np.hypot(p, q)[at]
        ratings.append(Missed(names, outside(size, -np.inf, cleared.grid.rating[at])))
        where, rows = list(buses), list(buses.values())
        called = [" ".join(cleared.reserves.used.members[n]) for n in rows]
        if cleared.is_reactive:
            volts.append(Missed(called, cleared.reserves.used["v_pu"][rows] - v[where]))
            inner = np.array([n for n in where if not cleared.grid.slack[n]], dtype=int)
            low, high = (
                column(cleared.scenario.buses, name)[inner] for name in ("v_min_pu", "v_max_pu")
            )
            names = [cleared.grid.bus_names[n] for n in inner]
            bands.append(Missed(names, outside(v[inner], low, high)))
    yield check("flows with reserve used", within.mw, "MW", *flows)
    yield check("ratings with reserve used", within.mw, "MVA", *ratings)
    yield check("voltages with reserve used", VOLTAGE_PU, "p.u.", *volts, *bands)


def used_state(cleared: Cleared, direction: str) -> tuple[Rows, Rows, Rows]:
    """Flows (MW, Mvar) by branch and voltages (p.u.) by bus with all reserve used."""
    power, reactive = cleared.reserves.used_at(direction)
    kept = _is_copied(cleared, direction)
    p = cleared.flow["p_mw"] + _carried(cleared, power, kept)
    q = np.nan_to_num(cleared.flow["q_mvar"]) + _carried(cleared, reactive, kept)
    return p, q, _voltages(cleared, p, q)


def _carried(cleared: Cleared, injected: Rows, kept: Mask) -> Rows:
    """Flows on trees that take an injection to the roots, shape (branches, periods)."""
    grid, found = cleared.grid, np.zeros_like(cleared.flow["p_mw"])
    buses = np.flatnonzero(kept & ~grid.slack)
    lines = np.flatnonzero(kept[grid.start])
    if lines.size and injected.any():
        tree = sparse.csc_array(sparse.csc_array(grid.incidence[lines])[:, buses].T)
        found[lines] = splu(tree).solve(injected[buses])
    return found


def _voltages(cleared: Cleared, p: Rows, q: Rows) -> Rows:
    """Voltages of feeders (p.u.) from the roots outwards, shape (buses, periods)."""
    grid, branches = cleared.grid, cleared.grid.branches
    r, x, tap = (column(branches, name) for name in ("r_pu", "x_pu", "tap"))
    fall = 2 * (r * p + x * q) / grid.base_mva
    squared = np.full((len(grid.bus), p.shape[1]), ROOT_V_PU**2)
    for k in reversed(grid.inwards):
        start, end = grid.start[k], grid.end[k]
        if grid.far[k] == end:
            squared[end] = squared[start] / tap[k] ** 2 - fall[k]
        else:
            squared[start] = (squared[end] + fall[k]) * tap[k] ** 2
    level: Rows = np.sqrt(np.maximum(squared, 0.0))
    return level


def _is_copied(cleared: Cleared, direction: str) -> Mask:
    """Buses of feeders that hold reserve of a direction for transmission."""
    areas = {area for area, way, _ in cleared.reserves.used.members if way == direction}
    return np.array([b.area in areas for b in cleared.scenario.buses], dtype=bool)


def _rows(cleared: Cleared, direction: str) -> tuple[dict[int, int], dict[int, int]]:
    """Row of the tables for every branch, and bus, of feeders that hold a direction."""
    branch = {(k.area, k.branch): n for n, k in enumerate(cleared.grid.branches)}
    lines = _members(cleared.used_flow.members, direction)
    buses = _members(cleared.reserves.used.members, direction)
    return (
        {branch[area, name]: n for n, (area, _, name) in lines},
        {cleared.grid.bus[area, name]: n for n, (area, _, name) in buses},
    )


def networks_apart(priced: Priced) -> list[Priced]:
    """The network of the schedule, and those with reserve used, each with its own prices."""
    cleared = priced.cleared
    if not cleared.used_flow.members:
        return [priced]
    copies = [_copy(cleared, direction) for direction in DIRECTIONS]
    return [Priced(_less(cleared, copies)), *map(Priced, copies)]


def _copy(cleared: Cleared, direction: str) -> Cleared:
    tables = cleared.clearing.tables
    lmp, flow, volts = (tables[name].to_pandas() for name in ("lmp", "flow", "voltage"))
    bus, line = (tables[name].to_pandas() for name in ("reserve_bus", "reserve_flow"))
    bus, line = (rows[rows["direction"] == direction] for rows in (bus, line))
    at, along = ["period", "area", "bus"], ["period", "area", "branch"]
    priced = lmp[at].merge(bus, "left", on=at)
    for name, own in PARTS.items():
        lmp[name] = priced[own].astype(float).fillna(0.0)
    lmp["energy_usd_per_mwh"] = lmp["loss_usd_per_mwh"] = 0.0
    used = flow[along].merge(line, "left", on=along)
    for name in ("p_mw", "q_mvar"):
        flow[name] = used[name].astype(float).fillna(flow[name].astype(float))
    flow["shadow_usd_per_mwh"] = used["shadow_usd_per_mwh"].fillna(0.0)
    level = volts[at].merge(bus, "left", on=at)["v_pu"].astype(float)
    volts["v_pu"] = level.fillna(volts["v_pu"].astype(float))
    return _with(cleared, {"lmp": lmp, "flow": flow, "voltage": volts})


def _less(cleared: Cleared, copies: list[Cleared]) -> Cleared:
    """The schedule's network with what its own limits add to prices, and no more."""
    lmp, flow = (cleared.clearing.tables[name].to_pandas() for name in ("lmp", "flow"))
    for copy in copies:
        own, used = (copy.clearing.tables[name].to_pandas() for name in ("lmp", "flow"))
        for name in PARTS:
            lmp[name] = lmp[name].astype(float) - own[name].astype(float)
        flow["shadow_usd_per_mwh"] -= used["shadow_usd_per_mwh"]
    return _with(cleared, {"lmp": lmp, "flow": flow})


def _with(cleared: Cleared, changed: dict[str, pd.DataFrame]) -> Cleared:
    tables = dict(cleared.clearing.tables)
    for name, rows in changed.items():
        tables[name] = pa.Table.from_pandas(rows, tables[name].schema, preserve_index=False)
    return Cleared(cleared.scenario, replace(cleared.clearing, tables=tables))


def _members(
    members: Sequence[tuple[str, ...]], direction: str
) -> Iterator[tuple[int, tuple[str, ...]]]:
    return ((n, key) for n, key in enumerate(members) if key[1] == direction)


def used_prices_add_up(cleared: Cleared, within: Tolerances) -> Iterator[Check]:
    """Congestion and voltage make what delivery adds, nothing at roots, and each has its cause."""
    if not cleared.used_flow.members:
        return
    used = cleared.reserves.used
    parts = used["congestion_usd_per_mwh"] + np.nan_to_num(used["voltage_usd_per_mwh"])
    roots = [cleared.grid.slack[cleared.grid.bus[a, bus]] for a, _, bus in used.members]
    at_root = np.where(np.array(roots).reshape(-1, 1), used["price_usd_per_mwh"], 0.0)
    names = [" ".join(key) for key in used.members]
    missed = used["price_usd_per_mwh"] - parts
    yield check(
        "prices of delivery add up", within.price, "$/MWh",
        Missed(names, missed), Missed(names, at_root),
    )  # fmt: skip
    for direction in DIRECTIONS:
        copy = _copy(cleared, direction)
        laws = [congestion_follows_shadow_prices]
        laws += [reactive_prices_add_up] if cleared.is_reactive else []
        for law in laws:
            one = law(copy, within)
            yield replace(one, name=f"{one.name} with reserve {direction} used")
