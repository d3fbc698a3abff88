"""Rules on who takes part in which market."""

from collections.abc import Iterator

from scenarios.assets import all_assets
from scenarios.assets.contract import participation_of
from scenarios.check.rows import Tables, rows
from scenarios.findings import Finding
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.scenario import Scenario


def type1_names_its_wholesale_offer(tables: Tables) -> Iterator[Finding]:
    """A type1 asset says which share it offers wholesale, and a generator at which price."""
    asked = {"generators": ("gamma", "beta"), "storage": ("gamma",)}
    for table, columns in asked.items():
        for row in rows(tables, table):
            for column in columns:
                if row.record.participation == "type1" and getattr(row.record, column) is None:
                    yield row.finding(column, "null for participation 'type1'", f"give {column}")


def types_are_for_distribution(scenario: Scenario) -> Iterator[Finding]:
    """Only resources in distribution choose between the local and the wholesale market."""
    transmission = {a.area for a in scenario.areas if a.kind == TRANSMISSION}
    for row in rows(scenario, *(asset.table for asset in all_assets().values())):
        chosen = participation_of(row.record)
        if row.record.area in transmission and chosen in ("type1", "type2"):
            finding = f"{chosen!r} in transmission area {row.record.area!r}"
            yield row.finding("participation", finding, "use 'wholesale' or null in transmission")


def types_need_a_local_market(scenario: Scenario) -> Iterator[Finding]:
    """Where assets choose between two markets, the area says that it has a local one."""
    untyped = {a.area for a in scenario.areas if a.kind == DISTRIBUTION and a.type is None}
    for row in rows(scenario, *(asset.table for asset in all_assets().values())):
        chosen = participation_of(row.record)
        if row.record.area in untyped and chosen in ("type1", "wholesale"):
            finding = f"{chosen!r}, but area {row.record.area!r} has no type"
            yield row.finding("participation", finding, "set the area's type to 'B'")
