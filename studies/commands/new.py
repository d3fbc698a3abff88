"""`tandem new`: a scenario and a study to start from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from studies.commands.options import Json, NewFolder
from studies.commands.speech import Speech, speaking
from studies.study.new_study import new_study


def new(
    folder: NewFolder,
    system: Annotated[
        str,
        typer.Option(
            help="Shipped system, of a day: A, B, C, local-wholesale, two-blocks; of one hour: 14A "
            "to 30B, 14A-opf to 30B-opf, 30B-realtime, T14D2, T30D2, T118Dn4, T14D3, "
            "T14D3-active; a network by itself: ieee14, feeder33, ..."
        ),
    ] = "A",
    *,
    json: Json = False,
) -> None:
    """Write a scenario and a study to start from.

    Example:  tandem new first --system B
    """
    with speaking(as_json=json) as speech:
        tell_written(speech, new_study(folder, system))


def tell_written(speech: Speech, study: Path, notes: Sequence[str] = ()) -> None:
    """Say where the study is and how to run it, and first what is to be said of its sources."""
    for note in notes:
        speech.text.print(note, markup=False, highlight=False)
    words = f"wrote {study}; next: tandem run {study.parent}"
    speech.text.print(words, markup=False, highlight=False)
    scenario = study.parent / "scenario"
    found = {"status": "ok", "study": str(study), "scenario": str(scenario), "notes": [*notes]}
    speech.result(found)
