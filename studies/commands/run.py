"""`tandem run`: a study cleared, settled, checked and reported."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from scenarios.findings import Finding, InvalidInput
from studies.analyses.run_elsewhere import run_elsewhere
from studies.analyses.study_run import run_study
from studies.commands.options import Json
from studies.commands.speech import Speech, exit_of, speaking
from studies.commands.terminal_tables import run_table
from studies.runs.finished import REPORT, Run
from studies.runs.progress import watching
from studies.runs.summary import finite


def run(
    study: Annotated[Path, typer.Argument(help="Study file, or the folder that holds it.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New folder for the run; runs/NAME if left out."),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Day of the study's horizon; if left out, its own."),
    ] = None,
    operators: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where operators are who answer from elsewhere."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(metavar="N", help="Processes that share the work; if left out, what pays."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Clear each design of a study, settle and check it, and write tables and a report.

    Example:  tandem run first --out runs/first
    """
    with speaking(as_json=json) as speech:
        if operators is not None:
            _refuse_beside_operators(day, jobs)
        with watching(speech.errors) as progress:
            if operators is None:
                done = run_study(study, out, progress, day, jobs)
            else:
                done = run_elsewhere(study, operators, out, progress)
        _tell(speech, done)
    raise typer.Exit(exit_of(done.summary))


def _refuse_beside_operators(day: str | None, jobs: int | None) -> None:
    """Raise InvalidInput with the options that operators elsewhere leave no room for."""
    findings = []
    if day is not None:
        cure = "name one of them; a day's own scenario can be split"
        findings.append(Finding("--day, --operators", "operators elsewhere have one day", cure))
    if jobs is not None:
        cure = "leave out --jobs"
        found = "operators elsewhere are processes of their own"
        findings.append(Finding("--jobs, --operators", found, cure))
    if findings:
        raise InvalidInput("the command", findings)


def _tell(speech: Speech, done: Run) -> None:
    speech.text.print(run_table(done))
    speech.findings(done.summary.headline)
    words = f"status: {done.status}; report: {done.folder / REPORT}"
    speech.text.print(words, markup=False, highlight=False)
    speech.result(finite(asdict(done.summary)))
