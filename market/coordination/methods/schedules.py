"""The schedule pool: transmission accepts a convex mix of the schedules that were offered.

Column generation on the boundary prices: G. B. Dantzig, P. Wolfe, "Decomposition Principle for
Linear Programs", Oper. Res. 8(1), 1960. A mix is feasible because each operator's schedules
form a convex set, so the master's welfare is a lower bound; the Lagrangian at the prices that
were asked is an upper bound (L. S. Lasdon, "Optimization Theory for Large Systems", 1970).
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from market.coordination.conversation import Conversation
from market.coordination.method import About
from market.coordination.methods import methods
from market.coordination.protocol import Asked, Crossing, Pool, Pooled
from scenarios.clearing import Certificate, Status
from scenarios.options import option

UNMOVED = 1e-9  # $/MWh: prices that the last schedules did not change are asked as they are


@dataclass(frozen=True)
class SchedulesState:
    """The pool after a round, transmission's mix of it, and the prices with the best bound.

    `confirmed` says that the replies at the mix's own prices leave no more than the tolerance.
    """

    pool: Pool
    mix: Pooled
    best: Asked
    certificate: Certificate
    confirmed: bool = False
    late: tuple[str, ...] = ()

    @property
    def asked(self) -> Asked:
        """The mix's prices, and what transmission earns at them."""
        earned = sum(float(s.sum()) for s in self.mix.surplus.values())
        return Asked(self.mix.prices, self.mix.welfare + self.mix.slack - earned)

    @property
    def schedule(self) -> Crossing:
        """Boundary power (MW) of the mix."""
        return self.mix.schedule


@methods.member("schedules")
@dataclass(frozen=True)
class Schedules:
    """Stop at a certified relative gap of `gap_relative`.

    The prices asked lie `smoothing` of the way from the mix's prices to those with the best
    bound so far, which keeps them from swinging between degenerate optima (P. Wentges, "Weighted
    Dantzig-Wolfe decomposition for linear mixed-integer programming", Int. Trans. Oper. Res.
    4(2), 1997).
    """

    about: ClassVar[About] = About(
        title="Schedule pool",
        says=(
            "transmission accepts a mix of the schedules that distribution operators offered at "
            "its prices, until no other schedule could be worth more than the tolerance"
        ),
    )

    gap_relative: float = option(1e-4, lambda v: v > 0, "write a tolerance > 0, such as 1e-4")
    max_rounds: int = option(60, lambda v: v >= 1, "allow at least 1 round")
    smoothing: float = option(
        0.3, lambda v: 0 <= v < 1, "write a share in [0, 1); 0 does not smooth"
    )

    def start(self, conversation: Conversation) -> SchedulesState:
        """Price the forecast, and open the pool with the replies to that price."""
        forecast = conversation.forecast()
        priced = conversation.transmission.price_at(forecast)
        sold = float(((priced.prices * forecast) @ conversation.transmission.hours).sum())
        asked = Asked(priced.prices, priced.welfare + priced.slack + sold)
        mixes = {
            d.name: (conversation.rows[d.name], forecast.shape[1] if d.is_separable else 1)
            for d in conversation.distribution
        }
        pool = conversation.transmission.open_pool(mixes)
        return self._round(conversation, pool, asked, 0, None)

    def step(
        self, conversation: Conversation, state: SchedulesState, round_: int
    ) -> SchedulesState:
        """Ask for schedules at the smoothed prices, bound the welfare, mix again.

        Once the bound is close enough, the mix's own prices are asked: they are what is
        published, so it is they that must be shown to fit the mix.
        """
        moves = state.certificate.price_residual_usd_per_mwh > UNMOVED
        smooth = moves and state.certificate.gap_relative > self.gap_relative
        asked = state.asked.between(state.best, self.smoothing) if smooth else state.asked
        return self._round(conversation, state.pool, asked, round_, state)

    def verdict(self, state: SchedulesState) -> Status | None:
        """Agreed once the mix and its prices are certified to fit within the tolerance."""
        return Status.AGREED if state.confirmed else None

    def _round(
        self,
        conversation: Conversation,
        pool: Pool,
        asked: Asked,
        round_: int,
        last: SchedulesState | None,
    ) -> SchedulesState:
        heard = () if last is None else conversation.rows
        replies = conversation.respond(round_, asked.prices, heard)
        late = tuple(d.name for d in conversation.distribution if d.name not in replies)
        upper, best = conversation.upper_bound(asked, replies), asked
        if last is not None and asked.prices is last.mix.prices:
            reached = replace(last.certificate, upper_usd=max(upper, last.mix.welfare))
            if reached.gap_relative <= self.gap_relative:
                return replace(last, certificate=reached, confirmed=True, late=late)
        for name, reply in replies.items():
            pool.add(name, reply.schedule, reply.welfare)
        mix = pool.clear()
        moved = repriced = np.inf
        if last is not None:
            moved = _largest(mix.schedule - last.mix.schedule)
            repriced = _largest(mix.prices - last.mix.prices)
            if last.certificate.upper_usd <= upper:
                upper, best = last.certificate.upper_usd, last.best
        certificate = Certificate(mix.welfare, max(upper, mix.welfare), moved, repriced)
        return SchedulesState(pool, mix, best, certificate, late=late)


def _largest(change: Crossing) -> float:
    return float(np.abs(change).max(initial=0.0))
