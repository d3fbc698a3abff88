"""Rules on outages: they are of transmission branches that are there to be lost."""

from collections.abc import Iterator

from scenarios.check.references import unknown
from scenarios.check.rows import rows
from scenarios.findings import Finding
from scenarios.records import TRANSMISSION
from scenarios.scenario import Scenario


def outages_are_of_transmission(scenario: Scenario) -> Iterator[Finding]:
    """An outage names a branch of transmission that is in service."""
    upper = {a.area for a in scenario.areas if a.kind == TRANSMISSION}
    held = {(k.area, k.branch): k for k in scenario.branches}
    for row in rows(scenario, "outages"):
        key = row.record.area, row.record.branch
        if key[0] not in upper:
            finding = f"area {key[0]!r} is no transmission area"
            cure = "name branches of transmission, or remove the row"
            yield row.finding("area", finding, cure)
        elif key not in held:
            here = {branch for area, branch in held if area == key[0]}
            yield unknown(row, "branch", f"table 'branches' of area {key[0]!r}", here)
        elif not held[key].in_service:
            cure = "remove the row, or put the branch in service"
            yield row.finding("branch", f"{key[1]!r} is out of service", cure)
