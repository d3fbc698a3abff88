"""`tandem bidcurve`: what an area offers and bids at its boundary."""

from pathlib import Path
from typing import Annotated

import typer

from formulations.networks import DEFAULTS
from scenarios.records import DISTRIBUTION
from studies.analyses.bidcurve import bid_curve_of, write_bid_curve
from studies.commands.options import Json
from studies.commands.speech import speaking
from studies.commands.terminal_tables import bid_curve_table
from studies.study.study import scenario_at


def bidcurve(
    scenario: Annotated[Path, typer.Argument(help="Folder of a scenario or a study.")],
    area: Annotated[str, typer.Option(metavar="NAME", help="Distribution area.")],
    distribution: Annotated[
        str, typer.Option(metavar="NAME", help="Network formulation of the area.")
    ] = DEFAULTS[DISTRIBUTION],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New folder for the curve; runs/bidcurve-NAME if not."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Write what an area offers and bids at its boundary, as its network allows, per hour.

    Example:  tandem bidcurve first/scenario --area D1
    """
    with speaking(as_json=json) as speech:
        read = scenario_at(scenario)
        with speech.errors.status(f"bid curve of {area}"):
            curve = bid_curve_of(read, area, distribution)
        folder = write_bid_curve(read, area, curve, out)
        speech.text.print(bid_curve_table(curve.to_pandas()))
        speech.text.print(f"bid curve: {folder}", markup=False, highlight=False)
        found = {"area": area, "folder": str(folder), "segments": curve.num_rows}
        speech.result({"status": "ok", **found})
