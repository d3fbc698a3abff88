"""Coordinated market operations: transmission and distribution clear one market together.

Who sees which bids: every operator sees its own. In which order: rounds of boundary prices and
boundary schedules, by the chosen method. What is fixed when: nothing before the operators
agree; then boundary schedules and prices, and each operator dispatches its own area.
"""

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from pyomo.common.gc_manager import PauseGC

from market.coordination import (
    Conversation,
    Crossing,
    Late,
    MessageLog,
    Method,
    Reply,
    coordinate,
)
from market.coordination.methods.schedules import Schedules
from market.designs import About, Progress, designs
from market.designs.outcome import Watch, clearing_of
from market.operators.area_tables import AreaResult
from market.operators.operator import DistributionOperator
from market.operators.operators import Market
from scenarios.clearing import Clearing
from scenarios.results import TSO
from solvers.errors import SolveFailed


@designs.member("cmo")
@dataclass(frozen=True)
class Cmo:
    """Coordinated clearing by the given method."""

    about: ClassVar[About] = About(
        title="Coordinated market operation",
        says=(
            "the operators exchange prices and schedules of the boundaries until they agree, and "
            "no one shows its network or its bids"
        ),
        rank=50,
        begins_a_study=lambda scenario: True,
    )

    method: Method[Any] = field(default_factory=Schedules)

    def clear(
        self,
        market: Market,
        name: str = "cmo",
        progress: Progress | None = None,
    ) -> Clearing:
        """Coordinate until the method has a verdict; raises SolveFailed."""
        with PauseGC():
            return self._clear(market, name, progress)

    def _clear(self, market: Market, name: str, progress: Progress | None) -> Clearing:
        watch = Watch(market)
        upper, log = market.transmission, MessageLog()
        conversation = Conversation(upper, market.distribution, log)
        try:
            agreement = coordinate(conversation, self.method, market.time_limit_s, progress)
        except Late as late:
            raise SolveFailed(str(late), "no first answer", "see that area's limits") from late
        state = agreement.state
        last, prices = len(agreement.history), state.asked.prices
        log.send(last, TSO, "final_price", upper.boundaries, prices)
        log.send(last, TSO, "final_schedule", upper.boundaries, state.schedule)
        settled = {
            d.name: _settle(d, state.schedule[rows], prices[rows])
            for d in market.distribution
            for rows in [conversation.rows[d.name]]
        }
        bound = conversation.upper_bound(state.asked, {n: r for n, (r, _) in settled.items()})
        certificate = state.certificate
        return clearing_of(
            name,
            agreement.status,
            watch,
            AreaResult(upper.day, upper.point.x, upper.point.dual),
            [area for _, area in settled.values()],
            replace(certificate, upper_usd=max(certificate.lower_usd, bound)),
            log,
            agreement.history,
        )


def _settle(
    operator: DistributionOperator, schedule: Crossing, prices: Crossing
) -> tuple[Reply, AreaResult]:
    """Best reply to the final prices; set-points at the agreed schedule, priced by that reply."""
    free = operator.clear_for(prices)
    dispatched = operator.dispatch_at(schedule)
    return operator.reply(free), AreaResult(operator.day, dispatched, free.dual)
