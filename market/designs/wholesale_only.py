"""Wholesale only: all distributed resources bid in the wholesale market, their networks unseen.

Who sees which bids: transmission sees all; nobody sees a feeder's limits. In which order: one
wholesale market as if feeders had no limits, then each distribution operator checks its feeder.
What is fixed when: boundary power by the wholesale market; behind it each distribution operator
redispatches what its network cannot carry, and what that costs is stated. Where nothing need be
redispatched, the wholesale price is that at the root of the feeder too.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.clearing.outcome import Clock, clearing_of
from market.clearing.scheduled import schedule_of
from market.coordination import begin
from market.coordination.protocol import Settled
from market.coordination.questions import Mend
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from market.operators.whole import refuse_plants
from scenarios.clearing import Clearing, Status
from scenarios.results import TSO


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
        shows=("bids",),
    )

    def clear(
        self, operators: Operators, name: str = "wholesale_only", progress: Progress | None = None
    ) -> Clearing:
        """Clear all bids without feeders' limits, then mend each feeder; raises SolveFailed."""
        refuse_plants(operators, name)
        conversation, clock = begin(operators), Clock()
        blind = operators.shared_models().without_feeder_limits()
        schedule = schedule_of(blind.clear("wholesale clearing of all bids", exclusively=True))
        plan, prices, rows = schedule.power, schedule.prices, conversation.rows
        mended: dict[str, Settled] = conversation.ask(
            lambda area: Mend(plan[rows[area]], prices[rows[area]])
        )
        for quantity, numbers in (("price", prices), ("plan", plan)):
            conversation.log.send(1, TSO, quantity, operators.transmission.boundaries, numbers)
        log = conversation.log
        parts = schedule.transmission(), list(mended.values())
        return schedule.mended(clearing_of(name, Status.OPTIMAL, operators, clock, parts, log=log))
