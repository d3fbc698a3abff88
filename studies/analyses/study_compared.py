"""A study cleared under its designs, or under every design there is, to be compared."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from market.designs import ranked
from scenarios.findings import Finding, InvalidInput
from studies.analyses.study_run import run_study
from studies.runs.finished import HEADER, Run, read_run
from studies.runs.progress import Watcher
from studies.study.design_tables import kind_of
from studies.study.study import Study, read_study
from studies.study.study_tables import STUDY_FILE


def is_study(path: Path) -> bool:
    """Whether a path names a study to clear, and not a run that is finished."""
    if path.is_dir():
        return (path / STUDY_FILE).exists() and not (path / HEADER).exists()
    return path.suffix == Path(STUDY_FILE).suffix


def with_all_designs(study: Study) -> Study:
    """The study with one more design of every kind that it does not name and that mends all."""
    named = {kind_of(design) for design in study.designs.values()}
    more = {
        _free(kind, study): cls()
        for kind, cls in ranked().items()
        if kind not in named and cls.about.mends_all
    }
    return replace(study, designs={**study.designs, **more})


def runs_of(
    paths: Sequence[Path],
    out: Path | None = None,
    progress: Watcher | None = None,
    *,
    all_designs: bool = False,
) -> list[Run]:
    """The runs to compare: those named, or a new one of the one study that is named.

    `out` is the folder of a new run, in as many processes as pay. Raises `InvalidInput` and
    `SolveFailed`.
    """
    if len(paths) == 1 and is_study(paths[0]):
        study = with_all_designs(read_study(paths[0])) if all_designs else paths[0]
        return [run_study(study, out, progress, jobs=None)]
    findings = [
        Finding(str(path), "it is a study among others", "name one study, or runs alone")
        for path in paths
        if is_study(path)
    ]
    if all_designs:
        cure = "name a study file, or leave --all out"
        findings.append(Finding("--all", "finished runs take no more designs", cure))
    if findings:
        raise InvalidInput("command line", findings)
    return [read_run(path) for path in paths]


def _free(kind: str, study: Study) -> str:
    """A name for one more design: its kind, unless that is taken."""
    taken = {name.casefold() for name in study.designs}
    return kind if kind not in taken else f"{kind}-plain"
