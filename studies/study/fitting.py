"""Whether the designs of a study can clear its scenario, at its margins."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from formulations.networks import DEFAULTS, networks
from formulations.suiting import feeder_findings, reserve_findings
from market.coordination.methods import methods
from market.designs import Design
from market.operators.whole import no_commitment, no_stages
from scenarios.findings import Finding, InvalidInput
from scenarios.records import DISTRIBUTION
from scenarios.scenario import Scenario
from scenarios.variants.margins import Margins, margin_findings
from studies.study.design_tables import METHOD, kind_of


def refuse_unfit(
    what: str,
    designs: Mapping[str, Design],
    scenario: Scenario,
    margins: Margins,
    distribution: str = DEFAULTS[DISTRIBUTION],
) -> None:
    """Raise `InvalidInput` with all that keeps a design from clearing the scenario.

    `distribution` names the formulation of feeders.
    """
    findings = list(margin_findings(scenario, margins))
    findings += feeder_findings(scenario, networks[distribution].traits)
    findings += reserve_findings(scenario, networks[distribution].traits)
    findings += [
        replace(finding, place=f"[[design]] {name!r}, {finding.place}")
        for name, design in designs.items()
        for finding in _findings(design, scenario)
    ]
    if findings:
        raise InvalidInput(what, findings)


def _findings(design: Design, scenario: Scenario) -> Iterator[Finding]:
    yield from design.about.unfit(design, scenario)
    if scenario.commitments and not design.about.commits:
        yield no_commitment("key 'kind'", kind_of(design))
    if method := getattr(design, METHOD, None):
        for area in scenario.distribution:
            yield from method.about.unfit(scenario.area(area))
        if scenario.commitments and not method.about.commits:
            yield no_stages("key 'method'", methods.name_of(method))
