"""How an operator's part of a clearing is priced by rules other than that of held integers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from market.nonconvex.parties import Market
from market.nonconvex.prices import CONVEX_HULL, RELAXED, Convex, Supported, convexified
from market.nonconvex.uplift import least, priced_otherwise
from market.operators.day import Day
from market.operators.outages import with_limits
from scenarios.results import LostOpportunity, NonConvexity
from solvers.join import Joined, join
from solvers.program import Vector
from solvers.ties import Tie

OTHERS = (RELAXED, CONVEX_HULL)
HULL_LIMIT_S = 60.0


@dataclass(frozen=True)
class Otherwise:
    """The operator's day with its duals by rule, and what every rule leaves to be gained."""

    priced: Mapping[str, tuple[Day, Vector]]
    lost: Sequence[LostOpportunity] = ()
    gaps: Sequence[NonConvexity] = ()


NOTHING = Otherwise({})


@dataclass(frozen=True)
class Repricing:
    """How a clearing is priced by all rules; the search for the hull ends at `hull_limit_s`."""

    limit_s: float
    tie: Tie
    hull_limit_s: float

    def of_day(self, day: Day, x: Vector, dual: Vector) -> Otherwise:
        """An operator's day, cleared at boundary power that is given."""
        if not day.integers.size:
            return Otherwise(dict.fromkeys(OTHERS, (day, dual)))
        program, columns = day.program.copy(), day.crossing.ravel()
        program.lower[columns] = program.upper[columns] = x[columns]
        market = Market((day,), join([program]), x)
        return self._parts(self._convex(market, dual))[0]

    def of_days(
        self, days: Sequence[Day], joined: Joined, x: Vector, dual: Vector
    ) -> list[Otherwise]:
        """Days that were cleared together, what they leave to be gained with the first."""
        market = Market(tuple(days), joined, x)
        if not market.integers.size:
            alone = zip(days, joined.rows, strict=True)
            return [Otherwise(dict.fromkeys(OTHERS, (day, dual[rows]))) for day, rows in alone]
        return self._parts(self._convex(market, dual))

    def _convex(self, market: Market, dual: Vector) -> Convex:
        limits = self.limit_s, min(self.limit_s, self.hull_limit_s)
        return least(convexified(market, dual, limits, self.tie))

    def _parts(self, convex: Convex) -> list[Otherwise]:
        market, own = convex.market, {rule: convex.rules[rule] for rule in OTHERS}
        parts = [
            Otherwise({rule: (day, at.dual[rows]) for rule, at in own.items()})
            for day, rows in zip(market.days, market.joined.rows, strict=True)
        ]
        first = {rule: _with_limits(market, at) for rule, at in own.items()}
        lost, gaps = priced_otherwise(convex)
        return [Otherwise(first, lost, gaps), *parts[1:]]


def _with_limits(market: Market, at: Supported) -> tuple[Day, Vector]:
    """The first day with its duals, and with the limits after outages that a rule needs."""
    own, last = at.dual[market.joined.rows[0]], at.dual[market.program.row_lower.size :]
    return with_limits(market.days[0], at.limits), np.concatenate([own, last])
