"""The iteration that every coordination method shares: rounds, limits, verdict."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from market.coordination.conversation import Conversation
from market.coordination.method import Method, S, State
from scenarios.clearing import Status
from scenarios.results import Round


@dataclass(frozen=True)
class Agreement(Generic[S]):
    """Where a coordination ended, why, and how it got there."""

    state: S
    status: Status
    history: tuple[Round, ...]


def coordinate(
    conversation: Conversation,
    method: Method[S],
    time_limit_s: float,
    progress: Callable[[Round], None] | None = None,
) -> Agreement[S]:
    """Step `method` until it has a verdict, rounds or time run out, or the gate closes."""
    gate = conversation.operators.gate
    most, last = method.max_rounds, Status.OUT_OF_ROUNDS
    if gate is not None and gate.most_rounds < most:
        most, last = gate.most_rounds, Status.GATE_CLOSED
    deadline = time.monotonic() + time_limit_s
    state, history = method.start(conversation), list[Round]()
    for round_ in range(1, most + 1):
        state = method.step(conversation, state, round_)
        history.append(_round(round_, state))
        if progress:
            progress(history[-1])
        if status := method.verdict(state):
            return Agreement(state, status, tuple(history))
        if time.monotonic() > deadline:
            return Agreement(state, Status.OUT_OF_TIME, tuple(history))
    return Agreement(state, last, tuple(history))


def _round(round_: int, state: State) -> Round:
    c = state.certificate
    return Round(
        round_,
        c.lower_usd,
        _known(c.upper_usd),
        _known(c.gap_relative),
        _known(c.quantity_residual_mw),
        _known(c.price_residual_usd_per_mwh),
        ", ".join(state.late),
    )


def _known(value: float) -> float | None:
    """The number; None where it is infinite because nothing is known."""
    return value if math.isfinite(value) else None
