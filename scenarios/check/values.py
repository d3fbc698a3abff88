"""Rules on single values: finite, named, within their range, in order."""

import dataclasses
import math
from collections.abc import Iterator

from scenarios.check.laws import LAWS, ORDERS
from scenarios.check.rows import Row, Tables, rows
from scenarios.findings import Finding
from scenarios.quantity import key_columns, plain_type
from scenarios.records import TABLES


def numbers_are_finite(tables: Tables) -> Iterator[Finding]:
    """No NaN and no infinity in any column."""
    for table, record in TABLES.items():
        columns = [(f.name, *plain_type(f.type)) for f in dataclasses.fields(record)]
        floats = [(name, nullable) for name, plain, nullable in columns if plain is float]
        for row in rows(tables, table):
            for column, nullable in floats:
                value = getattr(row.record, column)
                if value is not None and not math.isfinite(value):
                    cure = "write a finite number" + (", or null for none" if nullable else "")
                    yield row.finding(column, f"the value is {value}", cure)


def names_are_given(tables: Tables) -> Iterator[Finding]:
    """Every name that identifies a row has at least one letter."""
    for table, record in TABLES.items():
        columns = key_columns(record)
        for row in rows(tables, table):
            for column in columns:
                if getattr(row.record, column) == "":
                    yield row.finding(column, "the name is empty", "give the row a name")


def values_keep_their_laws(tables: Tables) -> Iterator[Finding]:
    """Every value lies in the range of its column."""
    for table, laws in LAWS.items():
        for row in rows(tables, table):
            for law in laws:
                value = getattr(row.record, law.column)
                if judged(value) and not law.holds(value):
                    finding = f"the value is {row.shown(law.column)}"
                    yield row.finding(law.column, finding, law.cure(value))


def limits_are_in_order(tables: Tables) -> Iterator[Finding]:
    """No lower limit lies above its upper limit."""
    for table, orders in ORDERS.items():
        for row in rows(tables, table):
            for low, high in orders:
                yield from _order(row, low, high)


def _order(row: Row, low: str, high: str) -> Iterator[Finding]:
    lower, upper = getattr(row.record, low), getattr(row.record, high)
    if judged(lower) and judged(upper) and lower > upper:
        finding = f"{low} is {row.shown(low)}, above {high} of {row.shown(high)}"
        yield row.finding(low, finding, f"lower {low} or raise {high}")


def judged(value: object) -> bool:
    """Whether a value can be compared: null is none, NaN and infinity have their own finding."""
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))
