"""How a question and its answer are written into letters and read out of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from market.carriers.elsewhere.letter import Malformed, Word
from market.carriers.elsewhere.sheet import MOST_POINTS, Read, Sheet
from market.coordination.questions import Question

MW, PRICE, USD = "MW", "$/MWh", "$"
Words = Mapping[str, Word]


@dataclass(frozen=True)
class Form:
    """Four ways: a question onto a sheet and off it, its answer onto a sheet and off it.

    What is put onto a sheet gives words besides. All raise Malformed.
    """

    question: type
    ask: Callable[[Any, Sheet], Words]
    asked: Callable[[Read, Words], Question]
    tell: Callable[[Any, Sheet], Words]
    told: Callable[[Read, Words, Any], Any]


def nothing(*_: Any) -> Words:
    """Neither numbers nor words."""
    return {}


def carried_of(words: Words) -> int:
    """How many numbers are carried from each hour to the next, 0 where none; raises Malformed."""
    count = words.get("carries", 0)
    if type(count) is not int or not 0 <= count <= MOST_POINTS:
        raise Malformed("it does not tell how much its devices carry from each hour to the next")
    return count
