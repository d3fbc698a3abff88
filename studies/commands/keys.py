"""`tandem keys`: keys and certificates of a trial authority."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.findings import Finding, InvalidInput
from studies.commands.options import Json
from studies.commands.speech import speaking


def keys(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for keys; may be there.")],
    areas: Annotated[
        list[str],
        typer.Option("--areas", metavar="D1,D2", help="Areas, by commas or one at a time."),
    ],
    days: Annotated[float, typer.Option(help="How long certificates hold.")] = 30.0,
    *,
    json: Json = False,
) -> None:
    """Make a trial authority, and keys for the market operator and each area.

    Example:  tandem keys keys --areas D1,D2,D3
    """
    with speaking(as_json=json) as speech:
        named = [area.strip() for one in areas for area in one.split(",") if area.strip()]
        made = [str(place) for place in _made(folder, named, days)]
        words = f"{folder} holds certificates of tso, {', '.join(named)}"
        speech.text.print(words, markup=False, highlight=False)
        speech.result({"status": "ok", "folder": str(folder), "written": made})


def _made(folder: Path, areas: list[str], days: float) -> list[Path]:
    try:
        from market.carriers.elsewhere.authority import make_authority
    except ImportError as error:
        cure = "install it: pip install 'tandem-market[elsewhere]'"
        finding = Finding("package 'cryptography'", "it is not installed", cure)
        raise InvalidInput("the keys", [finding]) from error
    return make_authority(folder, areas, days)
