"""Rules on boundaries: each root of a feeder is met once."""

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


def roots_have_one_boundary(scenario: Scenario) -> Iterator[Finding]:
    """Each root of a distribution area has exactly one boundary."""
    met: dict[tuple[str, str], list[Row]] = {}
    for row in rows(scenario, "boundaries"):
        met.setdefault((row.record.area, row.record.root_bus), []).append(row)
    lower = {a.area for a in scenario.areas if a.kind == DISTRIBUTION}
    for (area, root), mine in met.items():
        for further in mine[1:] if area in lower else ():
            finding = f"boundary {mine[0].name!r} leads to bus {root!r} of area {area!r} already"
            yield further.finding("root_bus", finding, "keep one, or name another root")
    roots = {(b.area, b.bus) for b in scenario.buses if b.kind == SLACK}
    astray = {area for area, root in met if (area, root) not in roots}  # with a finding already
    for row in rows(scenario, "buses"):
        key = (row.record.area, row.record.bus)
        if key in roots - set(met) and key[0] in lower - astray:
            cure = "add a row to table 'boundaries', or give the bus another kind"
            yield row.finding(None, f"no boundary leads to this root of area {key[0]!r}", cure)
