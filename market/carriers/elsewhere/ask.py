"""Operators elsewhere, asked all at once."""

import queue
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from market.carriers.elsewhere.line import Line
from market.coordination.questions import Question


def ask(
    operators: Iterable[Line], questions: Mapping[str, Question], limit_s: float
) -> Iterator[tuple[str, Any]]:
    """Name and answer of each operator that is asked, as answers come.

    An operator that fails answers `Failed`, one that does not answer in time `Absent`. Raises what
    is wrong with a log that is gone on from.
    """
    came: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    lines = [line for line in operators if line.name in questions]
    for line in lines:
        arguments = (line, questions[line.name], limit_s, came)
        threading.Thread(target=_put, args=arguments, daemon=True).start()
    for _ in lines:
        name, answer = came.get()
        if isinstance(answer, Exception):
            raise answer
        yield name, answer


def _put(
    line: Line, question: Question, limit_s: float, came: "queue.SimpleQueue[tuple[str, Any]]"
) -> None:
    try:
        came.put((line.name, line.ask(question, limit_s)))
    except Exception as error:  # raised where it was asked
        came.put((line.name, error))
