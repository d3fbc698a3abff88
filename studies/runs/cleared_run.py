"""The schedule of one design of a finished run, as states of all operators hour by hour."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from scenarios.findings import Finding, InvalidInput, near
from security.cleared_day import ClearedHours
from studies.runs.finished import Run, first_coordinated, read_run


@dataclass(frozen=True)
class ClearedRun:
    """One design of a run and what it lets all operators inject in every hour."""

    run: Run
    design: str
    hours: ClearedHours

    @property
    def folder(self) -> Path:
        """Where the design's tables are."""
        return self.run.folder / self.design


def cleared_run(folder: Path | str, design: str | None = None) -> ClearedRun:
    """A design of the run in a folder: the one named, or the first whose operators coordinate.

    Where none does it is the first of the study. Raises InvalidInput where there is no such run or
    design.
    """
    run = read_run(folder)
    if part := run.header.part:
        words = f"it is the own run of the operator of area {part!r}, without other areas"
        raise InvalidInput("the run", [Finding(str(folder), words, "name a run with all data")])
    name = first_coordinated(run) if design is None else design
    if name not in run.designs:
        finding = Finding(f"design {name!r}", "the run has no such design", near(name, run.designs))
        raise InvalidInput(str(folder), [finding])
    dispatch = pa.Table.from_pandas(run.table(name, "dispatch"), preserve_index=False)
    return ClearedRun(run, name, ClearedHours.of(run.scenario, dispatch))
