"""Processes that help with a study: they keep areas while designs clear, and judge what cleared."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol, TypeVar

from threadpoolctl import threadpool_limits

from market.carriers.workers import Workers, result_of, workers
from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import Scenario
from solvers.ipopt import ipopt_by
from studies.study.study import Study

T_co = TypeVar("T_co", covariant=True)
PAYS = 50_000  # buses x periods x designs that a process saves more on than its start takes


class Piece(Protocol[T_co]):
    """Work on a study that any of its processes can do."""

    def __call__(self, study: Study, scenario: Scenario) -> T_co:
        """Its result."""
        ...


class Helper:
    """What a helping process does with a piece, under the settings of the first process."""

    def __init__(self, study: Study, scenario: Scenario) -> None:
        self._study, self._scenario = study, scenario
        self._settings = ExitStack()
        self._settings.enter_context(threadpool_limits(1, "blas"))
        self._settings.enter_context(ipopt_by(study.solver.ipopt))

    def __call__(self, piece: Piece[Any]) -> Any:
        """The result of the piece."""
        return piece(self._study, self._scenario)


@contextmanager
def helpers_of(study: Study, scenario: Scenario, jobs: int | None) -> Iterator[Workers | None]:
    """Processes beside this one, `jobs` in all; None where there are none.

    Raises `InvalidInput` where `jobs` is no number of processes.
    """
    count = jobs_for(study, scenario) if jobs is None else jobs
    if count < 1:
        finding = Finding("--jobs", f"the value is {count}", "use at least 1 process")
        raise InvalidInput("the number of processes", [finding])
    if count == 1:
        yield None
        return
    with workers(count, Helper, (study, scenario)) as found:
        yield found


def jobs_for(study: Study, scenario: Scenario) -> int:
    """One process for every `PAYS` buses, periods and designs, as far as there are cores."""
    size = len(scenario.buses) * len(scenario.hours) * len(study.designs)
    return max(1, min(_cores(), size // PAYS))


def _cores() -> int:
    """Cores that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def begin(
    piece: Piece[T_co], study: Study, scenario: Scenario, helpers: Workers | None
) -> Callable[[], T_co]:
    """What gives the result of a piece: of a helper that has begun it, or else by doing it."""
    if helpers is None:
        return lambda: piece(study, scenario)
    future = helpers.do(piece)
    return lambda: result_of(future)
