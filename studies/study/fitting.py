"""Whether the designs of a study can clear its scenario."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from market.coordination import Curve
from market.curves.separable import curve_findings
from market.designs import Design
from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import Scenario


def refuse_unfit(what: str, designs: Mapping[str, Design], scenario: Scenario) -> None:
    """Raise `InvalidInput` with all that keeps a design from clearing the scenario."""
    findings = [f for name, d in designs.items() for f in _findings(name, d, scenario)]
    if findings:
        raise InvalidInput(what, findings)


def _findings(name: str, design: Design, scenario: Scenario) -> Iterator[Finding]:
    if isinstance(getattr(design, "method", None), Curve):
        for area in scenario.distribution:
            for finding in curve_findings(scenario.area(area)):
                yield replace(finding, place=f"[[design]] {name!r}, {finding.place}")
