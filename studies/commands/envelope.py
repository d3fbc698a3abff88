"""`tandem envelope`: within what the resources of an area may do as they like."""

from pathlib import Path
from typing import Annotated

import typer

from market.operators.envelope import Sharing
from studies.analyses.envelope import envelope_of, write_envelope
from studies.commands.options import Json
from studies.commands.speech import speaking
from studies.study.study import scenario_at


def envelope(
    scenario: Annotated[Path, typer.Argument(help="Folder of a scenario or a study.")],
    area: Annotated[str, typer.Option(metavar="NAME", help="Distribution area.")],
    sharing: Annotated[
        Sharing, typer.Option(help="How what the feeder can carry is shared.")
    ] = "greatest_total",
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New folder; runs/envelope-NAME if not given."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Write limits within which no behaviour of an area's resources breaks a limit of its network.

    Example:  tandem envelope first/scenario --area D1 --sharing equal
    """
    with speaking(as_json=json) as speech:
        read = scenario_at(scenario)
        with speech.errors.status(f"envelope of {area}"):
            limits = envelope_of(read, area, sharing)
        folder = write_envelope(read, area, limits, out)
        rows = limits.to_pandas()
        may, could = (float(rows[n].sum()) for n in ("export_mw", "could_export_mw"))
        unsafe = int((rows.groupby("period")["beyond"].max() > 0).sum())
        speech.text.print(f"may inject {may:,.1f} of {could:,.1f} MW in all periods together")
        if unsafe:
            speech.text.print(f"limits are broken whatever resources do in {unsafe} periods")
        speech.text.print(f"envelope: {folder}", markup=False, highlight=False)
        found = {"area": area, "folder": str(folder), "may_inject_mw": may, "unsafe": unsafe}
        speech.result({"status": "ok", **found})
