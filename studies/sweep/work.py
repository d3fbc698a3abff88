"""Points of a sweep cleared one by one, here or in other processes."""

import gc
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from pyomo.common.gc_manager import PauseGC

from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from solvers.errors import SolveFailed
from solvers.ipopt import ipopt_by
from studies.runs.interruption import uninterrupted
from studies.study.operators import operators_of
from studies.sweep.knob import Case, Scalar
from studies.sweep.parameters import parse_parameters, refuse_invalid, settled
from studies.sweep.point import Last, PointFigures, clear_case, failed_case

Values = tuple[Scalar, ...]


@dataclass
class Worker:
    """Clears points of one sweep; models are built once and given each point's numbers."""

    case: Case
    over: Sequence[str]
    markets: dict[tuple[Any, ...], Operators] = field(default_factory=dict)
    last: Last = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parameters = parse_parameters(self.over, self.case)

    def clear(self, values: Values) -> PointFigures:
        """Figures of one point."""
        with PauseGC():  # a point's tables are no cycles, and go as soon as they are summed up
            return self._clear(values)

    def _clear(self, values: Values) -> PointFigures:
        try:
            case = settled(self.parameters, self.case, values)
            if len(self.parameters) > 1:  # one alone was tried with every value
                refuse_invalid(case)
        except InvalidInput as invalid:
            return failed_case(self.case, invalid)
        with ipopt_by(case.study.solver.ipopt):
            return clear_case(case, self._market(case), self.last)

    def _market(self, case: Case) -> Operators:
        """The market of a case, always made from that of the sweep's own scenario."""
        key = (case.study.formulation, case.study.solver, case.study.pricing)
        if key not in self.markets:
            self.markets[key] = operators_of(case.study, self.case.scenario)
            gc.freeze()  # models stay; to look for garbage in them takes a sixth of the time
        return self.markets[key].for_scenario(case.market)


def clear_all(
    case: Case, over: Sequence[str], points: Sequence[Values], jobs: int
) -> Iterator[tuple[Values, PointFigures]]:
    """Figures of every point as it is finished; with one job in the order of `points`."""
    if jobs == 1 or len(points) <= 1:
        worker = Worker(case, over)
        try:
            yield from ((values, worker.clear(values)) for values in points)
        finally:
            gc.unfreeze()
    else:
        yield from _in_processes(case, over, points, jobs)


def _in_processes(
    case: Case, over: Sequence[str], points: Sequence[Values], jobs: int
) -> Iterator[tuple[Values, PointFigures]]:
    fresh = multiprocessing.get_context("spawn")  # solvers' threads do not survive a fork
    until, work = fresh.Pipe(duplex=False)  # closed with this process, however it ends
    pool = ProcessPoolExecutor(min(jobs, len(points)), fresh, _begin, (case, over, until))
    try:
        with uninterrupted():  # the processes begin here, and end with this one
            waiting = {pool.submit(_clear, values): values for values in points}
        for done in as_completed(waiting):
            yield waiting[done], done.result()
    except BrokenProcessPool as broken:
        cure = "use fewer --jobs if memory is short; finished points are kept"
        raise SolveFailed("sweep", "a process of it ended", cure) from broken
    except BaseException:  # interrupted: points that are under way would be waited for
        work.close()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


_workers: dict[str, Worker] = {}  # the one of this process


def _begin(case: Case, over: Sequence[str], until: Connection) -> None:
    threading.Thread(target=_leave_at, args=(until,), daemon=True).start()
    _workers["own"] = Worker(case, over)


def _clear(values: Values) -> PointFigures:
    return _workers["own"].clear(values)


def _leave_at(until: Connection) -> None:
    """End this process when the one that started it is gone, or no longer asks for its work."""
    wait([until])
    os._exit(1)
