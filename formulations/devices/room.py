"""Room for reserve: what assets hold lies within their limits, ramps and stored energy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Rows
from formulations.decision import decide
from formulations.devices.holding import Keeps, held_by, lasts_h, takes_the_period
from formulations.devices.offers import output_limits
from formulations.index_sets import member_periods
from scenarios.records import Generator, Storage
from scenarios.reserve import DOWN, UP
from scenarios.scenario import AreaView

Rates = Mapping[str, tuple[float | None, float | None]]  # MW/h up and down; None without limit


def add_room_of_generators(
    block: pyo.Block, view: AreaView, periods: Sequence[int], free: Mapping[str, Generator]
) -> None:
    """What the generators `free`, which are always on, hold lies within limits and ramps."""
    up, down = (held_by(view, "generator", way) for way in (UP, DOWN))
    raised, lowered = _kept(free, up), _kept(free, down)
    _limit(block, view, periods, "available", raised, 1)
    _limit(block, view, periods, "least_output", lowered, 0)

    @block.Constraint(member_periods(block, raised, periods))
    def headroom(b, g, t):
        return b.p_generator[g, t] + up.of(b, g, t) <= b.available[g, t]

    @block.Constraint(member_periods(block, lowered, periods))
    def footroom(b, g, t):
        return b.p_generator[g, t] - down.of(b, g, t) >= b.least_output[g, t]

    slow = {n: g.ramp_mw_per_h for n, g in free.items() if g.ramp_mw_per_h is not None}
    rising, falling = (held_by(view, "generator", way, takes_the_period) for way in (UP, DOWN))

    @block.Constraint(member_periods(block, _kept(slow, rising), periods))
    def ramp_with_reserve(b, g, t):
        change = b.output[g, t] - b.output_before[g, t]
        return change + rising.of(b, g, t) <= slow[g] * float(b.hours[t - 1])

    @block.Constraint(member_periods(block, _kept(slow, falling), periods))
    def fall_with_reserve(b, g, t):
        change = b.output[g, t] - b.output_before[g, t]
        return change - falling.of(b, g, t) >= -slow[g] * float(b.hours[t - 1])


def add_ramps_in_time(
    block: pyo.Block, view: AreaView, periods: Sequence[int], rates: Rates
) -> None:
    """Generators hold no more than they can ramp within the minutes of the products."""
    given = {p.minutes for p in view.reserves.products.values() if p.minutes is not None}
    for way, direction in enumerate((UP, DOWN)):
        for minutes in sorted(given):
            held = held_by(view, "generator", direction, _within(minutes))
            most = {g: mw for g, rate in rates.items() if (mw := rate[way]) is not None}
            kept = _kept(most, held)
            _add_ramp(block, periods, f"ramp_{direction}_in_{minutes:g}_min", held, kept, minutes)


def _within(minutes: float) -> Keeps:
    return lambda product: product.minutes is not None and product.minutes <= minutes


def _add_ramp(
    block: pyo.Block,
    periods: Sequence[int],
    name: str,
    held: Any,
    rates: Mapping[str, float],
    minutes: float,
) -> None:
    def in_time(b: Any, g: str, t: int) -> Any:
        return held.of(b, g, t) <= rates[g] * minutes / 60

    if rates:
        index = member_periods(block, rates, periods)
        block.add_component(name, pyo.Constraint(index, rule=in_time))


def add_room_of_stores(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """Power between charging and discharging, and energy for as long as products must last.

    Energy is enough at both ends of a period, so at any moment between.
    """
    stores = view.of(Storage)
    up, down = (held_by(view, "storage", way) for way in (UP, DOWN))

    @block.Constraint(member_periods(block, _kept(stores, up), periods))
    def discharge_room(b, s, t):
        return b.p_storage[s, t] + up.of(b, s, t) <= stores[s].p_discharge_max_mw

    @block.Constraint(member_periods(block, _kept(stores, down), periods))
    def charge_room(b, s, t):
        return b.p_storage[s, t] - down.of(b, s, t) >= -stores[s].p_charge_max_mw

    for when in ("energy_before", "energy"):
        _add_energy(block, view, periods, when)


def _add_energy(block: pyo.Block, view: AreaView, periods: Sequence[int], when: str) -> None:
    stores = view.of(Storage)
    up, down = (held_by(view, "storage", way) for way in (UP, DOWN))

    def drawn(b: Any, held: Any, s: str, t: int) -> Any:
        power = b.component(held.variable)
        return sum(lasts_h(view, n, t) * power[s, n, t] for n in held.products[s])

    def suffices(b: Any, s: str, t: int) -> Any:
        left = b.component(when)[s, t] - drawn(b, up, s, t) / stores[s].discharge_efficiency
        return left >= stores[s].energy_min_mwh

    def fits(b: Any, s: str, t: int) -> Any:
        full = b.component(when)[s, t] + drawn(b, down, s, t) * stores[s].charge_efficiency
        return full <= stores[s].energy_max_mwh

    for name, rule, held in (("suffices", suffices, up), ("fits", fits, down)):
        if kept := _kept(stores, held):
            index = member_periods(block, kept, periods)
            block.add_component(f"{when}_{name}", pyo.Constraint(index, rule=rule))


def add_room_of_bids(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """Flexible loads hold what they can reduce, and what they can add."""
    up, down = (held_by(view, "bid", way) for way in (UP, DOWN))
    reduced, raised = _kept(view.bids, up), _kept(view.bids, down)
    _limit(block, view, periods, "least_bid", reduced, 0)
    _limit(block, view, periods, "most_bid", raised, 1)

    @block.Constraint(member_periods(block, reduced, periods))
    def reducible(b, k, t):
        return b.p_bid[k, t] - up.of(b, k, t) >= b.least_bid[k, t]

    @block.Constraint(member_periods(block, raised, periods))
    def addable(b, k, t):
        return b.p_bid[k, t] + down.of(b, k, t) <= b.most_bid[k, t]


def _kept(owners: Mapping[str, Any], held: Any) -> dict[str, Any]:
    return {name: owner for name, owner in owners.items() if name in held}


def _limit(
    block: pyo.Block,
    view: AreaView,
    periods: Sequence[int],
    name: str,
    owners: Mapping[str, Any],
    side: int,
) -> None:
    """Least (side 0) or greatest (1) power of the owners, as decisions that are held."""
    if owners:
        limit = _rows([output_limits(view, owner)[side] for owner in owners.values()])
        decide(block, periods, name, list(owners), limit, limit)


def _rows(values: Sequence[Any]) -> Rows:
    return np.array(values, dtype=float)
