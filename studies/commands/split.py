"""`tandem split`: one folder per operator, none with another's data."""

from pathlib import Path
from typing import Annotated

import typer

from studies.commands.options import Json, NewFolder
from studies.commands.speech import speaking
from studies.study.split_study import split_study


def split(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A study, or a scenario.")],
    folder: NewFolder,
    *,
    json: Json = False,
) -> None:
    """Cut a study into one folder per operator, none with another's data.

    Example:  tandem split first apart
    """
    with speaking(as_json=json) as speech:
        done = split_study(source, folder)
        for name, why in done.left_out.items():
            words = f"design {name!r} is left out: {why}"
            speech.text.print(words, markup=False, highlight=False)
        named = ", ".join(str(place) for place in (done.market, *done.areas.values()))
        speech.text.print(f"wrote {named}", markup=False, highlight=False)
        speech.result(
            {
                "status": "ok",
                "market": str(done.market),
                "areas": {area: str(place) for area, place in done.areas.items()},
                "left_out": dict(done.left_out),
            }
        )
