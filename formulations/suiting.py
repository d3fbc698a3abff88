"""What keeps networks from being cleared by the formulations that are asked for."""

from collections.abc import Iterator

from formulations.networks import clearing_names, networks
from scenarios.check.rows import Row, quoted, rows
from scenarios.check.topology import Forest, forests
from scenarios.findings import Finding
from scenarios.matrices import TIE_X_PU
from scenarios.records import DISTRIBUTION
from scenarios.scenario import Scenario
from scenarios.traits import Traits


def feeder_findings(scenario: Scenario, traits: Traits) -> Iterator[Finding]:
    """Loops of feeders, where only trees are known; ties without an angle."""
    for row, _, forest in forests(scenario):
        if row.record.kind == DISTRIBUTION and traits.radial:
            yield from _loops(row, forest)
    if traits.angles:
        yield from _ties(scenario)


def _loops(row: Row, forest: Forest) -> Iterator[Finding]:
    for branch in forest.closing:
        finding = f"branches {quoted(forest.loop(branch), most=20)} form a loop, not a tree"
        cure = f"open one of them (in_service = false), or {_others()}"
        yield row.finding(None, finding, cure)


def _ties(scenario: Scenario) -> Iterator[Finding]:
    lower = set(scenario.distribution)
    for row in rows(scenario, "branches"):
        k = row.record
        if k.in_service and k.area in lower and k.x_pu == 0:
            finding = "the value is 0.0 p.u., so no angle drives its flow"
            yield row.finding("x_pu", finding, f"write {TIE_X_PU:g}, or clear by 'transport'")


def _others() -> str:
    """Formulations that know more than trees."""
    known = [
        repr(name) for name in clearing_names(DISTRIBUTION) if not networks[name].traits.radial
    ]
    return f"clear feeders by {' or '.join(known)} ([formulation], key 'distribution')"
