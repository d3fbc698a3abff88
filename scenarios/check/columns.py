"""Rules on the columns of one Parquet table: those it must have, their types, units and nulls."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from scenarios.findings import Finding, near
from scenarios.quantity import arrow_schema
from scenarios.records import TABLES


def defaults(table: str) -> dict[str, Any]:
    """Columns that a file may leave out, and what they then hold."""
    fields = dataclasses.fields(TABLES[table])
    return {f.name: f.default for f in fields if f.default is not dataclasses.MISSING}


def columns_are_known(name: str, table: pa.Table) -> Iterator[Finding]:
    """No column but those of the table."""
    known = arrow_schema(TABLES[name]).names
    for column in dict.fromkeys(table.column_names):
        if column not in known:
            cure = f"remove it or use a known column; {near(column, known)}"
            yield Finding(place(name, column), "unknown column", cure)


def columns_fit(name: str, table: pa.Table) -> Iterator[Finding]:
    """Every column stands once and carries its unit; no mandatory one is missing."""
    optional = defaults(name)
    for wanted in arrow_schema(TABLES[name]):
        stands = table.column_names.count(wanted.name)
        if stands > 1:
            yield Finding(place(name, wanted.name), "the column stands twice", "keep one of them")
        elif stands == 1:
            yield from _unit_fits(name, table.field(wanted.name), wanted)
        elif wanted.name not in optional:
            cure = f"add it: {wanted.metadata[b'meaning'].decode()}"
            yield Finding(place(name, wanted.name), "the column is missing", cure)


def _unit_fits(name: str, found: pa.Field, wanted: pa.Field) -> Iterator[Finding]:
    unit = wanted.metadata[b"unit"].decode()
    said = (found.metadata or {}).get(b"unit", b"").decode(errors="replace")
    if said not in ("", unit):
        finding = f"the file says unit {said!r}"
        yield Finding(place(name, found.name), finding, f"convert to {unit or 'no unit'!r}")


def column_in_schema(
    name: str, found: pa.ChunkedArray, wanted: pa.Field
) -> tuple[pa.ChunkedArray | None, list[Finding]]:
    """The column in its declared type, or None, with what is wrong with it."""
    if not _is_convertible(found.type, wanted.type):
        finding = f"the type is {found.type}"
        cure = f"write it as {wanted.type}"
        return None, [Finding(place(name, wanted.name), finding, cure)]
    try:
        column = found.cast(wanted.type)
    except pa.ArrowInvalid as error:
        finding = f"the type is {found.type}, and a value does not fit {wanted.type} ({error})"
        return None, [Finding(place(name, wanted.name), finding, f"write it as {wanted.type}")]
    return column, list(_nulls(name, column, wanted))


def _is_convertible(found: pa.DataType, wanted: pa.DataType) -> bool:
    if pa.types.is_dictionary(found):
        return _is_convertible(found.value_type, wanted)
    if pa.types.is_null(found):
        return True
    if pa.types.is_string(wanted):
        return bool(pa.types.is_string(found) or pa.types.is_large_string(found))
    if pa.types.is_boolean(wanted):
        return bool(pa.types.is_boolean(found))
    return bool(pa.types.is_integer(found) or pa.types.is_floating(found))


def _nulls(name: str, column: pa.ChunkedArray, wanted: pa.Field) -> Iterator[Finding]:
    if wanted.nullable:
        return
    optional = defaults(name)
    cure = "write a value"
    if wanted.name in optional:
        cure += f" (without the column, every row has {optional[wanted.name]!r})"
    for row in pc.indices_nonzero(pc.is_null(column)).to_pylist():
        place_of_row = f"table {name!r}, row {row + 1}, column {wanted.name!r}"
        yield Finding(place_of_row, "null", cure)


def place(table: str, column: str) -> str:
    """Where a column stands."""
    return f"table {table!r}, column {column!r}"
