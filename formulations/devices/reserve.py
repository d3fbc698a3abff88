"""Reserve that generators hold beside their output, cleared together with energy."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Rows
from formulations.decision import Daily, decide
from formulations.devices.contract import Solved
from formulations.devices.offers import most_of
from formulations.index_sets import member_periods
from scenarios.reserve import Reserve
from scenarios.scenario import AreaView, Hourly

Products = Mapping[str, Sequence[str]]  # reserves by generator


def add_reserves(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """Add reserve (MW, by generator and product), shortage and what is required."""
    if not view.reserves:
        return
    offers, products = view.reserve_offers, list(view.reserves)
    most = [np.inf if o.p_max_mw is None else o.p_max_mw for o in offers.values()]
    asked = [o.price_usd_per_mwh for o in offers.values()]
    decide(block, periods, "reserve", list(offers), 0.0, _column(most), _column(asked))
    required, price = _by_period(view, "requirement_mw"), _by_period(view, "shortage_usd_per_mwh")
    decide(block, periods, "reserve_shortage", products, 0.0, np.inf, price)
    decide(block, periods, "reserve_required", products, required, required)
    held = {n: [g for g, product in offers if product == n] for n in products}

    @block.Constraint(member_periods(block, products, periods))
    def reserve_is_held(b, n, t):
        total = sum(b.reserve[g, n, t] for g in held[n]) + b.reserve_shortage[n, t]
        return (0.0, total - b.reserve_required[n, t], None)


def add_headroom(
    block: pyo.Block, view: AreaView, periods: Sequence[int], plants: Mapping[str, Any]
) -> None:
    """What generators that are always on hold lies within their limits and ramps."""
    products = products_of(view)
    free = [g for g in products if g not in plants]
    if not free:
        return
    most = most_of(view, {g: view.generators[g] for g in free})
    decide(block, periods, "available", free, most, most)

    @block.Constraint(member_periods(block, free, periods))
    def headroom(b, g, t):
        return b.p_generator[g, t] + reserve_of(b, products, g, t) <= b.available[g, t]

    ramps = {g: view.generators[g].ramp_mw_per_h for g in free}
    slow = {g: ramp for g, ramp in ramps.items() if ramp is not None}

    @block.Constraint(member_periods(block, slow, periods))
    def ramp_with_reserve(b, g, t):
        change = b.output[g, t] - b.output_before[g, t]
        return change + reserve_of(b, products, g, t) <= slow[g] * float(b.hours[t - 1])


def products_of(view: AreaView) -> Products:
    """What each generator that may hold a reserve may hold."""
    held: dict[str, list[str]] = {}
    for generator, product in view.reserve_offers:
        held.setdefault(generator, []).append(product)
    return held


def reserve_of(block: Any, products: Products, generator: str, t: int) -> Any:
    """All reserve (MW) that a generator holds."""
    return sum(block.reserve[generator, n, t] for n in products.get(generator, ()))


def reserve_costs(solved: Solved) -> dict[str, Hourly]:
    """What holding costs ($), by generator and period."""
    total: dict[str, Hourly] = {}
    if "reserve" in solved.members:
        for (g, _), paid in zip(solved.members["reserve"], solved.cost("reserve"), strict=True):
            total[g] = total.get(g, 0.0) + paid
    return total


def _by_period(view: AreaView, field: str) -> Daily:
    """A field of every product, shape (products, periods)."""
    return np.array([_filled(rows, field, len(view.hours)) for rows in view.reserves.values()])


def _filled(rows: Sequence[Reserve], field: str, periods: int) -> Hourly:
    values = np.zeros(periods)
    for row in rows:
        values[slice(None) if row.period is None else row.period - 1] = getattr(row, field)
    return values


def _column(values: Sequence[float]) -> Rows:
    return np.array(values, dtype=float).reshape(-1, 1)
