"""How an operator's part of a clearing is priced by rules other than that of held integers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from market.nonconvex.parties import Market
from market.nonconvex.prices import CONVEX_HULL, RELAXED, Convex, convexified
from market.nonconvex.uplift import priced_otherwise
from market.operators.day import Day
from scenarios.results import LostOpportunity, NonConvexity
from solvers.join import Joined, join
from solvers.program import Vector
from solvers.ties import Tie

OTHERS = (RELAXED, CONVEX_HULL)


@dataclass(frozen=True)
class Otherwise:
    """Duals of the operator's day by rule, and what every rule leaves to be gained."""

    duals: Mapping[str, Vector]
    lost: Sequence[LostOpportunity] = ()
    gaps: Sequence[NonConvexity] = ()


NOTHING = Otherwise({})


@dataclass(frozen=True)
class Repricing:
    """Whether a clearing is priced by all rules, and how."""

    limit_s: float
    tie: Tie

    def of_day(self, day: Day, x: Vector, dual: Vector) -> Otherwise:
        """An operator's day, cleared at boundary power that is given."""
        if not day.integers.size:
            return Otherwise(dict.fromkeys(OTHERS, dual))
        program, columns = day.program.copy(), day.columns["p_boundary"].ravel()
        program.lower[columns] = program.upper[columns] = x[columns]
        market = Market((day,), join([program]), x)
        return self._parts(convexified(market, dual, self.limit_s, self.tie))[0]

    def of_days(
        self, days: Sequence[Day], joined: Joined, x: Vector, dual: Vector
    ) -> list[Otherwise]:
        """Days that were cleared together, what they leave to be gained with the first."""
        market = Market(tuple(days), joined, x)
        if not market.integers.size:
            return [Otherwise(dict.fromkeys(OTHERS, dual[rows])) for rows in joined.rows]
        return self._parts(convexified(market, dual, self.limit_s, self.tie))

    def _parts(self, convex: Convex) -> list[Otherwise]:
        parts = [
            Otherwise({rule: convex.rules[rule].dual[rows] for rule in OTHERS})
            for rows in convex.market.joined.rows
        ]
        lost, gaps = priced_otherwise(convex)
        return [replace(parts[0], lost=lost, gaps=gaps), *parts[1:]]
