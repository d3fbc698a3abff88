"""`tandem import --pandapower`, `--simbench`, `--opendss`: alone or below a transmission file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer

from scenarios.importers.hanging import hang_below
from scenarios.scenario import Scenario
from studies.commands.sources.options import (
    At,
    Costs,
    CutKv,
    Hours,
    Spill,
    Transmission,
    Voll,
    words_of,
)
from studies.study.new_study import Written, built_study

BELOW: Mapping[str, str] = {"at": "transmission"}


@dataclass(frozen=True)
class Pandapower:
    """A pandapower net, cut in two levels."""

    option: ClassVar[str] = "pandapower"
    needs: ClassVar[Mapping[str, str]] = BELOW

    pandapower: Annotated[
        Path | None, typer.Option(metavar="NET.json", help="pandapower net, cut in two levels.")
    ] = None
    transmission: Transmission = None
    at: At = ""
    cut_kv: CutKv = None
    costs: Costs = None
    hours: Hours = 24
    voll: Voll = None
    spill: Spill = None

    def write(self, folder: Path) -> Written:
        """The study of the net."""
        from scenarios.importers.pandapower import import_pandapower

        build = partial(
            import_pandapower,
            self.pandapower,
            cut_kv=self.cut_kv,
            costs=self.costs,
            periods=self.hours,
            **_prices(self.voll, self.spill),
        )
        return _study(folder, build, self.transmission, self.at)


@dataclass(frozen=True)
class Simbench:
    """A SimBench grid on days of its year."""

    option: ClassVar[str] = "simbench"
    needs: ClassVar[Mapping[str, str]] = BELOW

    simbench: Annotated[
        str | None, typer.Option(metavar="CODE", help="SimBench grid with its profiles.")
    ] = None
    transmission: Transmission = None
    at: At = ""
    cut_kv: CutKv = None
    costs: Costs = None
    days: Annotated[
        str,
        typer.Option(metavar="DATE[..DATE]", help="Days of a SimBench grid, of its year 2016."),
    ] = "2016-06-15"
    minutes: Annotated[
        int, typer.Option(help="Length of a SimBench grid's periods: 15, 30 or 60.")
    ] = 60
    voll: Voll = None
    spill: Spill = None

    def write(self, folder: Path) -> Written:
        """The study of the grid."""
        from scenarios.importers.simbench import days_of, import_simbench

        assert self.simbench is not None
        build = partial(
            import_simbench,
            self.simbench,
            days=days_of(self.days, self.minutes),
            cut_kv=self.cut_kv,
            costs=self.costs,
            **_prices(self.voll, self.spill),
        )
        return _study(folder, build, self.transmission, self.at)


@dataclass(frozen=True)
class OpenDss:
    """An OpenDSS circuit, as a feeder."""

    option: ClassVar[str] = "opendss"
    needs: ClassVar[Mapping[str, str]] = BELOW

    opendss: Annotated[
        Path | None,
        typer.Option(metavar="MASTER.dss", help="OpenDSS circuit, as a balanced feeder."),
    ] = None
    transmission: Transmission = None
    at: At = ""
    costs: Costs = None
    hours: Hours = 24
    voll: Voll = None
    spill: Spill = None

    def write(self, folder: Path) -> Written:
        """The study of the circuit."""
        from scenarios.importers.opendss import import_opendss

        assert self.opendss is not None
        build = partial(
            import_opendss,
            self.opendss,
            costs=self.costs,
            periods=self.hours,
            **_prices(self.voll, self.spill),
        )
        return _study(folder, build, self.transmission, self.at)


def _prices(voll: float | None, spill: float | None) -> dict[str, Any]:
    held = {} if voll is None else {"voll_per_mwh": voll}
    return {**held, "spill_per_mwh": spill}


def _study(
    folder: Path, net: Callable[[], Scenario], transmission: Path | None, at: str
) -> Written:
    """A study of the net alone, or of its areas below some buses of a transmission file."""
    if transmission is None:
        return built_study(folder, net)
    return built_study(folder, lambda: hang_below(transmission, net(), words_of(at)))
