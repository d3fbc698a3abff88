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

    An operator that fails answers `Failed`, and so does one whose answer comes after `limit_s`.
    What runs in this process cannot be cut short: the operator's own solver keeps its own limit.
    """
    for operator in operators:
        if operator.name in questions:
            yield operator.name, _answer(operator, questions[operator.name], limit_s)


def _answer(operator: Distribution, question: Question, limit_s: float) -> Any:
    started = time.monotonic()
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
    if time.monotonic() - started > limit_s:
        return _failed(operator, f"it answered after more than {limit_s:g} s")
    wrong = question.check(answer)
    return _failed(operator, wrong) if wrong else answer


def _failed(operator: Distribution, status: str) -> Failed:
    return Failed(f"area '{operator.name}'", status, "mend that operator's answers")
