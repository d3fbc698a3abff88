"""Knobs on columns of the scenario's tables: `TABLE.COLUMN` and `TABLE[ROW].COLUMN`."""

import dataclasses
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from scenarios.check.rows import noun, quoted
from scenarios.findings import InvalidInput, near
from scenarios.quantity import key_columns, plain_type
from scenarios.records import TABLES
from studies.study.table_keys import unknown_name
from studies.sweep.knob import Case, Knob, Scalar, misfit

PATH = re.compile(r"(?P<table>\w+)(?:\[(?P<row>[^\]]+)\])?\.(?P<column>\w+)")


def column_knob(name: str, case: Case) -> Knob:
    """The knob on a column, of all rows that have a value or of the rows that are named.

    A row is named as findings name it, such as `loads[D10/l3].p_mw`; the area may be left out
    where one area alone has such a row, and the end of the name where all rows that begin so are
    meant, such as `loads[D10].p_mw`. Raises `InvalidInput` where there is none.
    """
    found = PATH.fullmatch(name)
    if found is None or found["table"] not in TABLES:
        tables = [f"{table}." for table in TABLES]
        cure = f"write TABLE.COLUMN or TABLE[ROW].COLUMN; {near(name, tables)}"
        raise misfit(name, "there is nothing of that name", cure)
    table, column = found["table"], found["column"]
    kind, unit = _column(name, table, column)
    rows = _rows(name, table, found["row"], column, case)

    def turn(case: Case, value: Scalar) -> Case:
        return _changed(case, table, rows, lambda record: {column: value})

    def scale(case: Case, factor: float) -> Case:
        return _changed(case, table, rows, lambda r: {column: factor * getattr(r, column)})

    empty = [n for n in rows if getattr(case.scenario.table(table)[n], column) is None]
    return Knob(kind, unit, turn, scale if kind is float and not empty else None)


def _changed(
    case: Case, table: str, rows: Collection[int], change: Callable[[Any], dict[str, Any]]
) -> Case:
    held = enumerate(case.scenario.table(table))
    records = (dataclasses.replace(r, **change(r)) if n in rows else r for n, r in held)
    return case.with_tables(**{table: tuple(records)})


def _column(name: str, table: str, column: str) -> tuple[type, str]:
    """Type and unit of a column that can be varied."""
    fields = {f.name: f for f in dataclasses.fields(TABLES[table])}
    free = [f for f in fields if f not in key_columns(TABLES[table])]
    if column in fields and column not in free:
        cure = f"sweep another column; {near(column, free)}"
        raise misfit(name, f"column {column!r} names the row", cure)
    if column not in fields:
        raise InvalidInput("sweep", [unknown_name(name, "column", column, free)])
    kind: type = plain_type(fields[column].type)[0]
    return kind, str(fields[column].metadata["unit"])


def _rows(name: str, table: str, row: str | None, column: str, case: Case) -> frozenset[int]:
    """Positions of the rows that are meant."""
    records = case.scenario.table(table)
    if row is None:
        rows = [n for n, r in enumerate(records) if getattr(r, column) is not None]
        if not rows:
            finding = f"no row of table {table!r} has a value there"
            raise misfit(name, finding, f"name the rows to set: {table}[ROW].{column}")
        return frozenset(rows)
    return frozenset(_named(name, table, row, records))


def _named(name: str, table: str, row: str, records: Sequence[Any]) -> list[int]:
    keys = [_key(table, record) for record in records]
    whole = [n for n, key in enumerate(keys) if _begins(key, row)]
    if whole or "area" not in key_columns(TABLES[table]):
        found = whole
    else:
        found = [n for n, key in enumerate(keys) if _begins(key[1:], row)]
    if not found:
        known = list(dict.fromkeys("/".join(key) for key in keys))
        finding = f"there is no {noun(table)} {row!r}"
        raise misfit(name, finding, f"name one that is there; {near(row, known)}")
    areas = list(dict.fromkeys(keys[n][0] for n in found))
    if not whole and len(areas) > 1:
        finding = f"areas {quoted(areas)} have a {noun(table)} {row!r}"
        raise misfit(name, finding, f"name the area too, such as {areas[0]}/{row}")
    return found


def _begins(key: Sequence[str], wanted: str) -> bool:
    """Whether the first parts of a key, joined by slashes, are what is wanted."""
    return any("/".join(key[:count]) == wanted for count in range(1, len(key) + 1))


def _key(table: str, record: Any) -> list[str]:
    parts = (getattr(record, name) for name in key_columns(TABLES[table]))
    return ["all" if part is None else str(part) for part in parts]
