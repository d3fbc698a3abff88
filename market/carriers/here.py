"""Operators in this process, asked one after the other."""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from market.coordination.protocol import Distribution, Late
from market.coordination.questions import Failed, Question
from scenarios.findings import InvalidInput
from solvers.errors import SolveFailed


def ask(
    operators: Iterable[Distribution], questions: Mapping[str, Question], limit_s: float
) -> Iterator[tuple[str, Any]]:
    """Name and answer of each operator that is asked, as answers come.

    An operator that fails answers `Failed`, and so does one whose answer comes after `limit_s`;
    those behind it are not asked any more. What runs in this process cannot be cut short: the
    operator's own solver has a limit of its own.
    """
    deadline, slow = time.monotonic() + limit_s, ""
    for operator in operators:
        if operator.name not in questions:
            continue
        if slow:
            yield operator.name, _failed(operator, f"the time was up, spent by area '{slow}'")
            continue
        answer = _answer(operator, questions[operator.name])
        if time.monotonic() > deadline:
            slow = operator.name
            answer = _failed(operator, f"it had not answered after {limit_s:g} s")
        yield operator.name, answer


def _answer(operator: Distribution, question: Question) -> Any:
    try:
        answer = question.put_to(operator)
    except SolveFailed as failed:
        return Failed(failed.problem, failed.status, failed.cure)
    except InvalidInput as invalid:
        return Failed(invalid.what, "it cannot answer", "", invalid.findings)
    except Late as late:
        return Failed(f"area '{operator.name}'", str(late), "see that area's limits")
    except Exception as error:  # what another's operator raises is its answer, whatever it is
        return _failed(operator, f"it raised {type(error).__name__}: {error}")
    wrong = question.check(answer)
    return _failed(operator, wrong) if wrong else answer


def _failed(operator: Distribution, status: str) -> Failed:
    return Failed(f"area '{operator.name}'", status, "mend that operator's answers")
