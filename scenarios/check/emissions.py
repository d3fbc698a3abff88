"""Rules on emissions: where any factor is given, every technology in use has one."""

from collections.abc import Iterator

from scenarios.check.rows import rows
from scenarios.findings import Finding
from scenarios.scenario import Scenario


def factors_cover_technologies(scenario: Scenario) -> Iterator[Finding]:
    """No generator is of a technology without a factor, unless there are none at all."""
    known = {f.technology for f in scenario.emission_factors}
    missing: set[str] = set()
    for row in rows(scenario, "generators"):
        technology = row.record.technology
        if known and technology not in known | missing:
            missing.add(technology)
            cure = f"add {technology!r} to table 'emission_factors', or drop the table"
            yield row.finding("technology", f"{technology!r} has no emission factor", cure)
