"""Points of a sweep cleared one by one, here or in other processes."""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyomo.common.gc_manager import PauseGC

from market.operators.operators import Operators
from scenarios.findings import InvalidInput
from solvers.ipopt import ipopt_by
from studies.runs.processes import in_processes
from studies.study.operators import operators_of, settles_otherwise
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

    def __call__(self, values: Values) -> PointFigures:
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
        study = case.study
        otherwise = settles_otherwise(study)
        key = (study.formulation, study.solver, study.coordination, study.pricing, otherwise)
        if key not in self.markets:
            self.markets[key] = operators_of(study, self.case.scenario, reported=False)
            gc.freeze()  # models stay; to look for garbage in them takes a sixth of the time
        return self.markets[key].for_scenario(case.market)


def clear_all(
    case: Case, over: Sequence[str], points: Sequence[Values], jobs: int
) -> Iterator[tuple[Values, PointFigures]]:
    """Figures of every point as it is finished; with one job in the order of `points`."""
    if jobs == 1 or len(points) <= 1:
        worker = Worker(case, over)
        try:
            yield from ((values, worker(values)) for values in points)
        finally:
            gc.unfreeze()
    else:
        yield from in_processes(Worker, (case, over), points, jobs, "sweep")
