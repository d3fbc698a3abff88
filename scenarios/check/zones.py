"""Rules on bidding zones: capacities lead from one zone of transmission to another."""

from collections.abc import Iterator

from scenarios.check.references import unknown
from scenarios.check.rows import rows
from scenarios.findings import Finding
from scenarios.records import TRANSMISSION
from scenarios.scenario import Scenario

COLUMNS = ("from_zone", "to_zone")


def capacities_join_two_zones(scenario: Scenario) -> Iterator[Finding]:
    """Both zones of a capacity are zones of transmission buses, and not the same one."""
    upper = {a.area for a in scenario.areas if a.kind == TRANSMISSION}
    known = {b.zone for b in scenario.buses if b.area in upper and b.zone is not None}
    for row in rows(scenario, "transfer_capacities"):
        for column in COLUMNS:
            if getattr(row.record, column) not in known:
                place = "column 'zone' of the transmission buses"
                yield unknown(row, column, place, known)
        if row.record.from_zone == row.record.to_zone:
            cure = "name another zone, or remove the row: nothing limits trade inside a zone"
            yield row.finding("to_zone", "it is the zone that it leaves", cure)
