"""Options of `tandem margin` that say what grows, and what is changed before."""

from typing import Annotated

import typer

from scenarios.variants.feeders import Held
from scenarios.variants.generation import Place, ReactiveMode

PANEL = "What grows, and other feeders (of a scenario)"

Grow = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME[=K]",
        rich_help_panel=PANEL,
        help="Area, or AREA/LOAD, that grows, K times as fast; all loads if left out.",
    ),
]
Pickup = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME[=K]",
        rich_help_panel=PANEL,
        help="Area, or AREA/GENERATOR, that picks up load; slack: its bus alone; all of "
        "transmission if left out.",
    ),
]
Rx = Annotated[
    float | None, typer.Option(rich_help_panel=PANEL, help="Factor on R/X of all feeders.")
]
RxHeld = Annotated[
    Held, typer.Option(rich_help_panel=PANEL, help="What --rx holds: x, or z for |Z|.")
]
Transformer = Annotated[
    float | None,
    typer.Option(
        metavar="X_PU",
        rich_help_panel=PANEL,
        help="Transformer before every feeder, by its reactance on the feeder's load.",
    ),
]
Taps = Annotated[
    bool, typer.Option("--taps", rich_help_panel=PANEL, help="Its tap changer holds 1 p.u.")
]
PlantShare = Annotated[
    float | None,
    typer.Option(
        "--plant",
        metavar="SHARE",
        rich_help_panel=PANEL,
        help="One plant in every feeder that gives this share of its load.",
    ),
]
PlantAt = Annotated[
    Place, typer.Option(rich_help_panel=PANEL, help="Where on the way to the farthest bus.")
]
PlantQ = Annotated[
    ReactiveMode,
    typer.Option(
        rich_help_panel=PANEL,
        help="Reactive power of plants: none, by power factor 0.95, all that the inverter leaves, "
        "or what holds 1 p.u. within that.",
    ),
]
