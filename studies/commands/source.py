"""Where a command takes its hours from: the base case of a scenario, or a finished run."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import Scenario

ScenarioFolder = Annotated[Path | None, typer.Argument(help="Folder of a scenario or a study.")]
RunFolder = Annotated[
    Path | None,
    typer.Option("--run", metavar="DIR", help="A finished run, whose cleared hours are taken."),
]
DesignName = Annotated[
    str | None,
    typer.Option("--design", help="Design of the run; the first that coordinates if left out."),
]


def refuse_sources(scenario: Path | None, run: Path | None, design: str | None) -> None:
    """Raise InvalidInput unless there is exactly one source, with a design only of a run."""
    findings = []
    if (scenario is None) == (run is None):
        found = "there is neither" if scenario is None else "there are both"
        cure = "name the folder of a scenario, or that of a run with --run"
        findings.append(Finding("SCENARIO, --run", found, cure))
    if design is not None and run is None:
        findings.append(
            Finding("--design", "only runs have designs", "leave it out, or name --run")
        )
    if findings:
        raise InvalidInput("the command", findings)


def period_of(scenario: Scenario, period: int | None) -> int | None:
    """The period itself; raises InvalidInput where the day has none of this number."""
    if period is not None and period not in scenario.periods:
        cure = f"use a period from 1 to {len(scenario.periods)}, or leave it out"
        finding = Finding("--period", f"the day has no period {period}", cure)
        raise InvalidInput("the command", [finding])
    return period
