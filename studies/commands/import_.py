"""`tandem import`: a scenario and a study from MATPOWER files."""

from pathlib import Path
from typing import Annotated

import typer

from studies.commands.creating import feeder_files, imported_study
from studies.commands.options import Json, NewFolder
from studies.commands.outcome import speaking
from studies.commands.written import tell_written


def import_(
    folder: NewFolder,
    transmission: Annotated[Path, typer.Option(help="MATPOWER file of the transmission network.")],
    feeder: Annotated[
        list[str] | None,
        typer.Option(metavar="BUS=FILE", help="Boundary bus and its feeder; once for each."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Write a scenario and a study from MATPOWER files.

    Example:  tandem import mine --transmission T.m --feeder 7=D1.m --feeder 9=D2.m
    """
    with speaking(as_json=json) as speech:
        tell_written(speech, imported_study(folder, transmission, feeder_files(feeder or [])))
