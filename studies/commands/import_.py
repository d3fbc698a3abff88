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
        typer.Option(metavar="BUS=FILE", help="Boundary bus and its feeder; once for each."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Write a scenario and a study from MATPOWER files.

    Example:  tandem import mine --transmission T.m --feeder 7=D1.m --feeder 9=D2.m
    """
    with speaking(as_json=json) as speech:
        tell_written(speech, imported_study(folder, transmission, _feeder_files(feeder or [])))


def _feeder_files(named: Sequence[str]) -> dict[str, Path]:
    """Feeder file by boundary bus, from `BUS=FILE`; raises `InvalidInput` with all misfits."""
    pairs = [text.partition("=") for text in named]
    findings = [
        Finding(f"--feeder {''.join(pair)!r}", "it is not BUS=FILE", "write it like 7=feeder.m")
        for pair in pairs
        if not all(pair)
    ]
    buses = [bus for bus, _, _ in pairs]
    findings += [
        Finding(f"--feeder {bus!r}", "the bus has two feeders", "give each boundary bus one")
        for bus in dict.fromkeys(buses)
        if buses.count(bus) > 1
    ]
    if findings:
        raise InvalidInput("command line", findings)
    return {bus: Path(file) for bus, _, file in pairs}
