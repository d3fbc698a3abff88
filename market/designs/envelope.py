"""Operating envelopes: limits within which resources may sell wholesale, whatever others do.

Who sees which bids: each distribution operator its own network and what its resources could do; one
wholesale market all bids. In which order: envelopes, the wholesale market, dispatch. What is fixed
when: envelopes before any bid; boundary power by the market, which needs no check of feeders.
"""

from dataclasses import dataclass
from typing import ClassVar

from market.clearing.flexible import within_envelopes
from market.clearing.outcome import Clock, clearing_of
from market.coordination import begin
from market.coordination.protocol import Settled
from market.coordination.questions import ByRule, Mend
from market.designs import About, Progress, designs
from market.operators.envelope import Envelope, SafeRanges, Sharing
from market.operators.operators import Operators
from market.operators.whole import refuse_plants
from scenarios.clearing import Clearing, Status
from scenarios.results import TSO


@designs.member("envelope")
@dataclass(frozen=True)
class OperatingEnvelopes:
    """What a feeder can carry is shared by `greatest_total`, `proportional` or `equal`."""

    about: ClassVar[About] = About(
        title="Operating envelopes",
        says=(
            "each distribution operator publishes limits within which its resources may do as "
            "they like, and these then sell and buy in one wholesale market"
        ),
        rank=32,
        needs_shared_models=True,
        shows=("bids",),
    )

    sharing: Sharing = "greatest_total"

    def clear(
        self, operators: Operators, name: str = "envelope", progress: Progress | None = None
    ) -> Clearing:
        """Publish envelopes, then clear all bids within them; raises SolveFailed."""
        refuse_plants(operators, name)
        conversation, clock = begin(operators), Clock()
        envelopes: dict[str, Envelope] = conversation.ask(
            lambda area: ByRule(SafeRanges(self.sharing))
        )
        bought = within_envelopes(operators, envelopes)
        plan, prices, rows = bought.power, bought.prices, conversation.rows
        lower: dict[str, Settled] = conversation.ask(
            lambda area: Mend(plan[rows[area]], prices[rows[area]])
        )
        for quantity, numbers in (("price", prices), ("plan", plan)):
            conversation.log.send(1, TSO, quantity, operators.transmission.boundaries, numbers)
        log = conversation.log
        parts = bought.transmission(), list(lower.values())
        return clearing_of(name, Status.OPTIMAL, operators, clock, parts, log=log)
