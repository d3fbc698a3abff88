"""Rules on single values: finite, named, within their range, in order."""

import dataclasses
import math
import sys
from collections.abc import Iterator
from typing import Any

from scenarios.check.assets import rules_by_table
from scenarios.check.laws import LAWS, ORDERS
from scenarios.check.rows import Row, Tables, rows
from scenarios.findings import Finding
from scenarios.quantity import key_columns, plain_type
from scenarios.records import TABLES

LARGEST = 1e9  # MW, p.u., degrees: files write limits that are none as numbers up to here
MOST_MONEY = 1e15  # of any currency: beyond it a sum with 1 loses the 1


def numbers_are_finite(tables: Tables) -> Iterator[Finding]:
    """No NaN in any column, no infinity but one that stands for no limit, nothing too large."""
    for table, record in TABLES.items():
        floats = [f for f in dataclasses.fields(record) if plain_type(f.type)[0] is float]
        for row in rows(tables, table):
            for f in floats:
                value = getattr(row.record, f.name)
                if not (value is None or math.isfinite(value) or value == f.metadata["no_limit"]):
                    yield row.finding(f.name, f"the value is {value}", _cure(f))
                elif value is not None and _largest(f) < abs(value) < math.inf:
                    finding = f"the value {value:g} is too large to compute with"
                    yield row.finding(f.name, finding, _cure(f))
                elif value and abs(value) < sys.float_info.min:
                    finding = f"the value {value} is too small to compute with"
                    yield row.finding(f.name, finding, "write 0")


def _largest(f: "dataclasses.Field[Any]") -> float:
    return MOST_MONEY if "$" in f.metadata["unit"] else LARGEST


def _cure(f: "dataclasses.Field[Any]") -> str:
    nullable = plain_type(f.type)[1]
    no_limit = f.metadata["no_limit"]
    instead = f", or {no_limit} for no limit" if no_limit is not None else ""
    return "write a finite number" + (", or null for none" if nullable else instead)


def names_are_given(tables: Tables) -> Iterator[Finding]:
    """Every name that identifies a row has at least one letter, and none that cannot be printed."""
    for table, record in TABLES.items():
        columns = key_columns(record)
        for row in rows(tables, table):
            for column in columns:
                name = getattr(row.record, column)
                if name == "":
                    yield row.finding(column, "the name is empty", "give the row a name")
                elif isinstance(name, str) and not name.isprintable():
                    finding = f"the name {name!r} has a character that cannot be printed"
                    yield row.finding(column, finding, "leave it out, such as a line break")


def values_keep_their_laws(tables: Tables) -> Iterator[Finding]:
    """Every value lies in the range of its column."""
    of_assets = {table: own.laws for table, own in rules_by_table().items()}
    for table, laws in {**LAWS, **of_assets}.items():
        for row in rows(tables, table):
            for law in laws:
                value = getattr(row.record, law.column)
                if judged(value) and not law.holds(value):
                    finding = f"the value is {row.shown(law.column)}"
                    yield row.finding(law.column, finding, law.cure(value))


def limits_are_in_order(tables: Tables) -> Iterator[Finding]:
    """No lower limit lies above its upper limit."""
    of_assets = {table: own.orders for table, own in rules_by_table().items()}
    for table, orders in {**ORDERS, **of_assets}.items():
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
