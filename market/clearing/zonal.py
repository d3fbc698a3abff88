"""A market with one price a zone: what limits trade, from capacities or from a base case."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from pyomo.common.gc_manager import PauseGC

from formulations.contract import Formulation
from formulations.decision import Daily
from formulations.networks.dc import flow_limits
from formulations.networks.flow_based import FlowBased, zonal_sensitivity
from formulations.networks.ntc import Border, Ntc
from formulations.networks.zones import zone_of, zones_of
from market.clearing.scheduled import Schedule, schedule_of
from market.coordination import Conversation
from market.coordination.offered import fixed
from market.coordination.protocol import Settled
from market.operators.day import build_day
from market.operators.operators import Operators
from scenarios.matrices import incidence
from scenarios.network import Network
from scenarios.records import Load
from scenarios.results import GENERATOR
from scenarios.scenario import AreaView

Coupling = Literal["ntc", "flow_based"]
ShiftKeys = Literal["flat", "capacity", "base_dispatch"]


def zonal_schedule(
    operators: Operators,
    conversation: Conversation,
    coupling: Coupling,
    shift_keys: ShiftKeys,
    tie_share: float,
    expected: float = 1.0,
) -> Schedule:
    """What one market of all bids schedules that sees zones and no network; raises SolveFailed.

    `expected` is what it takes the load of transmission for, as a part of what it is.
    """
    known = operators.transmission.model().view
    loads = {n: replace(r, p_mw=expected * r.p_mw) for n, r in known.loads.items()}
    view = known.with_assets(Load, loads)
    limits: Formulation
    if coupling == "ntc":
        limits = capacities(view, tie_share)
    else:
        limits = base_case(operators, conversation, shift_keys)
    blind = operators.shared_models().without_feeder_limits()
    with PauseGC():
        upper = build_day(view, limits)
    return schedule_of(
        replace(blind, days=(upper, *blind.days[1:])).clear("zonal market", exclusively=True)
    )


def capacities(view: AreaView, tie_share: float) -> Ntc:
    """Transfer capacities as given, or else a share of the ratings of the lines of a border.

    A border with a line that has no rating has no limit; zones that share no line do not trade.
    """
    network, given = view.network, {(c.from_zone, c.to_zone): c for c in view.transfer_capacities}
    ties: dict[Border, float] = {}
    for line in network.branches.values():
        start, end = zone_of(network, line.from_bus), zone_of(network, line.to_bus)
        if start != end:
            border = (start, end) if (end, start) not in ties else (end, start)
            rating = np.inf if line.rating_mva is None else line.rating_mva
            ties[border] = ties.get(border, 0.0) + tie_share * rating
    for start, end in given:
        if (end, start) not in ties:
            ties.setdefault((start, end), 0.0)
    shape = (len(view.hours),)

    def most(start: str, end: str, by_ties: float) -> Daily:
        held = given.get((start, end))
        return np.full(shape, by_ties if held is None else held.p_max_mw)

    named = {f"{start} - {end}": (start, end) for start, end in ties}
    return Ntc(
        named,
        {k: -most(end, start, ties[start, end]) for k, (start, end) in named.items()},
        {k: most(start, end, ties[start, end]) for k, (start, end) in named.items()},
    )


def base_case(operators: Operators, conversation: Conversation, shift_keys: ShiftKeys) -> FlowBased:
    """What flows have left of their limits beside what transmission's own forecast day causes.

    The base case is transmission's clearing at the boundary power that operators forecast.
    """
    upper = operators.transmission
    view = upper.model().view
    network = view.network
    base = upper.settle(upper.clear(fixed(conversation.forecast())))
    flow = base.parts["flow"][0].values["p_mw"]
    injected = incidence(network).T @ flow
    sensitivity = zonal_sensitivity(network, _keys(view, base, shift_keys))
    rows = {bus: n for n, bus in enumerate(network.buses)}
    zones = zones_of(network)
    position = np.array([injected[[rows[i] for i in held]].sum(axis=0) for held in zones.values()])
    standing = flow - sensitivity @ position  # MW, at net positions of 0
    at = {k: n for n, k in enumerate(network.branches)}
    limits = flow_limits(network)
    return FlowBased(
        {k: dict(zip(zones, sensitivity[at[k]].tolist(), strict=True)) for k in limits},
        {k: _or(low, -np.inf) - standing[at[k]] for k, (low, _) in limits.items()},
        {k: _or(high, np.inf) - standing[at[k]] for k, (_, high) in limits.items()},
    )


def _or(limit: float | None, missing: float) -> float:
    return missing if limit is None else limit


def _keys(view: AreaView, base: Settled, kind: ShiftKeys) -> Mapping[str, Mapping[str, float]]:
    """Share of every bus in a change of its zone's net position; flat where nothing is produced."""
    weight = dict.fromkeys(view.network.buses, 0.0)
    if kind == "capacity":
        for unit in view.generators.values():
            weight[unit.bus] += unit.p_max_mw
    elif kind == "base_dispatch":
        for part in base.parts["dispatch"]:
            for name, bus, power in zip(
                part.names["kind"], part.names["bus"], part.values["p_mw"], strict=True
            ):
                weight[bus] += float(power.mean()) if name == GENERATOR else 0.0
    return {
        zone: _shares(view.network, held, weight) for zone, held in zones_of(view.network).items()
    }


def _shares(network: Network, buses: list[str], weight: Mapping[str, float]) -> Mapping[str, float]:
    total = sum(weight[bus] for bus in buses)
    if total <= 0.0:
        return dict.fromkeys(buses, 1.0 / len(buses))
    return {bus: weight[bus] / total for bus in buses if weight[bus] > 0.0}
