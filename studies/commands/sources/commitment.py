"""`tandem import --pglib-uc` and `--unitcommitment`: instances of unit commitment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from scenarios.importers.pglib_uc import import_pglib_uc
from scenarios.importers.unitcommitment import import_unitcommitment
from scenarios.scenario import Scenario
from studies.commands.sources.options import Spill, Voll
from studies.study.new_study import Written, commitment_study


@dataclass(frozen=True)
class PglibUc:
    """A PGLib-UC instance."""

    option: ClassVar[str] = "pglib_uc"
    needs: ClassVar[Mapping[str, str]] = {}

    pglib_uc: Annotated[
        Path | None, typer.Option(help="PGLib-UC file, in place of MATPOWER files.")
    ] = None
    voll: Voll = None
    spill: Spill = None

    def write(self, folder: Path) -> Written:
        """The study of the instance."""
        return _study(folder, self.pglib_uc, import_pglib_uc, self.voll, self.spill)


@dataclass(frozen=True)
class UnitCommitment:
    """An instance of UnitCommitment.jl."""

    option: ClassVar[str] = "unitcommitment"
    needs: ClassVar[Mapping[str, str]] = {}

    unitcommitment: Annotated[
        Path | None, typer.Option(help="UnitCommitment.jl file, in place of MATPOWER files.")
    ] = None
    voll: Voll = None
    spill: Spill = None

    def write(self, folder: Path) -> Written:
        """The study of the instance."""
        return _study(folder, self.unitcommitment, import_unitcommitment, self.voll, self.spill)


def _study(
    folder: Path,
    file: Path | None,
    importer: Callable[..., Scenario],
    voll: float | None,
    spill: float | None,
) -> Written:
    assert file is not None
    prices = {} if voll is None else {"voll_usd_per_mwh": voll}
    return commitment_study(folder, file, importer, spill_usd_per_mwh=spill, **prices)
