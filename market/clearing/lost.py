"""Operators that were lost on the way: what can be said of a clearing without them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from market.carriers.failures import error_of
from market.coordination import Conversation
from market.coordination.protocol import Crossing, Settled
from market.coordination.questions import Absent, Failed


def apart(answers: Mapping[str, Any]) -> tuple[dict[str, Settled], dict[str, Absent]]:
    """The parts of operators that settled, and those that are absent, by name.

    Raises InvalidInput or SolveFailed where one answered that it cannot.
    """
    settled: dict[str, Settled] = {}
    absent: dict[str, Absent] = {}
    for name, answer in answers.items():
        if isinstance(answer, Absent):
            absent[name] = answer
        elif isinstance(answer, Failed):
            raise error_of(answer)
        else:
            settled[name] = answer
    return settled, absent


def unsettled(conversation: Conversation, area: str, schedule: Crossing) -> Settled:
    """What stands for the part of an operator that is lost: what it was to take, and no price."""
    power = schedule[conversation.rows[area]]
    return Settled(
        area,
        conversation.ready[area].boundaries,
        power=power,
        reactive=None,
        prices=np.full_like(power, np.nan),
        ban=None,
        welfare_usd=0.0,
        worth=np.zeros(power.shape[1]),
        parts={},
    )
