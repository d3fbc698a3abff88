"""`tandem sweep`: a study cleared at every point of a grid of values."""

from pathlib import Path
from typing import Annotated

import typer

from studies.commands.options import Json
from studies.commands.speech import Exit, Speech, speaking
from studies.runs.point_counter import counting
from studies.runs.run_records import RunStatus
from studies.sweep import Sweep, run_sweep
from studies.sweep.sweep import PAGE


def sweep(
    study: Annotated[Path, typer.Argument(help="Study file, or the folder that holds it.")],
    over: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUES",
            help="What to vary, as START:STOP:STEP or v1,v2,v3; once for each. Names: load, gamma, "
            "chi, pv, wind, voll, day, TABLE.COLUMN, TABLE\\[ROW].COLUMN, designs.NAME.KEY.",
        ),
    ] = None,
    design: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Design to clear; once for each; all if left out."),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Design that welfare gains are over; the first if not."),
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", help="Processes that clear points.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the sweep; runs/sweep-NAME if left out."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Clear a study at every point of a grid; interrupted, it goes on where it stopped.

    Example:  tandem sweep first --over load=0.6:1.2:0.1 --over chi=70:115:15
    """
    with speaking(as_json=json) as speech:
        with counting(speech.errors) as counter:
            done = run_sweep(study, over or (), out, design or (), jobs, reference, counter)
        _tell(speech, done)
    raise typer.Exit(_exit_of(done))


def _tell(speech: Speech, done: Sweep) -> None:
    states = ", ".join(f"{count} {status}" for status, count in done.statuses.items())
    words = f"{done.points} points ({done.kept} finished before); clearings: {states}"
    speech.text.print(words, markup=False, highlight=False)
    speech.text.print(f"sweep: {done.folder / PAGE}", markup=False, highlight=False)
    found = {"points": done.points, "kept": done.kept, "clearings": done.statuses}
    status = "ok" if _exit_of(done) is Exit.DONE else "not as asked"
    speech.result({"status": status, "folder": str(done.folder), **found})


def _exit_of(done: Sweep) -> Exit:
    if done.failed:
        return Exit.SOLVER_FAILURE
    return Exit.DONE if set(done.statuses) <= {str(RunStatus.OK)} else Exit.NOT_AS_ASKED
