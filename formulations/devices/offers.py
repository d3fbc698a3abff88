"""Offers and bids: power stacks over the segments of a convex cost or concave value curve."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo

from formulations.circle import polygon_sides
from formulations.decision import Daily, decide
from formulations.index_sets import member_periods
from scenarios.records import Bid, Generator, Offer
from scenarios.scenario import AreaView


@dataclass(frozen=True)
class Curves:
    """Segments of every owner as arrays (segments, periods): width MW, price, slope, floor MW.

    The floor is the part of a segment that must be used to reach the owner's least power.
    """

    members: list[tuple[str, int]]
    width: Daily
    floor: Daily
    price: Daily
    slope: Daily


def output_limits(view: AreaView, owner: Generator | Bid) -> tuple[Daily, Daily]:
    """Least and greatest power (MW) in every period: the profile scales both.

    A generator's least output never exceeds what is available; a bid's least consumption
    follows its profile.
    """
    factor = view.factor(owner.profile)
    greatest = owner.p_max_mw * factor
    if isinstance(owner, Bid):
        return owner.p_min_mw * factor, greatest
    if owner.s_max_mva is not None:
        greatest = np.minimum(greatest, owner.s_max_mva)
    return np.minimum(owner.p_min_mw, greatest), greatest


def curves(view: AreaView, owners: Mapping[str, Generator | Bid]) -> Curves:
    """The segments of `owners`, cut at the greatest power of each period."""
    members: list[tuple[str, int]] = []
    rows: list[Daily] = []
    for name, owner in owners.items():
        width, price, slope = _owner_curve(view.offers[name], len(view.hours))
        least, greatest = output_limits(view, owner)
        start = np.cumsum(width, axis=0) - width
        width = np.clip(greatest - start, 0.0, width)
        floor = np.clip(least - start, 0.0, width)
        members += [(name, step + 1) for step in range(len(width))]
        rows.append(np.stack([width, floor, price, slope]))
    shape = (4, 0, len(view.hours))
    return Curves(members, *np.concatenate(rows, axis=1) if rows else np.empty(shape))


def curve_cost(curve: Curves, power: Daily) -> Daily:
    """Cost ($/h) of `power` (MW), of shape (..., periods), along the one owner's curve."""
    total, left = np.zeros_like(power), power
    for width, price, slope in zip(curve.width, curve.price, curve.slope, strict=True):
        part = np.clip(left, 0.0, width)
        total, left = total + part * (price + slope * part / 2), left - part
    return total


def supply(curve: Curves, price: Daily) -> Daily:
    """Power (MW) that the one owner of the curve sells at `price` ($/MWh), all that pays."""
    total = np.zeros_like(price)
    for width, first, slope in zip(curve.width, curve.price, curve.slope, strict=True):
        rising = np.divide(price - first, slope, out=np.full_like(price, np.inf), where=slope > 0)
        total += np.where(price > first, np.clip(rising, 0.0, width), 0.0)
    return total


def _owner_curve(offers: Sequence[Offer], periods: int) -> tuple[Daily, Daily, Daily]:
    """Width, price and slope of one owner's segments, each of shape (steps, periods)."""
    steps = max(o.step for o in offers)
    width, price, slope = np.zeros((3, steps, periods))
    for offer in offers:
        at = (offer.step - 1, slice(None) if offer.period is None else offer.period - 1)
        width[at] = offer.quantity_mw
        price[at] = offer.price_usd_per_mwh
        slope[at] = offer.slope_usd_per_mw2h
    return width, price, slope


def add_generators(
    block: pyo.Block, view: AreaView, periods: Sequence[int], *, reactive: bool
) -> None:
    """Add segment variables and block.p_generator (MW); q_generator (Mvar) if `reactive`."""
    cost = curves(view, view.generators)
    decide(block, periods, "offered", cost.members, cost.floor, cost.width, cost.price, cost.slope)
    steps = _steps(cost)

    @block.Expression(member_periods(block, view.generators, periods))
    def p_generator(b, g, t):
        return sum(b.offered[g, step, t] for step in steps[g])

    if reactive:
        _add_reactive_power(block, view, periods)
    _add_ramps(block, view, periods)


def add_bids(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """Add segment variables and block.p_bid (MW, consumption); value counts as negative cost."""
    if not view.bids:
        return
    value = curves(view, view.bids)
    decide(
        block, periods, "bidden", value.members, value.floor, value.width, -value.price, value.slope
    )
    steps = _steps(value)

    @block.Expression(member_periods(block, view.bids, periods))
    def p_bid(b, k, t):
        return sum(b.bidden[k, step, t] for step in steps[k])


def _steps(found: Curves) -> dict[str, list[int]]:
    steps: dict[str, list[int]] = {}
    for name, step in found.members:
        steps.setdefault(name, []).append(step)
    return steps


def reactive_generators(view: AreaView) -> list[str]:
    """Names of the generators that produce or absorb reactive power."""
    return [n for n, g in view.generators.items() if g.q_min_mvar or g.q_max_mvar]


def _add_reactive_power(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    able = reactive_generators(view)
    if not able:
        return
    least = np.array([[view.generators[n].q_min_mvar] for n in able]).reshape(-1, 1)
    most = np.array([[view.generators[n].q_max_mvar] for n in able]).reshape(-1, 1)
    decide(block, periods, "q_generator", able, least, most)
    sides = {(n, k): side for n in able for k, side in _capability(view.generators[n])}

    @block.Constraint(member_periods(block, sides, periods))
    def capability(b, g, k, t):
        cos, sin, limit = sides[g, k]
        return cos * b.p_generator[g, t] + sin * b.q_generator[g, t] <= limit


def _capability(unit: Generator) -> Iterator[tuple[int, tuple[float, float, float]]]:
    """The sides of the unit's apparent-power polygon that its own P and Q limits can reach."""
    if unit.s_max_mva is None:
        return
    for k, (cos, sin, limit) in enumerate(polygon_sides(unit.s_max_mva)):
        farthest = max(0.0, cos) * unit.p_max_mw
        farthest += max(sin * unit.q_min_mvar, sin * unit.q_max_mvar)
        if farthest > limit:
            yield k, (cos, sin, limit)


def _add_ramps(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    ramping = {n: g for n, g in view.generators.items() if g.ramp_mw_per_h is not None}
    if not ramping:
        return
    before = np.full((2, len(ramping), len(view.hours)), np.inf)
    before[0] *= -1
    for row, g in enumerate(ramping.values()):
        if g.p_initial_mw is not None:
            before[:, row, 0] = g.p_initial_mw
    decide(block, periods, "output_before", list(ramping), before[0], before[1])
    decide(block, periods, "output", list(ramping), -np.inf, np.inf)
    block.states.append(("output_before", "output"))
    block.follows.append("output")
    steepest = {n: g.ramp_mw_per_h for n, g in ramping.items() if g.ramp_mw_per_h is not None}

    @block.Constraint(member_periods(block, ramping, periods))
    def output_is_offered(b, g, t):
        return b.output[g, t] == b.p_generator[g, t]

    @block.Constraint(member_periods(block, ramping, periods))
    def ramp(b, g, t):
        limit = steepest[g] * float(b.hours[t - 1])
        return (-limit, b.output[g, t] - b.output_before[g, t], limit)
