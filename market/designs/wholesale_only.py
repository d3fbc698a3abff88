"""Wholesale only: all distributed resources bid in the wholesale market, their networks unseen.

Who sees which bids: transmission sees all; nobody sees a feeder's limits. In which order: one
wholesale market as if feeders had no limits, then each distribution operator checks its feeder.
What is fixed when: boundary power by the wholesale market; behind it each distribution operator
redispatches what its network cannot carry, and what that costs is stated.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from market.clearing import Clearing, Status
from market.designs.integrated import join_areas
from market.designs.outcome import Watch, clearing_of
from market.market import Market
from market.tables import AreaResult
from scenarios.results import Round
from solvers.session import open_session


@dataclass(frozen=True)
class WholesaleOnly:
    """One market for all bids, blind to feeders, and redispatch behind it."""

    def clear(
        self,
        market: Market,
        name: str = "wholesale_only",
        progress: Callable[[Round], None] | None = None,
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
        mended = []
        for d, unseen in zip(market.distribution, parts[1:], strict=True):
            there = d.clear_at(unseen.value("p_boundary"))
            mended.append(AreaResult(d.day, there.x, there.dual))
        cleared = clearing_of(name, Status.OPTIMAL, watch, parts[0], mended)
        planned = sum(part.welfare_usd for part in parts)
        return replace(cleared, redispatch_usd=planned - cleared.welfare_usd)
