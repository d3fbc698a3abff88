"""A MATPOWER case file as its tables, with the unit conversions at its end carried out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from scenarios.findings import Finding
from scenarios.importers.matpower.columns import COLUMNS, CONSTANTS, FEWEST, INDEX_FUNCTIONS
from scenarios.importers.matpower.expressions import (
    REFERENCE,
    Columns,
    NotUnderstood,
    Value,
    evaluate,
)
from scenarios.importers.matpower.statements import Statement, matrix_rows, statements

LABELS = ("bus_name", "branch_name", "gen_name", "gentype", "genfuel", "areas", "zones")


@dataclass(frozen=True)
class Table:
    """One matrix of the file, and the line of each of its rows."""

    values: Columns
    lines: tuple[int, ...]


@dataclass
class Case:
    """What a case file holds once its statements have been carried out in order."""

    file: str
    tables: dict[str, Table] = field(default_factory=dict)
    names: dict[str, float] = field(default_factory=dict)
    version: str | None = None

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


def read_case(path: Path) -> tuple[Case, list[Finding]]:
    """The tables of a case file, and all that cannot be read or understood in it."""
    case = Case(path.name)
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        cure = "name a MATPOWER case file (.m)"
        return case, [Finding(str(path), f"cannot be read ({error.strerror})", cure)]
    findings = []
    for statement in statements(text):
        try:
            _carry_out(case, statement)
        except NotUnderstood as error:
            place = f"{case.file}, line {statement.line}"
            findings.append(Finding(place, f"`{statement.shown}`: {error}", error.cure))
    return case, findings or list(_missing(case))


def _missing(case: Case) -> Iterator[Finding]:
    if case.version != "2":
        found = "mpc.version is missing" if case.version is None else f"version {case.version!r}"
        yield Finding(case.file, found, "save the case in MATPOWER's version 2")
    if "mpc_base_mva" not in case.names:
        yield Finding(case.file, "mpc.baseMVA is missing", "give the power base in MVA")
    for table in ("bus", "branch"):
        if table not in case.tables:
            yield Finding(case.file, f"mpc.{table} is missing", "add the table")


def _carry_out(case: Case, statement: Statement) -> None:
    """Change the case as the statement says; raises NotUnderstood."""
    for pattern, act in _KNOWN:
        match = pattern.fullmatch(statement.text)
        if match:
            act(case, statement, match)
            return
    raise NotUnderstood("the statement is not understood")


def _pass(case: Case, statement: Statement, match: re.Match[str]) -> None:
    """A statement without effect on the numbers."""


def _set_version(case: Case, statement: Statement, match: re.Match[str]) -> None:
    case.version = match["version"]


def _set_base(case: Case, statement: Statement, match: re.Match[str]) -> None:
    case.names["mpc_base_mva"] = _scalar(case, match["value"])


def _set_table(case: Case, statement: Statement, match: re.Match[str]) -> None:
    name = match["table"]
    if name in LABELS:
        return
    if name not in COLUMNS:
        cure = f"remove it; known tables are {', '.join(COLUMNS)}"
        raise NotUnderstood(f"mpc.{name} is not understood", cure)
    before = statement.text[: match.start("body")]
    rows = list(matrix_rows(statement.line + before.count("\n"), match["body"]))
    widths = sorted({len(cells) for _, cells in rows})
    if len(widths) > 1:
        raise NotUnderstood(f"rows of {widths[0]} and of {widths[-1]} columns")
    if rows and widths[0] < FEWEST[name]:
        raise NotUnderstood(f"{widths[0]} columns; mpc.{name} needs {FEWEST[name]}")
    values = [[_scalar(case, cell, line) for cell in cells] for line, cells in rows]
    shape = (len(rows), widths[0] if rows else FEWEST[name])
    case.tables[name] = Table(np.array(values).reshape(shape), tuple(line for line, _ in rows))


def _set_constants(case: Case, statement: Statement, match: re.Match[str]) -> None:
    order = INDEX_FUNCTIONS[match["function"]]
    names = match["names"].replace(",", " ").split()
    if names != list(order)[: len(names)]:
        raise NotUnderstood(f"{match['function']} returns {', '.join(order)} in this order")
    case.names.update({name: order[name] for name in names})


def _define_constants(case: Case, statement: Statement, match: re.Match[str]) -> None:
    case.names.update(CONSTANTS)


def _set_name(case: Case, statement: Statement, match: re.Match[str]) -> None:
    case.names[match["name"]] = _scalar(case, match["value"])


def _convert(case: Case, statement: Statement, match: re.Match[str]) -> None:
    """Carry out `mpc.table(rows, columns) = expression`."""
    reference = REFERENCE.fullmatch(match["target"])
    if reference is None:
        raise NotUnderstood("the left side is not understood")
    table, rows, columns = _where(case, reference)
    value = _evaluate(case, match["value"])
    values = table.values.copy()
    if isinstance(value, np.ndarray) and value.shape != values[rows][:, columns].shape:
        raise NotUnderstood("the two sides have different shapes")
    values[rows, columns] = value
    case.tables[reference[1]] = Table(values, table.lines)


def _where(case: Case, reference: re.Match[str]) -> tuple[Table, slice, list[int]]:
    """Table, rows and columns (from 0) that a reference means."""
    name, row, columns = reference.groups()
    if name not in case.tables:
        raise NotUnderstood(f"mpc.{name} has no rows yet")
    table, chosen = case.tables[name], slice(None)
    if row != ":":
        first = _position(case, row, len(table.values))
        chosen = slice(first, first + 1)
    words = columns.strip("[]").replace(",", " ").split()
    return table, chosen, [_position(case, word, table.values.shape[1]) for word in words]


def _position(case: Case, word: str, last: int) -> int:
    """Position from 0 that a number or the name of a number means."""
    value = case.names[word] if word in case.names else _scalar(case, word)
    if not (1 <= value <= last and value == int(value)):
        raise NotUnderstood(f"position {word} is not among 1 to {last}")
    return int(value) - 1


def _held(case: Case, reference: re.Match[str]) -> Value:
    table, rows, columns = _where(case, reference)
    values = table.values[rows][:, columns]
    return float(values[0, 0]) if values.shape == (1, 1) else values


def _evaluate(case: Case, text: str) -> Value:
    return evaluate(text, case.names, lambda reference: _held(case, reference))


def _scalar(case: Case, text: str, line: int | None = None) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        value = _evaluate(case, text)
    except NotUnderstood as error:
        raise NotUnderstood(f"{text!r} in line {line}: {error}" if line else str(error)) from error
    if isinstance(value, np.ndarray):
        raise NotUnderstood("a column stands where one number is needed")
    return value


_Action = Callable[[Case, Statement, re.Match[str]], None]
_KNOWN: tuple[tuple[re.Pattern[str], _Action], ...] = (
    (re.compile(r"function\s+mpc\s*=\s*\w+|end|return|endfunction"), _pass),
    (re.compile(r"mpc\.version\s*=\s*['\"](?P<version>[^'\"]*)['\"]"), _set_version),
    (re.compile(r"mpc\.baseMVA\s*=\s*(?P<value>.+)"), _set_base),
    (re.compile(r"mpc\.(?P<table>\w+)\s*=\s*\[(?P<body>.*)\]", re.DOTALL), _set_table),
    (re.compile(rf"mpc\.({'|'.join(LABELS)})\s*=\s*\{{.*\}}", re.DOTALL), _pass),
    (re.compile(r"define_constants"), _define_constants),
    (
        re.compile(
            rf"\[(?P<names>[\w\s,]+)\]\s*=\s*(?P<function>{'|'.join(INDEX_FUNCTIONS)})",
            re.DOTALL,
        ),
        _set_constants,
    ),
    (re.compile(r"(?P<target>mpc\.\w+\s*\(.*?\))\s*=\s*(?P<value>[^=]+)", re.DOTALL), _convert),
    (re.compile(r"(?P<name>[A-Za-z]\w*)\s*=\s*(?P<value>[^=]+)"), _set_name),
)
