"""The schedule pool: transmission accepts a convex mix of the schedules that were offered.

Column generation on the boundary prices: G. B. Dantzig, P. Wolfe, "Decomposition Principle for
Linear Programs", Oper. Res. 8(1), 1960. A mix is feasible because each operator's schedules
form a convex set, so the master's welfare is a lower bound; the Lagrangian at the prices that
were asked is an upper bound (L. S. Lasdon, "Optimization Theory for Large Systems", 1970).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from market.coordination.certificate import above
from market.coordination.conversation import Conversation
from market.coordination.method import About
from market.coordination.methods import methods
from market.coordination.mixing import (
    QUESTIONS,
    Pool,
    around,
    asked_more,
    empty_pool,
    price_forecast,
)
from market.coordination.protocol import Asked, Cleared, Crossing
from scenarios.clearing import Certificate, Status
from scenarios.option_fields import option

EXACT = 1e-12  # gap, part of the welfare: there is no schedule left that would move prices
HIDES = 1e-6  # gap, part of the welfare, that may hide a price 1 $/MWh off; it grows as its square
UNMOVED = 1e-9  # $/MWh: prices that the last schedules did not change are asked as they are


@dataclass(frozen=True)
class SchedulesState:
    """All schedules offered so far, transmission's mix of them, the prices with the best bound.

    `confirmed` says that the replies at the mix's own prices leave no more than the tolerance.
    """

    pool: Pool
    cleared: Cleared
    best: Asked
    certificate: Certificate
    confirmed: bool = False
    late: tuple[str, ...] = ()

    @property
    def asked(self) -> Asked:
        """The mix's prices, and what transmission earns at them."""
        return self.pool.asked(self.cleared)


@methods.member("schedules")
@dataclass(frozen=True)
class Schedules:
    """Stop at a certified relative gap of `gap_relative`, once prices rest.

    A gap in welfare says little of prices: where a bid hangs by a thread they may be far off at
    hardly any loss. So the last replies are mixed as well, and must leave prices within
    `price_usd_per_mwh` of those that they answer; and, as prices may rest for a round on the way,
    the gap must be so small that no price should be further off. That is measured, not proved.

    The prices asked lie `smoothing` of the way from the mix's prices to those with the best
    bound so far, which keeps them from swinging between degenerate optima (P. Wentges, "Weighted
    Dantzig-Wolfe decomposition for linear mixed-integer programming", Int. Trans. Oper. Res.
    4(2), 1997).

    Hours are mixed by themselves where areas disclose what their devices carry from one to the
    next: one reply is then as many schedules as the day has hours. Whole days of others are mixed,
    and prices of n coupled hours rest only once some n + 1 schedules of an area hold them. So these
    areas are asked `prices_a_round` price vectors at once, which buys rounds with questions.
    """

    about: ClassVar[About] = About(
        title="Schedule pool",
        says=(
            "transmission accepts a mix of the schedules that distribution operators offered at "
            "its prices, until no other schedule could be worth more than the tolerance"
        ),
    )

    gap_relative: float = option(1e-4, lambda v: v > 0, "write a tolerance > 0, such as 1e-4")
    price_usd_per_mwh: float = option(
        1e-2, lambda v: v > 0, "write a tolerance > 0 $/MWh, such as 1e-2"
    )
    max_rounds: int = option(100, lambda v: v >= 1, "allow at least 1 round")
    smoothing: float = option(
        0.3, lambda v: 0 <= v < 1, "write a share in [0, 1); 0 does not smooth"
    )
    prices_a_round: int = option(QUESTIONS, lambda v: v >= 1, "ask at least one price vector")

    def start(self, conversation: Conversation) -> SchedulesState:
        """Price the forecast, and open the pool with the replies to that price."""
        asked = price_forecast(conversation)
        pool = empty_pool(conversation)
        return self._round(conversation, pool, [asked], 0, None)

    def step(
        self, conversation: Conversation, state: SchedulesState, round_: int
    ) -> SchedulesState:
        """Ask for schedules at the smoothed prices, bound the welfare, mix again.

        Once the bound is close enough, the mix's own prices are asked: they are what is
        published, so it is they that must be shown to fit the mix.
        """
        return self._round(conversation, state.pool, self._asks(state), round_, state)

    def _asks(self, state: SchedulesState) -> list[Asked]:
        """The prices that the round is about, and those about them."""
        own, c = state.asked, state.certificate
        if c.price_residual_usd_per_mwh <= UNMOVED:
            return [own]
        close = c.gap_relative <= self.gap_relative
        first = own if close else own.between(state.best, self.smoothing)
        return [first, *around(own, state.best, self.prices_a_round - 1)]

    def verdict(self, state: SchedulesState) -> Status | None:
        """Agreed once the mix and its prices are certified to fit within the tolerance."""
        close = state.certificate.gap_relative <= self.gap_relative
        return Status.AGREED if state.confirmed and close else None

    def _round(
        self,
        conversation: Conversation,
        pool: Pool,
        asks: Sequence[Asked],
        round_: int,
        last: SchedulesState | None,
    ) -> SchedulesState:
        asked, *more = asks
        heard = () if last is None else conversation.rows
        replies = conversation.respond(round_, asked, heard, carried=True)
        late = conversation.missing(replies)
        upper, best = conversation.upper_bound(asked, replies), asked
        reached = None
        if last is not None and asked.prices is last.cleared.prices:
            reached = replace(last.certificate, upper_usd=above(last.cleared.total, upper))
            if reached.gap_relative <= min(EXACT, self.gap_relative):
                return replace(last, certificate=reached, confirmed=True, late=late)
        pool = pool.with_replies(replies)
        pool, silent = asked_more(conversation, round_, pool, more)
        late = tuple(dict.fromkeys((*late, *silent)))
        mix = conversation.transmission.clear(pool.offered)
        moved = repriced = np.inf
        if last is not None:
            moved = _largest(mix.schedule - last.cleared.schedule)
            repriced = _largest(mix.prices - last.cleared.prices)
            slack = mix.slack + sum(reply.slack for reply in replies.values())
            if reached and self._suffices(reached, repriced, slack):
                return replace(last, certificate=reached, confirmed=True, late=late)
            if last.certificate.upper_usd <= upper:
                upper, best = last.certificate.upper_usd, last.best
        certificate = Certificate(mix.total, above(mix.total, upper), moved, repriced)
        return SchedulesState(pool, mix, best, certificate, late=late)

    def _suffices(self, reached: Certificate, repriced: float, slack: float) -> bool:
        """Whether gap and prices are within tolerance; `slack` ($) is what solvers leave of it."""
        close = reached.gap_relative <= self.gap_relative
        hidden = HIDES * self.price_usd_per_mwh**2 * max(1.0, abs(reached.upper_usd))
        sure = reached.upper_usd - reached.lower_usd - slack <= hidden
        return close and sure and repriced <= self.price_usd_per_mwh


def _largest(change: Crossing) -> float:
    return float(np.abs(change).max(initial=0.0))
