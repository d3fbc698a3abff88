"""What each statement of a case file does: tables, names, and the unit conversions at the end."""

import math
import re
from collections.abc import Callable

import numpy as np

from scenarios.importers.matpower.case import Case, Table
from scenarios.importers.matpower.columns import COLUMNS, CONSTANTS, FEWEST, INDEX_FUNCTIONS
from scenarios.importers.matpower.expressions import REFERENCE, NotUnderstood, Value, evaluate
from scenarios.importers.matpower.statements import Statement, matrix_rows

LABELS = ("bus_name", "branch_name", "gen_name", "gentype", "genfuel", "areas", "zones")
OWN_TERMS = ("A", "l", "u", "N", "fparm", "H", "Cw", "z0", "zl", "zu", "user_constraints")


def carry_out(case: Case, statement: Statement) -> None:
    """Change the case as the statement says; raises NotUnderstood."""
    for pattern, act in KNOWN_STATEMENTS:
        match = pattern.fullmatch(statement.text)
        if match:
            act(case, statement, match)
            return
    raise NotUnderstood("the statement is not understood")


def holds(case: Case, condition: str) -> bool:
    """Whether the condition of an `if` holds; raises NotUnderstood."""
    return _scalar(case, condition) != 0


def _pass(case: Case, statement: Statement, match: re.Match[str]) -> None:
    """A statement without effect on the numbers."""


def _begin(case: Case, statement: Statement, match: re.Match[str]) -> None:
    if case.output is not None:
        raise NotUnderstood("a second function", "keep the function that gives the case")
    case.output = match["output"]


def _leave(case: Case, statement: Statement, match: re.Match[str]) -> None:
    """A field that MATPOWER's power flow does not read either, or reads for its OPF alone."""
    name = match["field"]
    if name in OWN_TERMS:
        cure = "remove the variables, constraints and costs that the file adds to MATPOWER's OPF"
        raise NotUnderstood(f"mpc.{name} has no counterpart", cure)
    if name not in (*LABELS, *case.unused):
        case.unused.append(name)


def _set_version(case: Case, statement: Statement, match: re.Match[str]) -> None:
    case.version = match["version"]


def _set_base(case: Case, statement: Statement, match: re.Match[str]) -> None:
    case.names["mpc_base_mva"] = _scalar(case, match["value"])


def _set_table(case: Case, statement: Statement, match: re.Match[str]) -> None:
    name = match["table"]
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
        number = float(text)
    except ValueError:
        number = None
    if number is not None and _is_meant(number, text):
        return number
    try:
        value = _evaluate(case, text)
    except NotUnderstood as error:
        raise NotUnderstood(f"{text!r} in line {line}: {error}" if line else str(error)) from error
    if isinstance(value, np.ndarray):
        raise NotUnderstood("a column stands where one number is needed")
    return value


def _is_meant(number: float, text: str) -> bool:
    """Whether text that Python reads as a number means it: not 1_000, nor 1e400 as infinity."""
    return "_" not in text and (math.isfinite(number) or not any(c.isdigit() for c in text))


_Action = Callable[[Case, Statement, re.Match[str]], None]
_TABLES = "|".join(COLUMNS)
KNOWN_STATEMENTS: tuple[tuple[re.Pattern[str], _Action], ...] = (
    (
        re.compile(r"function\s+\[?\s*(?P<output>[A-Za-z]\w*)\s*\]?\s*=\s*\w+\s*(\(.*\))?"),
        _begin,
    ),
    (re.compile(r"end|return|endfunction"), _pass),
    (re.compile(r"mpc\.version\s*=\s*['\"]?(?P<version>[^'\"]*)['\"]?"), _set_version),
    (re.compile(r"mpc\.baseMVA\s*=\s*(?P<value>.+)"), _set_base),
    (re.compile(rf"mpc\.(?P<table>{_TABLES})\s*=\s*\[(?P<body>.*)\]", re.DOTALL), _set_table),
    (
        re.compile(rf"mpc\.(?!({_TABLES})\b)(?P<field>\w+)\b[^=]*=(?!=).*", re.DOTALL),
        _leave,
    ),
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
