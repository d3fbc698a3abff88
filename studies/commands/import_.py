"""`tandem import`: a scenario and a study from files of other programs."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from scenarios.findings import Finding, InvalidInput
from scenarios.importers.hanging import hang_below
from scenarios.importers.matpower.per_load import FeedersPerLoad
from scenarios.importers.pglib_uc import import_pglib_uc
from scenarios.importers.tables import import_tables
from scenarios.importers.unitcommitment import import_unitcommitment
from scenarios.resources import Resources
from scenarios.scenario import Scenario
from studies.commands.new import tell_written
from studies.commands.options import Json, NewFolder
from studies.commands.speech import speaking
from studies.study.new_study import built_study, commitment_study, imported_study


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
        str,
        typer.Option(
            metavar="BUSES",
            help="With --feeder-per-load: at these buses alone; below which a net hangs.",
        ),
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
    pandapower: Annotated[
        Path | None, typer.Option(metavar="NET.json", help="pandapower net, cut in two levels.")
    ] = None,
    simbench: Annotated[
        str | None, typer.Option(metavar="CODE", help="SimBench grid with its profiles.")
    ] = None,
    tables: Annotated[
        Path | None, typer.Option(help="Folder of CSV tables, or a workbook, that was exported.")
    ] = None,
    cut_kv: Annotated[
        float | None,
        typer.Option(
            help="Of a net: buses at or above are transmission; else 110, or the highest voltage "
            "where that is lower."
        ),
    ] = None,
    costs: Annotated[
        Path | None, typer.Option(help="CSV of prices by technology, in place of those that ship.")
    ] = None,
    days: Annotated[
        str,
        typer.Option(metavar="DATE[..DATE]", help="Days of a SimBench grid, of its year 2016."),
    ] = "2016-06-15",
    minutes: Annotated[
        int, typer.Option(help="Length of a SimBench grid's periods: 15, 30 or 60.")
    ] = 60,
    hours: Annotated[
        int, typer.Option(min=1, help="Hours of a MATPOWER file's or a net's day, all alike.")
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
    """Write a scenario and a study from MATPOWER files, a pandapower net, and others.

    Example:  tandem import mine --transmission T.m --feeder 7=D1.m --feeder 9=D2.m

    Example:  tandem import nation --transmission T.m --feeder-per-load A.m,B.m --pv 0.3

    Example:  tandem import mine --pglib-uc rts_gmlc_2020-07-06.json

    Example:  tandem import mine --unitcommitment case118.json

    Example:  tandem import mine --pandapower net.json --cut-kv 110

    Example:  tandem import mine --simbench 1-HVMV-mixed-all-0-sw --days 2016-06-15

    Example:  tandem import mine --transmission T.m --simbench 1-MV-rural--0-sw --at 7,9
    """
    prices = {} if voll is None else {"voll_usd_per_mwh": voll}
    with speaking(as_json=json) as speech:
        below = pandapower or simbench  # a net may hang below a transmission file
        own = None if below else transmission
        _one_source(own, feeder, pglib_uc, unitcommitment, pandapower, simbench, tables)
        if pandapower is not None or simbench is not None:
            net = Net(cut_kv=cut_kv, costs=costs, spill_per_mwh=spill)
            net = net if voll is None else replace(net, voll_per_mwh=voll)
            build = (
                partial(net.of_pandapower, pandapower, hours)
                if pandapower is not None
                else partial(net.of_simbench, simbench or "", days, minutes)
            )
            if transmission is not None:
                build = partial(_hung, transmission, build, _words(at))
            written = built_study(folder, build)
        elif tables is not None:
            with TemporaryDirectory() as scratch:
                written = built_study(folder, partial(import_tables, tables, Path(scratch)))
        elif (plants := pglib_uc or unitcommitment) is not None:
            importer = import_pglib_uc if pglib_uc is not None else import_unitcommitment
            written = commitment_study(folder, plants, importer, spill_usd_per_mwh=spill, **prices)
        else:
            assert transmission is not None
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


@dataclass(frozen=True)
class Net:
    """How a net is read, whatever its source."""

    cut_kv: float | None = None
    costs: Path | None = None
    voll_per_mwh: float = 3000.0
    spill_per_mwh: float | None = None

    def of_pandapower(self, file: Path, hours: int) -> Scenario:
        """The scenario of a pandapower net."""
        from scenarios.importers.pandapower import import_pandapower

        return import_pandapower(file, periods=hours, **asdict(self))

    def of_simbench(self, code: str, days: str, minutes: int) -> Scenario:
        """The scenario of a SimBench grid."""
        from scenarios.importers.simbench import days_of, import_simbench

        return import_simbench(code, days=days_of(days, minutes), **asdict(self))


def _one_source(
    transmission: Path | None, feeders: list[str] | None, *others: Path | str | None
) -> None:
    """Raises `InvalidInput` unless there is one thing to import, and feeders below a file alone."""
    given = [source for source in (transmission, *others) if source is not None]
    if len(given) != 1 or (transmission is None and feeders):
        cure = (
            "give --transmission with its --feeder options, or --pglib-uc, --unitcommitment, "
            "--pandapower, --simbench or --tables alone"
        )
        raise InvalidInput("command line", [Finding("tandem import", "not one source", cure)])


def _hung(transmission: Path, net: Callable[[], Scenario], buses: Sequence[str]) -> Scenario:
    return hang_below(transmission, net(), buses)


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
