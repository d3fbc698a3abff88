"""`tandem import`: a scenario and a study from files of other programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from scenarios.findings import Finding, InvalidInput
from studies.commands.new import tell_written
from studies.commands.options import Json, NewFolder
from studies.commands.speech import speaking
from studies.study.new_study import commitment_study, imported_study


def import_(
    folder: NewFolder,
    transmission: Annotated[
        Path | None, typer.Option(help="MATPOWER file of the transmission network.")
    ] = None,
    feeder: Annotated[
        list[str] | None,
        typer.Option(metavar="BUS=FILE", help="Boundary bus and a feeder; once for each."),
    ] = None,
    pglib_uc: Annotated[
        Path | None, typer.Option(help="PGLib-UC file, in place of MATPOWER files.")
    ] = None,
    hours: Annotated[
        int, typer.Option(min=1, help="Hours of a MATPOWER file's day, all alike.")
    ] = 24,
    voll: Annotated[
        float | None,
        typer.Option(help="Value of lost load, $/MWh; else 3000, and 10000 with --pglib-uc."),
    ] = None,
    spill: Annotated[
        float | None, typer.Option(help="Price of spilling, $/MWh; else that of lost load.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Write a scenario and a study from MATPOWER files, or from a unit commitment instance.

    Example:  tandem import mine --transmission T.m --feeder 7=D1.m --feeder 9=D2.m

    Example:  tandem import mine --pglib-uc rts_gmlc_2020-07-06.json
    """
    prices = {} if voll is None else {"voll_usd_per_mwh": voll}
    with speaking(as_json=json) as speech:
        if (transmission is None) == (pglib_uc is None) or (pglib_uc and feeder):
            cure = "give --transmission with its --feeder options, or --pglib-uc alone"
            raise InvalidInput("command line", [Finding("tandem import", "not one source", cure)])
        if pglib_uc is not None:
            written = commitment_study(folder, pglib_uc, spill_usd_per_mwh=spill, **prices)
        else:
            assert transmission is not None
            files = _feeder_files(feeder or [])
            written = imported_study(
                folder, transmission, files, periods=hours, spill_usd_per_mwh=spill, **prices
            )
        tell_written(speech, *written)


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
