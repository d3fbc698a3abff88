"""`tandem import --transmission`: MATPOWER files of transmission and of feeders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from scenarios.findings import Finding, InvalidInput
from scenarios.importers.matpower.per_load import FeedersPerLoad
from scenarios.resources import Resources
from studies.commands.sources.options import At, Hours, Spill, Transmission, Voll, words_of
from studies.study.new_study import Written, imported_study

PER_LOAD = "feeder_per_load"


@dataclass(frozen=True)
class Matpower:
    """A transmission file, feeders at its buses, and feeders in turn at its loads."""

    option: ClassVar[str] = "transmission"
    needs: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("at", "above_mw", "pv", "batteries", "flexible", "seed"), PER_LOAD
    )

    transmission: Transmission = None
    feeder: Annotated[
        list[str] | None,
        typer.Option(metavar="BUS=FILE", help="Boundary bus and a feeder; once for each."),
    ] = None
    feeder_per_load: Annotated[
        str | None,
        typer.Option(
            metavar="FILES",
            help="Feeders, separated by commas, that are hung in turn at loads of transmission, "
            "scaled to them; all loads follow a synthetic day.",
        ),
    ] = None
    at: At = ""
    above_mw: Annotated[
        float, typer.Option(help="With --feeder-per-load: at loads above this.")
    ] = 0.0
    pv: Annotated[
        float, typer.Option(help="Power of PV over the load of a feeder that is hung.")
    ] = 0.0
    batteries: Annotated[float, typer.Option(help="Power of batteries (4 h) over the load.")] = 0.0
    flexible: Annotated[float, typer.Option(help="Part of the load that has a price.")] = 0.0
    seed: Annotated[int, typer.Option(help="What places and prices are drawn from.")] = 0
    hours: Hours = 24
    voll: Voll = None
    spill: Spill = None

    def write(self, folder: Path) -> Written:
        """The study of the files."""
        assert self.transmission is not None
        prices = {} if self.voll is None else {"voll_usd_per_mwh": self.voll}
        return imported_study(
            folder,
            self.transmission,
            _feeder_files(self.feeder or []),
            per_load=self._per_load(),
            periods=self.hours,
            spill_usd_per_mwh=self.spill,
            **prices,
        )

    def _per_load(self) -> FeedersPerLoad | None:
        """Feeders to hang at loads, where any are named."""
        if self.feeder_per_load is None:
            return None
        paths = tuple(Path(name) for name in words_of(self.feeder_per_load))
        if not paths:
            finding = Finding("--feeder-per-load", "it names no file", "write it like A.m,B.m")
            raise InvalidInput("command line", [finding])
        drawn = Resources(self.pv, self.batteries, self.flexible, self.seed)
        return FeedersPerLoad(paths, tuple(words_of(self.at)), self.above_mw, drawn)


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
