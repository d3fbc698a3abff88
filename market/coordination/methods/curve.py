"""One round: every distribution operator bids its exact curve, and transmission clears once.

Where no device of a distribution operator couples hours, what an hour's boundary power is worth
to it is a concave function of that power alone. Its slope is all that transmission needs to find
the joint optimum, in dispatch and in payments.
M. Mousavi, M. Wu, "A DSO Framework for Market Participation of DER Aggregators in Unbalanced
Distribution Networks", IEEE Trans. Power Syst. 37(3), 2022.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from market.coordination.bid_curve import BidCurve
from market.coordination.conversation import Conversation
from market.coordination.method import About
from market.coordination.methods import methods
from market.coordination.protocol import Asked, Crossing
from market.curves.separable import curve_findings
from scenarios.clearing import Certificate, Status
from scenarios.options import option


@dataclass(frozen=True)
class CurveState:
    """The curves, and what transmission made of them."""

    curves: dict[str, BidCurve]
    schedule: Crossing
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
    )

    gap_relative: float = option(1e-6, lambda v: v > 0, "write a tolerance > 0, such as 1e-4")

    @property
    def max_rounds(self) -> int:
        """One: there is nothing more to say."""
        return 1

    def start(self, conversation: Conversation) -> CurveState:
        """The curve of every distribution operator."""
        curves = {d.name: d.bid_curve() for d in conversation.distribution}
        for d in conversation.distribution:
            conversation.log.send_curve(0, d.name, d.boundaries[0], curves[d.name])
        unknown = conversation.gather({})
        nothing = Certificate(-np.inf, np.inf, np.inf, np.inf)
        return CurveState(curves, unknown, Asked(unknown, np.inf), nothing)

    def step(self, conversation: Conversation, state: CurveState, round_: int) -> CurveState:
        """Clear over the curves, and bound the welfare by the answers to the prices."""
        rows = {name: conversation.rows[name][0] for name in state.curves}
        cleared = conversation.transmission.clear_curves(
            {row: state.curves[name] for name, row in rows.items()}
        )
        sold = float(((cleared.prices * cleared.schedule) @ conversation.transmission.hours).sum())
        asked = Asked(cleared.prices, cleared.welfare + cleared.slack + sold)
        replies = conversation.respond(round_, cleared.prices, conversation.rows)
        upper = conversation.upper_bound(asked, replies)
        lower = cleared.welfare + conversation.worth(round_, cleared.schedule)
        return CurveState(
            state.curves,
            cleared.schedule,
            asked,
            Certificate(lower, max(lower, upper), 0.0, 0.0),
            tuple(d.name for d in conversation.distribution if d.name not in replies),
        )

    def verdict(self, state: CurveState) -> Status | None:
        """Agreed where the gap is small enough."""
        return Status.AGREED if state.certificate.gap_relative <= self.gap_relative else None
