"""`tandem check`: all that is wrong with a study, a scenario or a finished run."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.check.header import FILE as SCENARIO_FILE
from scenarios.files import read_scenario
from studies.commands.options import Json
from studies.commands.speech import Exit, Speech, speaking
from studies.runs.finished import HEADER, read_run
from studies.runs.validate_folder import failures, recheck
from studies.study.horizon_plan import plan_of, refuse_unsound_days
from studies.study.study import open_study


def check(
    path: Annotated[
        Path, typer.Argument(help="Study file, or folder of a study, a scenario or a run.")
    ],
    *,
    json: Json = False,
) -> None:
    """Report all that is wrong with a study or a scenario, and clear nothing.

    Every day of a study's horizon is checked. A run is validated and settled again from its tables.

    Example:  tandem check first/scenario
    """
    with speaking(as_json=json) as speech:
        if (path / HEADER).exists():
            _check_run(speech, path)
        elif (path / SCENARIO_FILE).exists():
            read_scenario(path)
        else:
            study, scenario = open_study(path)
            if study.horizon:
                refuse_unsound_days(plan_of(study, scenario), scenario)
        speech.text.print(f"{path}: no problem found", markup=False, highlight=False)
        speech.result({"status": "ok", "findings": []})


def _check_run(speech: Speech, folder: Path) -> None:
    if findings := failures(recheck(read_run(folder))):
        speech.fail("invalid", f"run {str(folder)!r}", findings, Exit.NOT_AS_ASKED)
