"""Rounds of best replies: until nobody gains by another choice, or choices come back.

Such rounds have no guarantee to settle; where choices are finite they settle or come back.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")


class Ended(enum.Enum):
    """How rounds ended; the value is the message for the user."""

    SETTLED = "nobody gains by another choice"
    CYCLE = "choices repeat themselves: each is the best reply to the one before"
    OUT_OF_ROUNDS = "the rounds ran out"


@dataclass(frozen=True)
class Play(Generic[S]):
    """Choices before any round and after each; `last` are those that stay, or repeat."""

    choices: tuple[S, ...]
    last: tuple[S, ...]
    ended: Ended


def best_replies(
    first: S, reply: Callable[[S], S | None], same: Callable[[S, S], bool], rounds: int
) -> Play[S]:
    """Play from the first choices; `reply` gives the next ones, None where nobody gains."""
    seen = [first]
    for _ in range(rounds):
        found = reply(seen[-1])
        if found is None:
            return Play(tuple(seen), (seen[-1],), Ended.SETTLED)
        for n, earlier in enumerate(seen):
            if same(found, earlier):
                return Play(tuple(seen), tuple(seen[n:]), Ended.CYCLE)
        seen.append(found)
    return Play(tuple(seen), (seen[-1],), Ended.OUT_OF_ROUNDS)
