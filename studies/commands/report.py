"""`tandem report`: the report of a run, written again."""

from pathlib import Path
from typing import Annotated

import typer

from studies.commands.options import Json
from studies.commands.speech import speaking
from studies.report.run_page import write_report


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    *,
    csv: Annotated[
        bool, typer.Option("--csv", help="Also write every table as CSV, for the page to lead to.")
    ] = False,
    json: Json = False,
) -> None:
    """Write the report of a run again, from its folder alone.

    Example:  tandem report runs/first
    """
    with speaking(as_json=json) as speech:
        path = write_report(run, csv=csv)
        speech.text.print(f"report: {path}", markup=False, highlight=False)
        speech.result({"status": "ok", "report": str(path)})
