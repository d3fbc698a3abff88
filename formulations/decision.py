"""What a device decides in every period: a variable, its limits and its price, as arrays.

A block is built for the periods that it is given; limits and prices of the whole day stand here
once, and serve both the Pyomo model and its compiled copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from formulations.index_sets import member_periods

Daily = NDArray[np.float64]  # shape (members, periods of the day)


@dataclass(frozen=True)
class Decision:
    """Variable `name[member, t]` with limits (its unit), price ($/MWh) and slope ($/MW2h).

    What is asked for a value x over h hours is h (price x + slope x^2 / 2); `beyond` is the part of
    the price that is no cost, but a fee or a mark-up. The first axis of every array follows
    `members`; the second is the period of the day.
    """

    name: str
    members: Sequence[Any]
    lower: Daily
    upper: Daily
    price: Daily
    slope: Daily
    beyond: Daily


def decision_of(
    hours: int,
    name: str,
    members: Sequence[Any],
    lower: Daily | float,
    upper: Daily | float,
    price: Daily | float = 0.0,
    slope: Daily | float = 0.0,
    beyond: Daily | float = 0.0,
) -> Decision:
    """Decision for a day of so many periods; numbers stand for every member and period."""
    shape = (len(members), hours)
    return Decision(
        name,
        list(members),
        *(
            np.broadcast_to(np.asarray(a, dtype=float), shape)
            for a in (lower, upper, price, slope, beyond)
        ),
    )


def decide(
    block: pyo.Block,
    periods: Sequence[int],
    name: str,
    members: Sequence[Any],
    lower: Daily | float,
    upper: Daily | float,
    price: Daily | float = 0.0,
    slope: Daily | float = 0.0,
    beyond: Daily | float = 0.0,
) -> None:
    """Add variable `name[member, t]` to `block` and its Decision to `block.decisions`."""
    count = block.hours.size
    decided = decision_of(count, name, members, lower, upper, price, slope, beyond)
    place(block, periods, decided)


def place(block: pyo.Block, periods: Sequence[int], decision: Decision) -> None:
    """Add the decision to `block.decisions`, and its variable to `block` in `periods` if any."""
    block.decisions.append(decision)
    if not periods:
        return
    variable = pyo.Var(member_periods(block, decision.members, periods))
    block.add_component(decision.name, variable)
    day = [t - 1 for t in periods]
    low, high = (a[:, day].ravel().tolist() for a in (decision.lower, decision.upper))
    for v, lb, ub in zip(variable.values(), low, high, strict=True):
        v.setlb(lb if np.isfinite(lb) else None)
        v.setub(ub if np.isfinite(ub) else None)


def cost_of(block: pyo.Block, periods: Sequence[int]) -> Any:
    """Cost ($) of all decisions on `block` in `periods`, as an expression."""
    terms = []
    for decision in block.decisions:
        variables = iter(block.component(decision.name).values())
        for row in range(len(decision.members)):
            for t in periods:
                v, hours = next(variables), float(block.hours[t - 1])
                price, slope = decision.price[row, t - 1], decision.slope[row, t - 1]
                terms.append(hours * float(price) * v)
                if slope:
                    terms.append(hours * float(slope) / 2 * v**2)
    return sum(terms)
