"""Price and demand exchange: prices go down, demands come back, damped.

The fixed point is the integrated optimum (both sides' optimality conditions together are the
joint ones), but nothing guarantees that it is reached: the exchange contracts only where
transmission's marginal cost is flatter than the distribution operators' marginal value. With
block bids it can cycle for ever; then it says so.
M. Ezekiel, "The Cobweb Theorem", Quarterly J. Econ. 52(2), 1938.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from market.coordination.certificate import above
from market.coordination.conversation import Conversation
from market.coordination.method import About
from market.coordination.methods import methods
from market.coordination.offered import fixed
from market.coordination.protocol import Asked, Cleared, Crossing, Point, Reply
from scenarios.clearing import Certificate, Status
from scenarios.option_fields import option

LOOKBACK = 12  # rounds over which a repetition is looked for
REPEATED = 1e-3  # a demand was seen before if it differs by less than this part of the residual
TIMES = 3  # rounds in a row that must repeat


@dataclass(frozen=True)
class ExchangeState:
    """Where a round ended, and the demand that the next one starts from.

    `worth` ($) bounds from below what `demand` is worth to each distribution operator.
    """

    demand: Crossing
    worth: dict[str, float]
    cleared: Cleared
    asked: Asked
    certificate: Certificate
    replies: dict[str, Reply]
    past: tuple[Crossing, ...] = ()
    repeats: int = 0
    late: tuple[str, ...] = ()


@methods.member("exchange")
@dataclass(frozen=True)
class Exchange:
    """Move the demand by `damping` in (0, 1] of the way; agreed when both residuals are small."""

    about: ClassVar[About] = About(
        title="Price and demand exchange",
        says=(
            "prices go down and demands come back until both rest, which nothing guarantees that "
            "they do"
        ),
    )

    damping: float = option(1.0, lambda v: 0 < v <= 1, "write a step in (0, 1]; 1 is the full step")
    quantity_mw: float = option(1e-3, lambda v: v > 0, "write a tolerance > 0 MW, such as 1e-3")
    price_usd_per_mwh: float = option(
        1e-3, lambda v: v > 0, "write a tolerance > 0 $/MWh, such as 1e-3"
    )
    max_rounds: int = option(200, lambda v: v >= 1, "allow at least 1 round")

    def start(self, conversation: Conversation) -> ExchangeState:
        """The operators' forecast demand, and what it is worth to them."""
        demand = conversation.forecast()
        worth = conversation.worth(demand)
        nothing = Certificate(-np.inf, np.inf, np.inf, np.inf)
        unknown = np.full_like(demand, np.nan)
        none = np.zeros(0)
        unpriced = Cleared(
            unknown, demand, demand, -np.inf, -np.inf, none, np.inf, Point(none, none)
        )
        return ExchangeState(demand, worth, unpriced, Asked(unknown, np.inf), nothing, {})

    def step(self, conversation: Conversation, state: ExchangeState, round_: int) -> ExchangeState:
        """Price the demand, ask for new demands at those prices, move towards them."""
        priced = conversation.transmission.clear(fixed(state.demand))
        sold = float(((priced.prices * state.demand) @ conversation.transmission.hours).sum())
        asked = Asked(priced.prices, priced.welfare + priced.slack + sold)
        fresh = conversation.respond(round_, asked, state.replies)
        replies = state.replies | fresh
        wanted = conversation.gather({n: r.schedule for n, r in replies.items()})
        certificate = _certify(
            state,
            float(priced.welfare + sum(state.worth.values())),
            conversation.upper_bound(asked, fresh),
            np.abs(wanted - state.demand),
            np.abs(priced.prices - state.asked.prices),
        )
        worth = {
            name: (1 - self.damping) * state.worth[name] + self.damping * reply.welfare.sum()
            for name, reply in replies.items()
        }
        repeats = state.repeats + 1 if _repeats(state, certificate.quantity_residual_mw) else 0
        return ExchangeState(
            demand=state.demand + self.damping * (wanted - state.demand),
            worth=worth,
            cleared=priced,
            asked=asked,
            certificate=certificate,
            replies=replies,
            past=(*state.past, state.demand)[-LOOKBACK:],
            repeats=repeats,
            late=conversation.missing(fresh),
        )

    def verdict(self, state: ExchangeState) -> Status | None:
        """Agreed when demand and prices rest; cycling when they come back without resting."""
        c = state.certificate
        rests = c.quantity_residual_mw <= self.quantity_mw
        if rests and c.price_residual_usd_per_mwh <= self.price_usd_per_mwh:
            return Status.AGREED
        return Status.CYCLING if state.repeats >= TIMES else None


def _certify(
    state: ExchangeState, lower: float, upper: float, moved: Crossing, repriced: Crossing
) -> Certificate:
    return Certificate(
        lower,
        above(lower, min(state.certificate.upper_usd, upper)),
        float(moved.max(initial=0.0)),
        float(np.nan_to_num(repriced, nan=np.inf).max(initial=0.0)),
    )


def _repeats(state: ExchangeState, residual: float) -> bool:
    """Whether the demand was there before, at least two rounds ago, while still moving."""
    return any(
        float(np.abs(state.demand - seen).max(initial=0.0)) <= REPEATED * residual
        for seen in state.past[:-1]
    )
