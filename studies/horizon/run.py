"""A horizon from a study file to tables, figures of each day, and a page."""

import gc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from threadpoolctl import threadpool_limits

from scenarios.findings import Finding, InvalidInput
from scenarios.quantity import to_table
from scenarios.scenario import Scenario
from studies.horizon.day_runs import run_best_and_worst
from studies.horizon.day_work import Piece, Worker
from studies.horizon.figures_of_day import DayFigures
from studies.horizon.finished import DAYS, PAGE, HorizonRun, open_horizon
from studies.horizon.folder import Finished, finished, kept_folder
from studies.horizon.page import render_page
from studies.horizon.representation import Representation, representations
from studies.runs.point_counter import Counter, Uncounted
from studies.runs.processes import in_processes
from studies.runs.provenance import input_key
from studies.runs.run_folder import RUNS
from studies.runs.run_records import RunStatus
from studies.study.horizon_plan import Plan, plan_of, refuse_unsound_days
from studies.study.legal_names import name_findings
from studies.study.study import Study, open_study
from studies.study.table_keys import unknown_name

REPRESENTATION = "representation"
Known = dict[tuple[str, date], Finished]


def run_horizon(
    study: Path | str,
    out: Path | str | None = None,
    designs: Sequence[str] = (),
    jobs: int = 1,
    counter: Counter | None = None,
) -> HorizonRun:
    """Clear every day of a study's horizon under its designs, and leave tables and a page.

    `designs` names those to clear, none stands for all. Days that the folder `out`
    (`runs/horizon-NAME` if None) holds of an earlier horizon of the same study, scenario and
    profiles are not cleared again, but for failed ones. With several `jobs`, a script must call
    this below `if __name__ == "__main__"`. Raises `InvalidInput`, and `SolveFailed` where such a
    process ends.
    """
    chosen, scenario = open_study(study)
    chosen = _with_designs(chosen, designs)
    if jobs < 1:
        finding = Finding("--jobs", f"the value is {jobs}", "use at least 1 process")
        raise InvalidInput("horizon", [finding])
    plan = plan_of(chosen, scenario)
    refuse_unsound_days(plan, scenario)
    folder = kept_folder(Path(out) if out else RUNS / _folder_name(chosen))
    folder.claim(chosen.name, input_key(chosen, scenario))
    known = _known(folder.path, chosen, plan)
    counter = counter or Uncounted()
    counter.begin(len(chosen.designs) * len(plan.days), len(known))
    with threadpool_limits(1, "blas"):  # one order of sums, whatever the machine's threads
        for piece, found in _cleared(chosen, scenario, plan, folder.path, known, jobs):
            known[piece.design, piece.day] = found
            counter.step()
    rows = [known[name, day].figures for day in plan.days for name in chosen.designs]
    folder.write_table(DAYS, to_table(rows, DayFigures))
    fewer = list(representations(plan, to_table(rows, DayFigures).to_pandas()))
    if fewer:
        folder.write_table(REPRESENTATION, to_table(fewer, Representation))
    links = run_best_and_worst(folder.path, chosen, scenario, plan, rows, known)
    held = open_horizon(folder.path)
    folder.write(PAGE, render_page(held, chosen, scenario, plan, links, fewer))
    return held


def _with_designs(study: Study, names: Sequence[str]) -> Study:
    known = study.designs
    if unknown := [unknown_name("--design", "design", n, known) for n in names if n not in known]:
        raise InvalidInput("horizon", unknown)
    return replace(study, designs={n: d for n, d in known.items() if not names or n in names})


def _folder_name(study: Study) -> str:
    name = f"horizon-{study.name}"
    return "horizon" if any(name_findings(name, "")) else name


def _known(folder: Path, study: Study, plan: Plan) -> Known:
    """Days that are finished and did not fail; of a sequence, those before any that is not."""
    known: Known = {}
    for name in study.designs:
        for day in plan.days:
            found = finished(folder, name, day)
            if found and found.figures.status != str(RunStatus.FAILED):
                known[name, day] = found
            elif plan.horizon.in_sequence:
                break
    return known


def _cleared(
    study: Study, scenario: Scenario, plan: Plan, folder: Path, known: Known, jobs: int
) -> Iterator[tuple[Piece, Finished]]:
    """Every day that is not known yet, as it is finished."""
    first = list(_begin(study, plan, known))
    follow = _Follow(plan)
    if jobs > 1 and len(first) > 1:
        arguments = (study, scenario, plan, folder)
        yield from in_processes(Worker, arguments, first, jobs, "horizon", follow)
        return
    worker, waiting = Worker(study, scenario, plan, folder), first[::-1]
    try:
        while waiting:
            piece = waiting.pop()
            found = worker(piece)
            waiting += follow(piece, found)
            yield piece, found
    finally:
        gc.unfreeze()


def _begin(study: Study, plan: Plan, known: Known) -> Iterator[Piece]:
    """Days that can be cleared at once: all that are left, or of a sequence the first of them."""
    if not plan.horizon.in_sequence:
        for day in plan.days:
            yield from (Piece(day, n) for n in study.designs if (n, day) not in known)
        return
    for name in study.designs:
        left = [day for day in plan.days if (name, day) not in known]
        if left:
            before = known.get((name, left[0] - timedelta(days=1)))
            yield Piece(left[0], name, before.state if before else None)


class _Follow:
    """The day that follows another one in a sequence."""

    def __init__(self, plan: Plan) -> None:
        self.days = set(plan.days) if plan.horizon.in_sequence else set()

    def __call__(self, piece: Piece, found: Finished) -> Iterable[Piece]:
        next_ = piece.day + timedelta(days=1)
        return [Piece(next_, piece.design, found.state)] if next_ in self.days else []
