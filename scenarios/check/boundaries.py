"""Rules on boundaries: each feeder is met once, at its root."""

from collections.abc import Iterator

from scenarios.check.rows import Row, rows
from scenarios.findings import Finding
from scenarios.records import DISTRIBUTION, SLACK
from scenarios.scenario import Scenario


def boundaries_meet_the_root(scenario: Scenario) -> Iterator[Finding]:
    """The root bus of a boundary is the slack bus of its distribution area."""
    kinds = {(b.area, b.bus): b.kind for b in scenario.buses}
    slack = {b.area: b.bus for b in scenario.buses if b.kind == SLACK}
    for row in rows(scenario, "boundaries"):
        area, bus = row.record.area, row.record.root_bus
        if area in slack and kinds.get((area, bus), SLACK) != SLACK:
            finding = f"bus {bus!r} is not the slack bus of area {area!r}"
            cure = f"use {slack[area]!r}, or make {bus!r} the slack"
            yield row.finding("root_bus", finding, cure)


def feeders_have_one_boundary(scenario: Scenario) -> Iterator[Finding]:
    """Each distribution area has exactly one boundary."""
    met: dict[str, list[Row]] = {}
    for row in rows(scenario, "boundaries"):
        met.setdefault(row.record.area, []).append(row)
    for row in rows(scenario, "areas"):
        if row.record.kind == DISTRIBUTION:
            mine = met.get(row.record.area, [])
            if not mine:
                cure = "add a row to table 'boundaries' or remove the area"
                yield row.finding(None, "no boundary leads into the area", cure)
            for further in mine[1:]:
                finding = f"boundary {mine[0].name!r} leads into area {row.record.area!r} already"
                cure = "keep one: a radial feeder is fed at one bus"
                yield further.finding("area", finding, cure)
