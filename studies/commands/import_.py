"""`tandem import`: a scenario and a study from MATPOWER files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from scenarios.findings import Finding, InvalidInput
from studies.commands.new import tell_written
from studies.commands.options import Json, NewFolder
from studies.commands.speech import speaking
from studies.study.new_study import imported_study


def import_(
    folder: NewFolder,
    transmission: Annotated[Path, typer.Option(help="MATPOWER file of the transmission network.")],
    feeder: Annotated[
        list[str] | None,
        typer.Option(metavar="BUS=FILE", help="Boundary bus and a feeder; once for each."),
    ] = None,
    hours: Annotated[int, typer.Option(min=1, help="Hours of the day, all alike.")] = 24,
    voll: Annotated[float, typer.Option(help="Value of lost load, $/MWh.")] = 3000.0,
    spill: Annotated[
        float | None, typer.Option(help="Price of spilling, $/MWh; else that of lost load.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Write a scenario and a study from MATPOWER files.

    Example:  tandem import mine --transmission T.m --feeder 7=D1.m --feeder 9=D2.m
    """
    with speaking(as_json=json) as speech:
        study, notes = imported_study(
            folder,
            transmission,
            _feeder_files(feeder or []),
            periods=hours,
            voll_usd_per_mwh=voll,
            spill_usd_per_mwh=spill,
        )
        tell_written(speech, study, notes)


def _feeder_files(named: Sequence[str]) -> dict[str, list[Path]]:
    """Feeder files by boundary bus, from `BUS=FILE`; raises `InvalidInput` with all misfits."""
    pairs = [text.partition("=") for text in named]
    findings = [
        Finding(f"--feeder {''.join(pair)!r}", "it is not BUS=FILE", "write it like 7=feeder.m")
        for pair in pairs
        if not all(pair)
    ]
    if findings:
        raise InvalidInput("command line", findings)
    files: dict[str, list[Path]] = {}
    for bus, _, file in pairs:
        files.setdefault(bus, []).append(Path(file))
    return files
