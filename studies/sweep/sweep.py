"""A sweep from a study file to one table of results."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import prod
from pathlib import Path

import pyarrow as pa

from scenarios.findings import InvalidInput
from studies.runs.point_counter import Counter, Uncounted
from studies.runs.run_folder import RUNS
from studies.study.legal_names import name_findings
from studies.study.study import open_study
from studies.study.table_keys import unknown_name
from studies.sweep.folder import Folder
from studies.sweep.knob import Case, misfit
from studies.sweep.parameters import Parameter, parse_parameters, read_parameters
from studies.sweep.point import FAILED, PointFigures
from studies.sweep.ranking import ranking_table
from studies.sweep.sweep_page import render_page
from studies.sweep.sweep_tables import Found, areas_table, designs_table, seconds_table
from studies.sweep.work import Values, clear_all

MOST_POINTS = 100_000
DESIGNS, AREAS, SECONDS, RANKING = "sweep", "areas", "seconds", "ranking"
PAGE = "sweep.html"


@dataclass(frozen=True)
class Sweep:
    """A finished sweep: `designs` has a row per point and design, `areas` one per area besides.

    `kept` of its points were finished before.
    """

    folder: Path
    case: Case
    parameters: tuple[Parameter, ...]
    points: int
    kept: int
    designs: pa.Table
    areas: pa.Table

    @property
    def statuses(self) -> dict[str, int]:
        """How many clearings ended in each status."""
        counts = self.designs["status"].value_counts().to_pylist()
        return {one["values"]: one["counts"] for one in counts}

    @property
    def failed(self) -> int:
        """How many clearings failed."""
        return self.statuses.get(FAILED, 0)


def run_sweep(
    study: Path | str,
    over: Sequence[str],
    out: Path | str | None = None,
    designs: Sequence[str] = (),
    jobs: int = 1,
    reference: str | None = None,
    counter: Counter | None = None,
) -> Sweep:
    """Clear designs of a study at every point of a grid, and leave one table of results.

    `over` holds `NAME=START:STOP:STEP` or `NAME=v1,v2,...`; `designs` names those to clear, none
    stands for all, and `reference` the one that the page shows welfare gains over, the first if
    None. Points that the folder `out` (`runs/sweep-NAME` if None) holds of an earlier
    sweep of the same study and scenario are not cleared again, but for failed ones. With several
    `jobs`, a script must call this below `if __name__ == "__main__"`. Raises `InvalidInput`, and
    `SolveFailed` where such a process ends.
    """
    case = _chosen(Case(*open_study(study)), designs)
    reference = _reference(case, reference)
    parameters = _grid(over, case, jobs)
    folder = Folder(Path(out) if out else RUNS / _folder_name(case))
    folder.claim(case)
    points = list(product(*(p.values for p in parameters)))
    held = _finished(folder, parameters, points)
    kept = len(held)
    counter = counter or Uncounted()
    counter.begin(len(points), kept)
    for values, figures in clear_all(case, over, [v for v in points if v not in held], jobs):
        folder.keep(_settings(parameters, values), figures)
        held[values] = figures
        counter.step()
    found = {values: held[values] for values in points}
    sweep = Sweep(
        folder.path,
        case,
        parameters,
        len(points),
        kept,
        designs_table(parameters, found),
        areas_table(parameters, found),
    )
    _write(folder, sweep, found, reference)
    return sweep


def _chosen(case: Case, names: Sequence[str]) -> Case:
    """The case with the named designs alone, in the order of the study."""
    known = case.study.designs
    unknown = [unknown_name("--design", "design", n, known) for n in names if n not in known]
    if unknown:
        raise InvalidInput("sweep", unknown)
    kept = {name: d for name, d in known.items() if not names or name in names}
    return Case(replace(case.study, designs=kept), case.scenario)


def _reference(case: Case, name: str | None) -> str:
    known = case.study.designs
    if name is not None and name not in known:
        raise InvalidInput("sweep", [unknown_name("--reference", "design", name, known)])
    return name or next(iter(known))


def _grid(over: Sequence[str], case: Case, jobs: int) -> tuple[Parameter, ...]:
    if not over:
        raise misfit("--over", "nothing is varied", "add one such as --over load=0.5:1.5:0.1")
    if jobs < 1:
        raise misfit("--jobs", f"the value is {jobs}", "use at least 1 process")
    points = prod(len(p.values) for p in parse_parameters(over, case))
    if points > MOST_POINTS:
        raise misfit("--over", f"{points} points", f"stay below {MOST_POINTS}: take larger steps")
    return read_parameters(over, case)


def _folder_name(case: Case) -> str:
    name = f"sweep-{case.study.name}"
    return "sweep" if any(name_findings(name, "")) else name


def _finished(
    folder: Folder, parameters: Sequence[Parameter], points: Sequence[Values]
) -> dict[Values, PointFigures]:
    """Points that are finished and did not fail."""
    held = {values: folder.finished(_settings(parameters, values)) for values in points}
    return {
        values: figures
        for values, figures in held.items()
        if figures and all(d.status != FAILED for d in figures.designs)
    }


def _settings(parameters: Sequence[Parameter], values: Values) -> str:
    return "; ".join(p.setting(v) for p, v in zip(parameters, values, strict=True))


def _write(folder: Folder, sweep: Sweep, found: Found, reference: str) -> None:
    folder.kept.write_table(DESIGNS, sweep.designs)
    folder.kept.write_table(AREAS, sweep.areas)
    folder.kept.write_table(SECONDS, seconds_table(sweep.parameters, found))
    folder.kept.write_table(
        RANKING, ranking_table(sweep.designs, [p.name for p in sweep.parameters])
    )
    page = render_page(sweep.case, sweep.parameters, sweep.designs.to_pandas(), reference)
    folder.write(PAGE, page)
