"""Prices, a plan and a slope down, demand up: each side yields to the other at a slope.

Transmission clears against a demand whose price falls by the slope with every MW more; its LMP is
the new price. Each distribution operator then takes what is best for it at that price rising by
the same slope beyond transmission's plan. Where both meet, nothing has risen or fallen, so the
fixed point is the integrated optimum; any constant slope leads there. Near it, or where rounds no
longer tell much, transmission ends the search by the best mixture of the demands heard (`mixed`).
S. Boyd et al., "Distributed Optimization and Statistical Learning via the Alternating Direction
Method of Multipliers", Found. Trends Mach. Learn. 3(1), 2011. Relaxation and convergence: J.
Eckstein, D. Bertsekas, "On the Douglas-Rachford Splitting Method", Math. Prog. 55, 1992.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from market.coordination.certificate import above
from market.coordination.conversation import Conversation
from market.coordination.method import About
from market.coordination.methods import methods
from market.coordination.mixed import MixedState, begin_mixed, step_mixed
from market.coordination.mixing import (
    QUESTIONS,
    Pool,
    empty_pool,
    mean_size,
    mixed_as_heard,
    slope_between,
)
from market.coordination.offered import elastic, fixed
from market.coordination.protocol import Asked, Cleared, Crossing, Near, Reply
from scenarios.clearing import Certificate, Status
from scenarios.option_fields import option

EVERY = 5  # rounds between changes of the slope
UNTIL = 50  # rounds after which it stays, so that convergence is assured
APART = 3.0  # residuals whose ratio is larger change it
MOST = 5.0  # factor of one change
PATIENCE = 10  # rounds in which residuals must halve
BAND = 10.0  # tolerances within which demands are mixed


@dataclass(frozen=True)
class AdmmState:
    """Transmission's clearing, the demand that answers it, and the slope between them ($/MW2h).

    `pool` holds the demands heard, `halved` the residual (1 is the tolerance) when it last fell to
    half of what it was, `waited` the rounds since then.
    """

    pool: Pool
    demand: Crossing
    cleared: Cleared
    asked: Asked
    slope: Crossing
    certificate: Certificate
    replies: Mapping[str, Reply] = field(default_factory=dict)
    halved: float = np.inf
    waited: int = 0
    late: tuple[str, ...] = ()


State = AdmmState | MixedState


@methods.member("admm")
@dataclass(frozen=True)
class Admm:
    """Agreed when demand meets transmission's plan and prices rest.

    Without a `slope_usd_per_mw2h` it starts as the ratio of forecast price and power, and is
    balanced for fifty rounds, so that neither prices nor schedules lag. With a `relaxation` above 1
    transmission looks beyond the demand. Within ten tolerances, or where residuals have not halved
    in ten rounds, the rest of the way is that of an exchange that transmission damps, from all that
    was heard: it ends where the optimum is, and not within a band of it.
    """

    about: ClassVar[About] = About(
        title="ADMM",
        says=(
            "prices and plans go down and demands come back, each side yielding to the other at "
            "a slope, until demands meet the plans"
        ),
    )

    slope_usd_per_mw2h: float | None = option(
        None, lambda v: v is None or v > 0, "write a slope > 0 $/MW2h, such as 1"
    )
    relaxation: float = option(1.6, lambda v: 0 < v < 2, "write a factor in (0, 2), such as 1.6")
    quantity_mw: float = option(1e-3, lambda v: v > 0, "write a tolerance > 0 MW, such as 1e-3")
    price_usd_per_mwh: float = option(
        1e-3, lambda v: v > 0, "write a tolerance > 0 $/MWh, such as 1e-3"
    )
    max_rounds: int = option(300, lambda v: v >= 1, "allow at least 1 round")

    def start(self, conversation: Conversation) -> AdmmState:
        """The forecast at its median price: one that cannot be had is priced at lost load."""
        demand = conversation.forecast()
        conversation.tell_limits()
        first = conversation.transmission.clear(fixed(demand))
        prices = np.full_like(demand, np.median(first.prices) if demand.size else 0.0)
        slope = self.slope_usd_per_mw2h or slope_between(prices, demand)
        nothing = Certificate(-np.inf, np.inf, np.inf, np.inf)
        asked, slopes = Asked(prices, np.inf), np.full_like(demand, slope)
        return AdmmState(empty_pool(conversation), demand, first, asked, slopes, nothing)

    def step(self, conversation: Conversation, state: State, round_: int) -> State:
        """Transmission clears near the demand, areas answer near its plan; then they end."""
        if isinstance(state, MixedState):
            return step_mixed(conversation, state, round_, QUESTIONS)
        if state.waited < PATIENCE and self._left(state.certificate) > BAND:
            return self._near(conversation, state, round_)
        heard = mixed_as_heard(conversation, state.replies)
        upper = state.certificate.upper_usd
        return begin_mixed(conversation, round_, state.asked, state.pool, heard, upper)

    def _near(self, conversation: Conversation, state: AdmmState, round_: int) -> AdmmState:
        part = self.relaxation if round_ > 1 else 1.0
        cleared = _plan(conversation, state, part)
        near = Near(cleared.prices, cleared.schedule, state.slope)
        fresh = conversation.respond_near(round_, near, state.replies)
        replies = {**state.replies, **fresh}
        demand = conversation.gather({name: r.schedule for name, r in replies.items()})
        upper = conversation.bound_near(round_, near, fresh)
        lower = conversation.transmission.clear(fixed(demand)).welfare
        lower += sum(float(reply.welfare.sum()) for reply in replies.values())
        certificate = Certificate(
            lower,
            above(lower, min(state.certificate.upper_usd, upper)),
            _largest(demand - near.plan),
            _largest(near.prices - state.asked.prices),
        )
        balances = self.slope_usd_per_mw2h is None and round_ <= UNTIL and round_ % EVERY == 0
        left = self._left(certificate)
        halves = left <= state.halved / 2
        return AdmmState(
            state.pool.with_replies(mixed_as_heard(conversation, fresh)),
            demand,
            cleared,
            conversation.priced_at(cleared),
            state.slope * (_balance(state, near, demand) if balances else 1.0),
            certificate,
            replies,
            left if halves else state.halved,
            0 if halves else state.waited + 1,
            conversation.missing(fresh),
        )

    def _left(self, c: Certificate) -> float:
        """The larger residual, as a multiple of its tolerance."""
        return max(
            c.quantity_residual_mw / self.quantity_mw,
            c.price_residual_usd_per_mwh / self.price_usd_per_mwh,
        )

    def verdict(self, state: State) -> Status | None:
        """Agreed when the mixture and its prices rest."""
        ends = isinstance(state, MixedState)
        return Status.AGREED if ends and self._left(state.certificate) <= 1.0 else None


def _plan(conversation: Conversation, state: AdmmState, part: float) -> Cleared:
    """Transmission's clearing against a demand that yields, `part` of the way to the last one."""
    at = part * state.demand + (1 - part) * state.cleared.schedule
    return conversation.transmission.clear(
        elastic(state.asked.prices + state.slope * at, state.slope)
    )


def _balance(state: AdmmState, near: Near, demand: Crossing) -> float:
    """Factor of the slope: prices lag where demands miss plans by more than plans move."""
    missed = (demand - near.plan) / mean_size(near.plan)
    moved = (near.plan - state.cleared.schedule) * near.slope / mean_size(near.prices)
    ratio = float(np.sqrt(np.linalg.norm(missed) / (np.linalg.norm(moved) + 1e-12)))
    if 1 / np.sqrt(APART) <= ratio <= np.sqrt(APART):
        return 1.0
    return min(max(ratio, 1 / MOST), MOST)


def _largest(change: Crossing) -> float:
    return float(np.abs(change).max(initial=0.0))
