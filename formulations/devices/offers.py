"""Offers and bids: power stacks over the segments of a convex cost or concave value curve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Rows
from formulations.decision import Daily, decide
from formulations.devices.contract import Solved
from formulations.index_sets import member_periods
from scenarios.records import Bid, Generator, Offer
from scenarios.scenario import AreaView, Hourly

NEVER_OFF: Mapping[str, float] = {}
Owners = Mapping[str, Generator] | Mapping[str, Bid]


@dataclass(frozen=True)
class Curves:
    """Segments of every owner as arrays (segments, periods): width MW, price, slope, floor MW.

    The floor is the part of a segment that must be used to reach the owner's least power; `fee` is
    the part of the price that is no cost, or what a value is lowered by.
    """

    members: list[tuple[str, int]]
    width: Daily
    floor: Daily
    price: Daily
    slope: Daily
    fee: Daily


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


def curves(view: AreaView, owners: Owners) -> Curves:
    """The segments of `owners` as bid, fees included, cut at the greatest power of each period."""
    members: list[tuple[str, int]] = []
    rows: list[Daily] = []
    for name, owner in owners.items():
        width, price, slope = _owner_curve(view.offers[name], len(view.hours))
        least, greatest = output_limits(view, owner)
        start = np.cumsum(width, axis=0) - width
        width = np.clip(greatest - start, 0.0, width)
        floor = np.clip(least - start, 0.0, width)
        members += [(name, step + 1) for step in range(len(width))]
        fee = np.full_like(price, _fee(view, owner))
        price = price - fee if isinstance(owner, Bid) else price + fee
        rows.append(np.stack([width, floor, price, slope, fee]))
    shape = (5, 0, len(view.hours))
    return Curves(members, *np.concatenate(rows, axis=1) if rows else np.empty(shape))


def _fee(view: AreaView, owner: Generator | Bid) -> float:
    """Fee ($/MWh) that the owner bids with: of what it draws, or feeds in."""
    if isinstance(owner, Bid):
        return view.fee_in_bid("bid", owner.bid)[0]
    return view.fee_in_bid("generator", owner.generator)[1]


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


def add_curves(
    block: pyo.Block,
    periods: Sequence[int],
    name: str,
    cost: Curves,
    owners: Owners,
    total: str,
    while_on: Mapping[str, float] = NEVER_OFF,
) -> None:
    """Add segment variables `name` at their cost, and the owners' power `total` (MW).

    Segments of the owners in `while_on` stand on so much (MW) where `block.on`.
    """
    limits = cost.floor, cost.width
    decide(block, periods, name, cost.members, *limits, cost.price, cost.slope, cost.fee)
    segment, steps = block.component(name), _steps(cost)

    def power(b, owner, t):
        power = sum(segment[owner, step, t] for step in steps[owner])
        return power + while_on[owner] * b.on[owner, t] if owner in while_on else power

    index = member_periods(block, owners, periods)
    block.add_component(total, pyo.Expression(index, rule=power))


def _steps(found: Curves) -> dict[str, list[int]]:
    steps: dict[str, list[int]] = {}
    for name, step in found.members:
        steps.setdefault(name, []).append(step)
    return steps


def by_owner(solved: Solved, name: str, rows: Rows, owners: Sequence[str]) -> Rows:
    """Segments of a decision added up by owner, shape (owners, periods)."""
    place = {owner: n for n, owner in enumerate(owners)}
    total = np.zeros((len(owners), solved.hours.size))
    np.add.at(total, [place[owner] for owner, _ in solved.members[name]], rows)
    return total


def most_of(view: AreaView, owners: Owners) -> Rows:
    """Greatest power (MW) of every owner, shape (owners, periods)."""
    rows = [output_limits(view, owner)[1] for owner in owners.values()]
    return np.array(rows, dtype=float).reshape(-1, len(view.hours))


def greatest(view: AreaView, owners: Owners) -> Hourly:
    """Greatest power (MW) of all owners together, shape (periods,)."""
    total: Hourly = most_of(view, owners).sum(axis=0)
    return total
