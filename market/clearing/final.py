"""The prices at which a coordinated day is settled: by the rule where several support it.

Where operators agree, transmission and areas may keep their schedules at more than one price. Areas
say between which, period by period, and transmission chooses among its own prices in between. As
periods may hang together, areas then answer the choice; it holds if all would stay.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from market.coordination import Agreement, Conversation
from market.coordination.protocol import Asked, Cleared
from market.coordination.questions import Failed, SupportOf
from scenarios.clearing import Status

NOISE = 1e-7  # part of the welfare; two solves of one problem differ by less


@dataclass(frozen=True)
class Final:
    """Transmission's last clearing, the prices asked of all, and what it earns at them."""

    cleared: Cleared
    asked: Asked


def final_prices(conversation: Conversation, agreement: Agreement[Any]) -> Final:
    """Where it was agreed, prices by the rule if there is a choice; else those of the last round.

    They stay as they are, and that is noted, where an area does not answer.
    """
    state, upper = agreement.state, conversation.transmission
    last = Final(state.cleared, state.asked)
    if agreement.status is not Status.AGREED or not upper.has_choice(last.cleared):
        return last
    schedule, own = last.cleared.schedule, last.asked.prices
    after = len(agreement.history) + 1
    answers = conversation.hear(lambda area: SupportOf(schedule[conversation.rows[area]]))
    for answer in answers.values():
        if isinstance(answer, Failed):
            conversation.failures.append((after, f"{answer.problem}: {answer.status}"))
            return last
    low, high = (
        conversation.gather({area: getattr(answer, side) for area, answer in answers.items()})
        for side in ("lowest", "highest")
    )
    chosen = upper.choose(last.cleared, np.minimum(low, own), np.maximum(high, own))
    asked = conversation.priced_at(chosen)
    replies = conversation.respond(after, asked, conversation.rows)
    bounds = state.certificate
    gap = max(bounds.upper_usd - bounds.lower_usd, NOISE * max(1.0, abs(bounds.upper_usd)))
    holds = conversation.upper_bound(asked, replies) - bounds.lower_usd <= gap
    return Final(chosen, asked) if holds else last
