"""A folder whose finished pieces are kept: each file is whole or not there, and of one input."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.csv_files import write_csv
from scenarios.findings import Finding, InvalidInput
from studies.runs.provenance import versions
from studies.study.study_text import toml_lines

FORMAT = 1


@dataclass(frozen=True)
class KeptFolder:
    """The folder of one `kind` of work, safe to be left at any moment.

    Every file is written under another name and then renamed. `header` is the file that says what
    the work is of, `pieces` the folder of what is finished.
    """

    path: Path
    kind: str
    header: str
    pieces: str

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def claim(self, name: str, key: str) -> None:
        """Make the folder that of the work called `name` on the input that has this key.

        Raises `InvalidInput` where it holds something else, or pieces of another input.
        """
        if (self / self.header).exists():
            self._refuse_other(key)
        elif self.path.exists() and self._is_filled():
            raise self._unusable("it holds something else", "name a new folder with --out")
        try:
            (self / self.pieces).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            finding = f"it cannot be written ({error.strerror})"
            raise self._unusable(finding, "name a folder that can") from error
        held = {"format": FORMAT, "name": name, "key": key}
        lines = [*toml_lines(held), "", "[versions]", *toml_lines(dict(versions()))]
        self.write(self.header, "\n".join(lines) + "\n")

    def write(self, name: str, text: str) -> None:
        """Write a file that is whole or not there."""
        part = self.part(name)
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self / name)

    def write_table(self, name: str, table: pa.Table) -> None:
        """Write a table as Parquet and as CSV, each whole or not there."""
        parquet, csv = f"{name}.parquet", f"{name}.csv"
        pq.write_table(table, self.part(parquet), write_page_checksum=True)
        self.part(parquet).replace(self / parquet)
        write_csv(table, self.part(csv))
        self.part(csv).replace(self / csv)

    def part(self, name: str) -> Path:
        """Where a file is written before it gets its name."""
        return (self / name).with_name(f".{Path(name).name}.part")

    def _is_filled(self) -> bool:
        ours = {self.pieces, self.part(self.header).name}
        return not self.path.is_dir() or any(f.name not in ours for f in self.path.iterdir())

    def _refuse_other(self, key: str) -> None:
        try:
            held = tomllib.loads((self / self.header).read_text(encoding="utf-8")).get("key")
        except (OSError, ValueError, RecursionError) as error:
            finding = f"{self.header} cannot be read ({error})"
            raise self._unusable(finding, "name a new folder with --out") from error
        if held != key:
            finding = (
                f"it holds a {self.kind} of another study or scenario, or of other program versions"
            )
            cure = "name a new folder with --out, or remove this one"
            raise self._unusable(finding, cure)

    def _unusable(self, finding: str, cure: str) -> InvalidInput:
        return InvalidInput(f"{self.kind} folder", [Finding(str(self.path), finding, cure)])
