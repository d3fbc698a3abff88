"""Exchange with a fixed damping: the demand moves by one part of the way in every round.

Nothing guarantees that it comes to rest: the exchange contracts only where transmission's
marginal cost is flatter than the distribution operators' marginal value. With block bids it can
cycle for ever; then it says so.
M. Ezekiel, "The Cobweb Theorem", Quarterly J. Econ. 52(2), 1938.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from market.coordination.anderson import weights
from market.coordination.certificate import above
from market.coordination.conversation import Conversation
from market.coordination.protocol import Asked, Cleared, Crossing, Point, Reply
from scenarios.clearing import Certificate

LOOKBACK = 12  # rounds over which a repetition is looked for
REPEATED = 1e-3  # a demand was seen before if it differs by less than this part of the residual
TIMES = 3  # rounds in a row that must repeat


@dataclass(frozen=True)
class Step:
    """A demand, the one that it leads to, and what that is worth at least by area ($)."""

    demand: Crossing
    next: Crossing
    worth: Mapping[str, float]


@dataclass(frozen=True)
class DampedState:
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
    steps: tuple[Step, ...] = ()
    repeats: int = 0
    late: tuple[str, ...] = ()

    @property
    def is_cycling(self) -> bool:
        """Whether demands come back without resting."""
        return self.repeats >= TIMES


def start_damped(conversation: Conversation) -> DampedState:
    """The operators' forecast demand, and what it is worth to them."""
    demand = conversation.forecast()
    worth = conversation.worth(0, "welfare", demand)
    nothing = Certificate(-np.inf, np.inf, np.inf, np.inf)
    unknown = np.full_like(demand, np.nan)
    none = np.zeros(0)
    unpriced = Cleared(unknown, demand, demand, -np.inf, -np.inf, none, np.inf, Point(none, none))
    return DampedState(demand, worth, unpriced, Asked(unknown, np.inf), nothing, {})


def step_damped(
    conversation: Conversation, state: DampedState, round_: int, damping: float, memory: int
) -> DampedState:
    """Price the demand, ask for new demands at those prices, move towards them.

    The last `memory` steps and this one are mixed, so that what they would leave is least.
    """
    priced, asked = conversation.price(state.demand)
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
        name: (1 - damping) * state.worth[name] + damping * reply.welfare.sum()
        for name, reply in replies.items()
    }
    own = Step(state.demand, state.demand + damping * (wanted - state.demand), worth)
    steps = (*state.steps, own)[-memory - 1 :]
    mixed = _mixture(steps)
    repeats = state.repeats + 1 if _repeats(state, certificate.quantity_residual_mw) else 0
    return DampedState(
        demand=mixed.next,
        worth=dict(mixed.worth),
        cleared=priced,
        asked=asked,
        certificate=certificate,
        replies=replies,
        past=(*state.past, state.demand)[-LOOKBACK:],
        steps=steps,
        repeats=repeats,
        late=conversation.missing(fresh),
    )


def _mixture(steps: Sequence[Step]) -> Step:
    """Steps mixed by Anderson's weights; worths are concave, so that of the mixture is no less."""
    if len(steps) == 1:
        return steps[0]
    share = weights([one.next - one.demand for one in steps])
    demand, after = (
        np.tensordot(share, np.array([getattr(one, side) for one in steps]), axes=1)
        for side in ("demand", "next")
    )
    worth = {
        name: float(sum(part * one.worth[name] for part, one in zip(share, steps, strict=True)))
        for name in steps[-1].worth
    }
    return Step(demand, after, worth)


def _certify(
    state: DampedState, lower: float, upper: float, moved: Crossing, repriced: Crossing
) -> Certificate:
    return Certificate(
        lower,
        above(lower, min(state.certificate.upper_usd, upper)),
        float(moved.max(initial=0.0)),
        float(np.nan_to_num(repriced, nan=np.inf).max(initial=0.0)),
    )


def _repeats(state: DampedState, residual: float) -> bool:
    """Whether the demand was there before, at least two rounds ago, while still moving."""
    return any(
        float(np.abs(state.demand - seen).max(initial=0.0)) <= REPEATED * residual
        for seen in state.past[:-1]
    )
