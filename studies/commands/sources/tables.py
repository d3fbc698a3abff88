"""`tandem import --tables`: tables that were exported."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, ClassVar

import typer

from scenarios.importers.tables import import_tables
from studies.study.new_study import Written, built_study


@dataclass(frozen=True)
class Tables:
    """A folder of CSV tables, or a workbook."""

    option: ClassVar[str] = "tables"
    needs: ClassVar[Mapping[str, str]] = {}

    tables: Annotated[
        Path | None, typer.Option(help="Folder of CSV tables, or a workbook, that was exported.")
    ] = None

    def write(self, folder: Path) -> Written:
        """The study of the tables."""
        assert self.tables is not None
        with TemporaryDirectory() as scratch:
            return built_study(folder, partial(import_tables, self.tables, Path(scratch)))
