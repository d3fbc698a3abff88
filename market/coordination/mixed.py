"""Exchange in which transmission damps: it takes the demand by which welfare is greatest.

Every demand comes with its worth, so of all demands between those heard transmission knows the
best, and prices that belong to it (simplicial decomposition). Prices asked move to those by a
step that halves where they turn back, and grows where they keep their direction.
B. von Hohenbalken, "Simplicial Decomposition in Nonlinear Programming Algorithms", Math. Prog.
13, 1977.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from market.coordination.certificate import above
from market.coordination.conversation import Conversation
from market.coordination.mixing import Pool, around, asked_more, empty_pool, price_forecast
from market.coordination.protocol import Asked, Cleared, Crossing
from scenarios.clearing import Certificate

BACK, ON = 0.5, 1.3  # factors of the step where prices turn back, and where they go on
LEAST = 0.3  # step
STAYS = 1e-9  # part of the welfare: for less transmission does not change its choice


@dataclass(frozen=True)
class MixedState:
    """All demands heard, transmission's choice among their mixtures, and the prices asked last.

    The next prices lie `step` of the way from those to the choice's.
    """

    pool: Pool
    cleared: Cleared
    last: Asked
    certificate: Certificate
    step: float = 1.0
    late: tuple[str, ...] = ()

    @property
    def asked(self) -> Asked:
        """The choice's prices, and what transmission earns at them."""
        return self.pool.asked(self.cleared)

    @property
    def pull(self) -> Crossing:
        """What is left of the way to the choice's prices ($/MWh)."""
        return self.cleared.prices - self.last.prices


def start_mixed(conversation: Conversation) -> MixedState:
    """Demands at the price of the forecast."""
    return begin_mixed(conversation, 0, price_forecast(conversation), empty_pool(conversation))


def begin_mixed(
    conversation: Conversation,
    round_: int,
    asked: Asked,
    pool: Pool,
    heard: Collection[str] = (),
    upper_usd: float = np.inf,
) -> MixedState:
    """Demands at given prices, beside those that a pool holds of areas already `heard`."""
    replies = conversation.respond(round_, asked, heard, carried=True)
    pool = pool.with_replies(replies)
    mix = conversation.transmission.clear(pool.offered)
    upper = above(mix.total, min(upper_usd, conversation.upper_bound(asked, replies)))
    certificate = Certificate(mix.total, upper, np.inf, np.inf)
    return MixedState(pool, mix, asked, certificate, late=conversation.missing(replies))


def step_mixed(
    conversation: Conversation, state: MixedState, round_: int, prices_a_round: int
) -> MixedState:
    """Move prices towards the choice's, ask for demands at them, choose again."""
    asked = state.asked.between(state.last, 1 - state.step)
    replies = conversation.respond(round_, asked, conversation.rows, carried=True)
    more = around(state.asked, state.last, prices_a_round - 1)
    pool = state.pool.with_replies(replies)
    pool, silent = asked_more(conversation, round_, pool, more)
    late = tuple(dict.fromkeys((*conversation.missing(replies), *silent)))
    mix = _chosen(conversation.transmission.clear(pool.offered), state.cleared)
    upper = min(state.certificate.upper_usd, conversation.upper_bound(asked, replies))
    moved = float(np.abs(mix.schedule - state.cleared.schedule).max(initial=0.0))
    repriced = float(np.abs(mix.prices - asked.prices).max(initial=0.0))
    certificate = Certificate(mix.total, above(mix.total, upper), moved, repriced)
    after = MixedState(pool, mix, asked, certificate, late=late)
    turns = float((after.pull * state.pull).sum()) < 0
    step = state.step * BACK if turns else state.step * ON
    return replace(after, step=float(np.clip(step, LEAST, 1.0)))


def _chosen(mix: Cleared, last: Cleared) -> Cleared:
    """The mixture, or the last one with new prices where it is as good: many may be."""
    gained = mix.total - last.total
    if gained > STAYS * max(1.0, abs(mix.total)):
        return mix
    return replace(
        mix,
        schedule=last.schedule,
        delivered=last.delivered,
        welfare=last.welfare,
        total=last.total,
        slack=mix.slack + max(0.0, gained),
        point=replace(mix.point, x=last.point.x),
    )
