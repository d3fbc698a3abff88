"""`tandem check`: all that is wrong with a study or a scenario."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.check.header import FILE as SCENARIO_FILE
from scenarios.files import read_scenario
from studies.commands.options import Json
from studies.commands.speech import speaking
from studies.study.study import open_study


def check(
    path: Annotated[Path, typer.Argument(help="Study file, or folder of a study or a scenario.")],
    *,
    json: Json = False,
) -> None:
    """Report all that is wrong with a study or a scenario, and clear nothing.

    Example:  tandem check first/scenario
    """
    with speaking(as_json=json) as speech:
        if (path / SCENARIO_FILE).exists():
            read_scenario(path)
        else:
            open_study(path)
        speech.text.print(f"{path}: no problem found", markup=False, highlight=False)
        speech.result({"status": "ok", "findings": []})
