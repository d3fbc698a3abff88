"""Rules on areas: one transmission area, one slack bus each, and what type A may hold."""

from collections.abc import Iterator

from scenarios.assets import all_assets
from scenarios.check.laws import AREA_TYPES
from scenarios.check.rows import quoted, rows
from scenarios.findings import Finding
from scenarios.holding import by_area
from scenarios.records import DISTRIBUTION, PQ, PV, SLACK, TRANSMISSION
from scenarios.scenario import Scenario


def one_area_is_transmission(scenario: Scenario) -> Iterator[Finding]:
    """Exactly one area is of kind transmission."""
    found = [row for row in rows(scenario, "areas") if row.record.kind == TRANSMISSION]
    unknown = any(a.kind not in (TRANSMISSION, DISTRIBUTION) for a in scenario.areas)
    if not found and not unknown:
        yield Finding("table 'areas'", "no area is transmission", "name the transmission area")
    for row in found[1:]:
        finding = f"area {found[0].record.area!r} is transmission already"
        yield row.finding("kind", finding, "keep one transmission area")


def every_area_has_a_slack(scenario: Scenario) -> Iterator[Finding]:
    """Each area has buses, and one of them is the slack: in a feeder its root."""
    held = by_area(scenario.buses)
    for row in rows(scenario, "areas"):
        buses = held[row.record.area]
        slack = [b.bus for b in buses if b.kind == SLACK]
        unknown = any(b.kind not in (SLACK, PV, PQ) for b in buses)
        if not buses:
            yield row.finding(None, "the area has no bus", "add its buses or remove the area")
        elif not slack and not unknown:
            cure = "set kind = 'slack' at one bus (the root of a feeder)"
            yield row.finding(None, "no bus is slack", cure)


def type_a_has_loads_only(scenario: Scenario) -> Iterator[Finding]:
    """An area of type A has assets that consume, beside its network, and no others."""
    passive, active = AREA_TYPES
    kinds = [kind for kind in all_assets().values() if kind.group not in ("consumer", "network")]
    for row in rows(scenario, "areas"):
        area = row.record.area
        ders = [k.name_of(r) for k in kinds for r in scenario.table(k.table) if r.area == area]
        if row.record.type == passive and ders:
            finding = f"type {passive!r} has loads only, but the area holds {quoted(ders)}"
            yield row.finding("type", finding, f"set type = {active!r}")
