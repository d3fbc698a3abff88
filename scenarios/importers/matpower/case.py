"""A MATPOWER case file as its tables."""

import re
from dataclasses import dataclass, field

from scenarios.importers.matpower.columns import COLUMNS
from scenarios.importers.matpower.expressions import Columns


@dataclass(frozen=True)
class Table:
    """One matrix of the file, and the line of each of its rows."""

    values: Columns
    lines: tuple[int, ...]


@dataclass
class Case:
    """What a case file holds once its statements have been carried out in order.

    `output` is what the file's function calls its struct; `unused` are the fields of it that
    have no counterpart here.
    """

    file: str
    tables: dict[str, Table] = field(default_factory=dict)
    names: dict[str, float] = field(default_factory=lambda: {"true": 1.0, "false": 0.0})
    version: str | None = None
    output: str | None = None
    unused: list[str] = field(default_factory=list)

    def in_mpc(self, text: str) -> str:
        """A statement of the file with its struct called mpc."""
        if self.output in (None, "mpc"):
            return text
        return re.sub(rf"\b{self.output}\.", "mpc.", text)

    @property
    def base_mva(self) -> float:
        """Power base of the file."""
        return self.names["mpc_base_mva"]

    def column(self, table: str, name: str) -> Columns:
        """One column of a table, shape (rows,)."""
        return self.tables[table].values[:, COLUMNS[table][name] - 1]

    def place(self, table: str, row: int) -> str:
        """Where a row of a table stands (rows count from 0)."""
        return f"{self.file}, line {self.tables[table].lines[row]}, mpc.{table} row {row + 1}"
