"""Options of `tandem import` that several sources have."""

from pathlib import Path
from typing import Annotated

import typer

Transmission = Annotated[
    Path | None, typer.Option(help="MATPOWER file of the transmission network.")
]
At = Annotated[
    str,
    typer.Option(
        metavar="BUSES",
        help="Buses of transmission, separated by commas, at which --feeder-per-load hangs its "
        "feeders, or below which a net hangs.",
    ),
]
CutKv = Annotated[
    float | None,
    typer.Option(
        help="Of a net: buses at or above are transmission; else 110, or the highest voltage "
        "where that is lower."
    ),
]
Costs = Annotated[
    Path | None, typer.Option(help="CSV of prices by technology, in place of those that ship.")
]
Hours = Annotated[
    int,
    typer.Option(
        min=1,
        help="Hours of a MATPOWER file's or a net's day, all alike, but for the shapes of OpenDSS.",
    ),
]
Voll = Annotated[
    float | None,
    typer.Option(
        help="Value of lost load, $/MWh; else 3000, 10000 with --pglib-uc, and the file's own "
        "with --unitcommitment."
    ),
]
Spill = Annotated[
    float | None, typer.Option(help="Price of spilling, $/MWh; else that of lost load.")
]


def words_of(text: str) -> list[str]:
    """Words between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]
