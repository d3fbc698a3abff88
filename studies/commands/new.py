"""`tandem new`: a scenario and a study to start from."""

from typing import Annotated

import typer

from studies.commands.creating import new_study
from studies.commands.options import Json, NewFolder
from studies.commands.outcome import speaking
from studies.commands.written import tell_written


def new(
    folder: NewFolder,
    system: Annotated[
        str, typer.Option(help="Shipped system: A, B, C, local-wholesale or two-blocks.")
    ] = "A",
    *,
    json: Json = False,
) -> None:
    """Write a scenario and a study to start from.

    Example:  tandem new first --system B
    """
    with speaking(as_json=json) as speech:
        tell_written(speech, new_study(folder, system))
