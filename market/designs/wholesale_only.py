"""Wholesale only: all distributed resources bid in the wholesale market, their networks unseen.

Who sees which bids: transmission sees all; nobody sees a feeder's limits. In which order: one
wholesale market as if feeders had no limits, then each distribution operator checks its feeder.
What is fixed when: boundary power by the wholesale market; behind it each distribution operator
redispatches what its network cannot carry, and what that costs is stated. Where nothing need be
redispatched, the wholesale price is that at the root of the feeder too.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from market.coordination import Crossing
from market.designs import About, Progress, designs
from market.designs.integrated import join_areas
from market.designs.outcome import Watch, clearing_of
from market.operators.area_tables import AreaResult
from market.operators.day import Day
from market.operators.operator import DistributionOperator
from market.operators.operators import Market
from scenarios.clearing import Clearing, Status
from solvers.program import Vector
from solvers.session import open_session

SAME = 1e-9  # of the cost of the hour: what solvers leave between two equal optima


@designs.member("wholesale_only")
@dataclass(frozen=True)
class WholesaleOnly:
    """One market for all bids, blind to feeders, and redispatch behind it."""

    about: ClassVar[About] = About(
        title="Wholesale only",
        says=(
            "all distributed resources bid in one wholesale market that does not see their "
            "networks; each distribution operator then redispatches what its network cannot carry"
        ),
        rank=30,
        needs_shared_models=True,
    )

    def clear(
        self,
        market: Market,
        name: str = "wholesale_only",
        progress: Progress | None = None,
    ) -> Clearing:
        """Clear all bids without feeders' limits, then mend each feeder; raises SolveFailed."""
        watch = Watch(market)
        blind = market.without_feeder_limits()
        joined = join_areas(blind)
        session = open_session(
            joined.program, "wholesale clearing of all bids", market.time_limit_s
        )
        watch.built()
        found = session.solve()
        watch.solving += session.seconds
        parts = [
            AreaResult(operator.day, found.x[columns], found.dual[rows])
            for operator, columns, rows in zip(
                (blind.transmission, *blind.distribution), joined.columns, joined.rows, strict=True
            )
        ]
        upper = market.transmission
        lmp = dict(zip(upper.boundaries, upper.boundary_prices(parts[0].dual), strict=True))
        mended = [
            _mended(d, unseen.value("p_boundary"), np.array([lmp[b] for b in d.boundaries]))
            for d, unseen in zip(market.distribution, parts[1:], strict=True)
        ]
        cleared = clearing_of(name, Status.OPTIMAL, watch, parts[0], mended)
        planned = sum(part.welfare_usd for part in parts)
        return replace(cleared, redispatch_usd=planned - cleared.welfare_usd)


def _mended(operator: DistributionOperator, plan: Crossing, prices: Crossing) -> AreaResult:
    """Dispatch at the planned boundary power, at the wholesale price wherever that supports it.

    Where all behind a boundary stand at a limit, fixed power has any price in a wide range; only
    one of them is that at which the plan was made.
    """
    day = operator.day
    fixed, free = operator.clear_at(plan), operator.clear_for(prices)
    foregone = _earned(day, free.x, prices) - _earned(day, fixed.x, prices)  # $
    scale = np.maximum(1.0, np.abs(day.cost_by_period(fixed.x)))
    if not day.is_separable:
        foregone, scale = np.full_like(foregone, foregone.sum()), scale.sum()
    supported = foregone <= SAME * scale
    dual = fixed.dual.copy()
    for rows in day.rows.values():
        dual[rows[:, supported]] = free.dual[rows[:, supported]]
    return AreaResult(day, fixed.x, dual)


def _earned(day: Day, x: Vector, prices: Crossing) -> NDArray[np.float64]:
    """Welfare of every period less what is paid at the boundary ($)."""
    paid = (prices * day.value(x, "p_boundary")).sum(axis=0) * day.hours
    earned: NDArray[np.float64] = -day.cost_by_period(x) - paid
    return earned
