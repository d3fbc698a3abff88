"""Rules on names: every row is named once."""

from collections.abc import Iterator
from typing import Any

from scenarios.check.rows import Row, Tables, noun, rows
from scenarios.findings import Finding
from scenarios.records import TABLES
from scenarios.results import TSO


def keys_are_unique(tables: Tables) -> Iterator[Finding]:
    """No two rows of a table have the same key."""
    for table in TABLES:
        first: dict[tuple[Any, ...], Row] = {}
        for row in rows(tables, table):
            earlier = first.setdefault(row.key, row)
            if earlier is not row:
                cure = f"rename the {noun(table)} or remove one of the rows"
                yield row.finding(None, f"row {earlier.number} has the same name", cure)


def generators_share_no_name(tables: Tables) -> Iterator[Finding]:
    """Within an area a name is that of one generator, or of one bid or DC line."""
    generators = {row.key: row for row in rows(tables, "generators")}
    for row in rows(tables, "bids"):
        if row.key in generators:
            finding = f"generator in row {generators[row.key].number} has the same name"
            yield row.finding("bid", finding, "rename one: both own rows of table 'offers'")
    for row in rows(tables, "dc_lines"):
        if row.key in generators:
            finding = f"generator in row {generators[row.key].number} has the same name"
            yield row.finding("dc_line", finding, "rename one: both have set-points by name")


def no_area_is_called_tso(tables: Tables) -> Iterator[Finding]:
    """Messages name the transmission operator `tso`, and a distribution operator by its area."""
    for row in rows(tables, "areas"):
        if row.record.area == TSO:
            finding = f"the name {TSO!r} stands for the transmission operator"
            yield row.finding("area", finding, "give the area another name")
