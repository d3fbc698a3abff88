"""The rule for prices that are not unique, on an operator's day and on all days together."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from formulations.devices.load import demand
from market.coordination.protocol import Crossing
from market.operators.day import Day
from solvers.join import Joined
from solvers.program import Positions, Program, Solution, Vector
from solvers.ties import Duals, Prices, Tie, between, untied

LEAST = 1e-3  # part of the mean price that all buses share, so that no period is without one
NONE: Positions = np.zeros(0, dtype=np.int64)


def by_rule(day: Day, program: Program, found: Solution, tie: Tie) -> Duals:
    """Duals of an operator's day by the rule; `program` is what the session has solved."""
    return untied(found.held or program, found.x, found.dual, prices_of(day, found.x), tie)


def by_rule_together(
    days: Sequence[Day], joined: Joined, program: Program, found: Solution, tie: Tie
) -> Duals:
    """Duals of all days by the rule: first transmission's, then those of feeders behind it.

    So they are those that operators find who follow the rule one after the other.
    """
    upper, *lower = (
        _in_whole(prices_of(day, found.x[columns]), rows)
        for day, columns, rows in zip(days, joined.columns, joined.rows, strict=True)
    )
    first = untied(program, found.x, found.dual, upper, tie)
    if not lower:
        return first
    parts = (np.concatenate([getattr(p, n) for p in lower]) for n in ("rows", "scale", "weight"))
    rows, scale, weight = parts
    of_feeders = np.concatenate(joined.rows[1:])
    behind = Prices(rows, scale, weight, held=np.setdiff1d(np.arange(found.dual.size), of_feeders))
    low = untied(program, found.x, first.lowest, behind, "lowest")
    high = low if first.ends is None else untied(program, found.x, first.highest, behind, "highest")
    if first.ends is None and low.ends is None:
        return first
    return between(low.lowest, high.highest, tie)


def _in_whole(prices: Prices, rows: Positions) -> Prices:
    return replace(prices, rows=rows[prices.rows])


def prices_of(day: Day, x: Vector) -> Prices:
    """Prices of all buses; the mean is weighted by inelastic load and what crosses boundaries."""
    rows = day.rows["balance"]
    load = _load(day, x)
    total = load.sum(axis=0)
    weight = np.divide(load, total, out=np.zeros_like(load), where=total > 0) + LEAST / len(load)
    scale = np.broadcast_to(1.0 / day.hours, rows.shape)
    return Prices(rows.ravel(), scale.ravel(), weight.ravel(), NONE)


def _load(day: Day, x: Vector) -> Crossing:
    """Load (MW) at every bus, and in transmission what goes into distribution."""
    at = {bus: n for n, bus in enumerate(day.members["balance"])}
    load = np.zeros(day.rows["balance"].shape)
    for record, power in zip(day.view.loads.values(), demand(day.view), strict=True):
        load[at[record.bus]] += power.clip(min=0.0)
    if day.view.side < 0:
        for port, power in zip(day.view.ports.values(), day.value(x, "p_boundary"), strict=True):
            load[at[port.bus]] += power.clip(min=0.0)
    return load
