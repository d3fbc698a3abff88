"""One round: every distribution operator bids its exact curve, and transmission clears once.

Where no device of a distribution operator couples hours, what an hour's boundary power is worth
to it is a concave function of that power alone. Its slope is all that transmission needs to find
the joint optimum, in dispatch and in payments.
M. Mousavi, M. Wu, "A DSO Framework for Market Participation of DER Aggregators in Unbalanced
Distribution Networks", IEEE Trans. Power Syst. 37(3), 2022.
"""

from dataclasses import dataclass

import numpy as np

from market.coordination.bid_curve import BidCurve
from market.coordination.loop import Operators
from market.coordination.protocol import Asked, Crossing
from scenarios.clearing import Certificate, Status


@dataclass(frozen=True)
class CurveState:
    """The curves, and what transmission made of them."""

    curves: dict[str, BidCurve]
    schedule: Crossing
    asked: Asked
    certificate: Certificate
    late: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curve:
    """Agreed where the schedule is shown to be within `gap_relative` of the best welfare.

    The proof takes no trust in the curves: the distribution operators answer the final prices
    with what they could earn at best, and say what the final schedule is worth to them.
    """

    gap_relative: float = 1e-6

    @property
    def max_rounds(self) -> int:
        """One: there is nothing more to say."""
        return 1

    def start(self, operators: Operators) -> CurveState:
        """The curve of every distribution operator."""
        curves = {d.name: d.bid_curve() for d in operators.distribution}
        for d in operators.distribution:
            operators.log.send_curve(0, d.name, d.boundaries[0], curves[d.name])
        unknown = operators.gather({})
        nothing = Certificate(-np.inf, np.inf, np.inf, np.inf)
        return CurveState(curves, unknown, Asked(unknown, np.inf), nothing)

    def step(self, operators: Operators, state: CurveState, round_: int) -> CurveState:
        """Clear over the curves, and bound the welfare by the answers to the prices."""
        rows = {name: operators.rows[name][0] for name in state.curves}
        cleared = operators.transmission.clear_curves(
            {row: state.curves[name] for name, row in rows.items()}
        )
        sold = float(((cleared.prices * cleared.schedule) @ operators.transmission.hours).sum())
        asked = Asked(cleared.prices, cleared.welfare + cleared.slack + sold)
        replies = operators.respond(round_, cleared.prices, operators.rows)
        upper = operators.upper_bound(asked, replies)
        lower = cleared.welfare + operators.worth(round_, cleared.schedule)
        return CurveState(
            state.curves,
            cleared.schedule,
            asked,
            Certificate(lower, max(lower, upper), 0.0, 0.0),
            tuple(d.name for d in operators.distribution if d.name not in replies),
        )

    def verdict(self, state: CurveState) -> Status | None:
        """Agreed where the gap is small enough."""
        return Status.AGREED if state.certificate.gap_relative <= self.gap_relative else None
