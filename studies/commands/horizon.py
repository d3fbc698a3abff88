"""`tandem horizon`: the days of a study cleared, and summed up on a page."""

from pathlib import Path
from typing import Annotated

import typer

from studies.commands.options import Json
from studies.commands.speech import Exit, Speech, speaking
from studies.horizon import HorizonRun, run_horizon
from studies.horizon.finished import PAGE
from studies.runs.point_counter import counting
from studies.runs.run_records import RunStatus


def horizon(
    study: Annotated[Path, typer.Argument(help="Study file, or the folder that holds it.")],
    design: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Design to clear; once for each; all if left out."),
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", help="Processes that clear days.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the horizon; runs/horizon-NAME if left out."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Clear every day of a study's horizon; interrupted, it goes on where it stopped.

    Example:  tandem horizon year --jobs 2
    """
    with speaking(as_json=json) as speech:
        with counting(speech.errors, "days") as counter:
            done = run_horizon(study, out, design or (), jobs, counter)
        _tell(speech, done)
    raise typer.Exit(_exit_of(done))


def _tell(speech: Speech, done: HorizonRun) -> None:
    states = ", ".join(f"{count} {status}" for status, count in done.statuses.items())
    days = done.days["day"].nunique()
    words = f"{days} days; clearings: {states}"
    speech.text.print(words, markup=False, highlight=False)
    checked, insecure = done.checked
    words = f"AC load flows of {checked} of {len(done.days)} cleared days: {insecure} not secure"
    speech.text.print(words, markup=False, highlight=False)
    speech.text.print(f"horizon: {done.folder / PAGE}", markup=False, highlight=False)
    status = "ok" if _exit_of(done) is Exit.DONE else "not as asked"
    found = {"days": days, "clearings": done.statuses}
    found |= {"ac_checked": checked, "not_secure": insecure}
    speech.result({"status": status, "folder": str(done.folder), **found})


def _exit_of(done: HorizonRun) -> Exit:
    if str(RunStatus.FAILED) in done.statuses:
        return Exit.SOLVER_FAILURE
    return Exit.DONE if set(done.statuses) <= {str(RunStatus.OK)} else Exit.NOT_AS_ASKED
