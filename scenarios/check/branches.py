"""Rules on branches and DC lines: two different ends, and a reactance where angles decide."""

from collections.abc import Iterator

from scenarios.check.rows import Tables, rows
from scenarios.findings import Finding
from scenarios.matrices import TIE_X_PU
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.scenario import Scenario


def branches_have_two_ends(tables: Tables) -> Iterator[Finding]:
    """No branch, and no DC line, leads from a bus to itself."""
    for row in rows(tables, "branches", "dc_lines"):
        if row.record.from_bus == row.record.to_bus:
            finding = f"both ends are bus {row.record.to_bus!r}"
            yield row.finding("to_bus", finding, "name two buses or remove it")


def transmission_branches_have_reactance(scenario: Scenario) -> Iterator[Finding]:
    """A reactance of 0 would join two buses without fixing the flow between them."""
    transmission = {a.area for a in scenario.areas if a.kind == TRANSMISSION}
    for row in rows(scenario, "branches"):
        k = row.record
        if k.in_service and k.area in transmission and k.x_pu == 0:
            cure = "a transmission branch needs x_pu other than 0; merge the buses of a tie, or "
            finding = f"the value is {row.shown('x_pu')}"
            yield row.finding("x_pu", finding, f"{cure}write {TIE_X_PU:g}")


def feeders_have_no_negative_resistance(scenario: Scenario) -> Iterator[Finding]:
    """Models of feeders need r >= 0; in transmission the star of a transformer may have r < 0."""
    lower = {a.area for a in scenario.areas if a.kind == DISTRIBUTION}
    for row in rows(scenario, "branches"):
        if row.record.area in lower and row.record.r_pu < 0:
            finding = f"the value is {row.shown('r_pu')}"
            yield row.finding("r_pu", finding, "it must be >= 0 in a feeder")
