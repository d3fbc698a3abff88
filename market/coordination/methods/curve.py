"""One round: every distribution operator bids its exact curve, and transmission clears once.

Where no device of a distribution operator couples hours, what an hour's boundary power is worth
to it is a concave function of that power alone. Its slope is all that transmission needs to find
the joint optimum, in dispatch and in payments.
M. Mousavi, M. Wu, "A DSO Framework for Market Participation of DER Aggregators in Unbalanced
Distribution Networks", IEEE Trans. Power Syst. 37(3), 2022.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from market.coordination.certificate import above
from market.coordination.conversation import Conversation
from market.coordination.method import About
from market.coordination.methods import methods
from market.coordination.offered import along
from market.coordination.protocol import Asked, Cleared
from market.coordination.questions import BidsWhat
from market.curves.separable import curve_findings
from scenarios.clearing import Certificate, Status
from scenarios.option_fields import option


@dataclass(frozen=True)
class CurveState:
    """What transmission made of the curves."""

    cleared: Cleared
    asked: Asked
    certificate: Certificate
    late: tuple[str, ...] = ()


@methods.member("curve")
@dataclass(frozen=True)
class Curve:
    """Agreed where the schedule is shown to be within `gap_relative` of the best welfare.

    The proof takes no trust in the curves: the distribution operators answer the final prices
    with what they could earn at best, and say what the final schedule is worth to them.
    """

    about: ClassVar[About] = About(
        title="Bid curves",
        says=(
            "every distribution operator bids what each further MW is worth to it, and "
            "transmission clears once over these curves"
        ),
        unfit=curve_findings,
        commits=False,
    )

    gap_relative: float = option(1e-6, lambda v: v > 0, "write a tolerance > 0, such as 1e-4")

    @property
    def max_rounds(self) -> int:
        """One: there is nothing more to say."""
        return 1

    def start(self, conversation: Conversation) -> CurveState:
        """The curve of every distribution operator, and a clearing over them."""
        curves = conversation.ask(lambda name: BidsWhat(conversation.shape[1]))
        for name, curve in curves.items():
            conversation.log.send_curve(0, name, conversation.ready[name].boundaries[0], curve)
        upper = conversation.transmission
        rows = {conversation.rows[name][0]: curve for name, curve in curves.items()}
        cleared = upper.clear(along(rows, conversation.shape, upper.hours))
        return CurveState(
            cleared, conversation.priced_at(cleared), Certificate(-np.inf, np.inf, np.inf, np.inf)
        )

    def step(self, conversation: Conversation, state: CurveState, round_: int) -> CurveState:
        """Bound the welfare by the answers to the prices, and by what the schedule is worth."""
        cleared = state.cleared
        replies = conversation.respond(round_, state.asked, conversation.rows)
        upper = conversation.upper_bound(state.asked, replies)
        worth = conversation.worth(round_, "final_welfare", cleared.schedule)
        lower = cleared.welfare + sum(worth.values())
        certificate = Certificate(lower, above(lower, upper), 0.0, 0.0)
        return replace(state, certificate=certificate, late=conversation.missing(replies))

    def verdict(self, state: CurveState) -> Status | None:
        """Agreed where the gap is small enough."""
        return Status.AGREED if state.certificate.gap_relative <= self.gap_relative else None
