"""`tandem compare`: designs side by side."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from studies.commands.options import Json
from studies.compare import compared, same_scenario
from studies.finished import read_run
from studies.outcome import speaking
from studies.summary import finite
from studies.tables import compare_table, payoff_table


def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.")],
    *,
    json: Json = False,
) -> None:
    """Put the designs of one or several runs side by side.

    Example:  tandem compare runs/first runs/first-2
    """
    with speaking(as_json=json) as speech:
        found = [read_run(folder) for folder in runs]
        rows, same = compared(found), same_scenario(found)
        currency = found[0].scenario.currency
        speech.text.print(compare_table(rows, currency))
        speech.text.print()
        speech.text.print(payoff_table(rows, currency))
        if not same:
            speech.errors.print("The runs are of different scenarios: compare with care.")
        designs = finite([asdict(row) for row in rows])
        speech.result({"status": "ok", "same_scenario": same, "designs": designs})
