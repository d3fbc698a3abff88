"""Rows of the scenario tables, and the place by which a finding names one."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from scenarios.assets import all_assets
from scenarios.findings import Finding
from scenarios.quantity import key_columns
from scenarios.records import TABLES
from scenarios.scenario import Scenario

Tables = Mapping[str, Sequence[Any]]

_NOUNS = {
    "areas": "area",
    "buses": "bus",
    "branches": "branch",
    "offers": "offer",
    "commitments": "commitment",
    "startups": "start-up category",
    "reserves": "reserve",
    "transfer_capacities": "capacity",
    "outages": "outage",
    "fees": "fee",
    "emission_factors": "emission factor",
    "reserve_offers": "reserve offer",
    "reserve_products": "reserve product",
    "reserve_shortages": "shortage step",
    "boundaries": "boundary",
    "profiles": "profile",
}


def noun(table: str) -> str:
    """What a row of the table is called."""
    return {**_NOUNS, **{a.table: a.noun for a in all_assets().values()}}[table]


class Row(NamedTuple):
    """One record, its table, and its row in it, from 1."""

    table: str
    number: int
    record: Any

    @property
    def key(self) -> tuple[Any, ...]:
        """Values of the columns that together name the row."""
        return tuple(getattr(self.record, name) for name in key_of(self.table))

    @property
    def name(self) -> str:
        """The key as one word; an offer for every period says `all`, other nulls say nothing."""
        named = zip(key_of(self.table), self.key, strict=True)
        shown = [(column, part) for column, part in named if part is not None or column == "period"]
        return "/".join("all" if part is None else str(part) for _, part in shown)

    def place(self, column: str | None = None) -> str:
        """Table, row, name and column, as a finding shows them."""
        row = f"table {self.table!r}, row {self.number}, {noun(self.table)} {self.name!r}"
        return row if column is None else f"{row}, column {column!r}"

    def finding(self, column: str | None, finding: str, cure: str) -> Finding:
        """What is wrong with one column of this row (with the row itself where it is None)."""
        return Finding(self.place(column), finding, cure)

    def shown(self, column: str) -> str:
        """The value of a column with its unit, such as `0.0 p.u.`."""
        return shown(getattr(self.record, column), unit(self.table, column))


def shown(value: object, unit_name: str) -> str:
    """A value and its unit; a dimensionless one stands alone.

    >>> shown(0.5, "MW"), shown("pq", ""), shown(2.0, "1")
    ('0.5 MW', "'pq'", '2.0')
    """
    plain = float(value) if isinstance(value, float) else value
    return f"{plain!r}" if unit_name in ("", "1") else f"{plain!r} {unit_name}"


@cache
def key_of(table: str) -> tuple[str, ...]:
    """Names of the columns that together name a row of the table."""
    return key_columns(TABLES[table])


@cache
def unit(table: str, column: str) -> str:
    """Unit of a column."""
    fields = {f.name: f for f in dataclasses.fields(TABLES[table])}
    return str(fields[column].metadata["unit"])


def tables_of(scenario: Scenario) -> Tables:
    """Every table of the scenario by its name."""
    return {name: scenario.table(name) for name in TABLES}


def rows(tables: Tables | Scenario, *names: str) -> Iterator[Row]:
    """Rows of the named tables, in table order."""
    held = tables_of(tables) if isinstance(tables, Scenario) else tables
    for name in names:
        for number, record in enumerate(held.get(name, ()), start=1):
            yield Row(name, number, record)


def quoted(names: Sequence[str], most: int = 8) -> str:
    """Names in quotes, the first few of them.

    >>> quoted(["a", "b", "c"], most=2)
    "'a', 'b' and 1 more"
    """
    some = ", ".join(repr(name) for name in names[:most])
    return some if len(names) <= most else f"{some} and {len(names) - most} more"
