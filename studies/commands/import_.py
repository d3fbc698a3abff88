"""`tandem import`: a scenario and a study from files of other programs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from scenarios.findings import Finding, InvalidInput
from scenarios.importers.matpower.per_load import FeedersPerLoad
from scenarios.importers.pglib_uc import import_pglib_uc
from scenarios.importers.unitcommitment import import_unitcommitment
from scenarios.resources import Resources
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
    feeder_per_load: Annotated[
        str | None,
        typer.Option(
            metavar="FILES",
            help="Feeders, separated by commas, that are hung in turn at loads of transmission, "
            "scaled to them; all loads follow a synthetic day.",
        ),
    ] = None,
    at: Annotated[
        str, typer.Option(metavar="BUSES", help="With --feeder-per-load: at these buses alone.")
    ] = "",
    above_mw: Annotated[
        float, typer.Option(help="With --feeder-per-load: at loads above this.")
    ] = 0.0,
    pv: Annotated[
        float, typer.Option(help="Power of PV over the load of a feeder that is hung.")
    ] = 0.0,
    batteries: Annotated[float, typer.Option(help="Power of batteries (4 h) over the load.")] = 0.0,
    flexible: Annotated[float, typer.Option(help="Part of the load that has a price.")] = 0.0,
    seed: Annotated[int, typer.Option(help="What places and prices are drawn from.")] = 0,
    pglib_uc: Annotated[
        Path | None, typer.Option(help="PGLib-UC file, in place of MATPOWER files.")
    ] = None,
    unitcommitment: Annotated[
        Path | None, typer.Option(help="UnitCommitment.jl file, in place of MATPOWER files.")
    ] = None,
    hours: Annotated[
        int, typer.Option(min=1, help="Hours of a MATPOWER file's day, all alike.")
    ] = 24,
    voll: Annotated[
        float | None,
        typer.Option(
            help="Value of lost load, $/MWh; else 3000, 10000 with --pglib-uc, and the file's own "
            "with --unitcommitment."
        ),
    ] = None,
    spill: Annotated[
        float | None, typer.Option(help="Price of spilling, $/MWh; else that of lost load.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Write a scenario and a study from MATPOWER files, or from a unit commitment instance.

    Example:  tandem import mine --transmission T.m --feeder 7=D1.m --feeder 9=D2.m

    Example:  tandem import nation --transmission T.m --feeder-per-load A.m,B.m --pv 0.3

    Example:  tandem import mine --pglib-uc rts_gmlc_2020-07-06.json

    Example:  tandem import mine --unitcommitment case118.json
    """
    prices = {} if voll is None else {"voll_usd_per_mwh": voll}
    with speaking(as_json=json) as speech:
        sources = [file for file in (transmission, pglib_uc, unitcommitment) if file is not None]
        if len(sources) != 1 or (transmission is None and feeder):
            cure = (
                "give --transmission with its --feeder options, or --pglib-uc or "
                "--unitcommitment alone"
            )
            raise InvalidInput("command line", [Finding("tandem import", "not one source", cure)])
        if transmission is None:
            importer = import_pglib_uc if pglib_uc is not None else import_unitcommitment
            written = commitment_study(
                folder, sources[0], importer, spill_usd_per_mwh=spill, **prices
            )
        else:
            files = _feeder_files(feeder or [])
            drawn = Resources(pv, batteries, flexible, seed)
            written = imported_study(
                folder,
                transmission,
                files,
                per_load=_per_load(feeder_per_load, at, above_mw, drawn),
                periods=hours,
                spill_usd_per_mwh=spill,
                **prices,
            )
        tell_written(speech, *written)


def _per_load(
    files: str | None, at: str, above_mw: float, resources: Resources
) -> FeedersPerLoad | None:
    """Feeders to hang at loads; raises `InvalidInput` where there are options for none."""
    if files is None:
        if at or above_mw or resources != Resources():
            cure = "name feeders with --feeder-per-load, or leave its options out"
            finding = Finding("tandem import", "options of feeders that are not named", cure)
            raise InvalidInput("command line", [finding])
        return None
    paths = tuple(Path(name) for name in _words(files))
    if not paths:
        finding = Finding("--feeder-per-load", "it names no file", "write it like A.m,B.m")
        raise InvalidInput("command line", [finding])
    return FeedersPerLoad(paths, tuple(_words(at)), above_mw, resources)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


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
