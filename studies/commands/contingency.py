"""`tandem contingency`: what outages in transmission leave."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, cast

import numpy as np
import typer

from scenarios.findings import Finding, InvalidInput
from security.dc.screening import Screening
from security.outages.ac import Before
from security.outages.contingency import Contingency
from security.outages.penetration import with_penetration
from security.outages.shared_networks import Networks
from studies.analyses.contingency import (
    NONE,
    STATES,
    Approach,
    Asked,
    analysed,
    begun,
    begun_as_cleared,
    outage_summary,
    outages_of,
    read_pairs,
    screened,
    write_contingency,
)
from studies.analyses.contingency_day import (
    keep_outages,
    outage_day,
    outage_day_summary,
    outage_day_tables,
    write_outage_day,
)
from studies.commands.options import Json
from studies.commands.physics_tables import SHOWN, outage_hours, ranking_lines
from studies.commands.source import DesignName, RunFolder, ScenarioFolder, period_of, refuse_sources
from studies.commands.speech import Exit, Speech, speaking
from studies.runs.cleared_run import ClearedRun, cleared_run
from studies.study.study import scenario_at

Pairs = Sequence[tuple[str, str]]


def contingency(
    scenario: ScenarioFolder = None,
    run: RunFolder = None,
    design: DesignName = None,
    period: Annotated[
        int | None,
        typer.Option(
            help="Period whose profiles, or whose schedule, hold; without it a scenario "
            "has no profiles, and of a run all hours are analysed."
        ),
    ] = None,
    approach: Annotated[
        Approach, typer.Option(help="ac: coordinated load flows; dc: sensitivities.")
    ] = "ac",
    exponent: Annotated[
        int, typer.Option(min=1, help="n in the performance indices, whose power is 2n.")
    ] = 1,
    pairs: Annotated[
        str, typer.Option(metavar="FILE", help="Also pairs of branches, two names a line.")
    ] = NONE,
    screen: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="Feeders answer only where they can move a flow by this share of its rating.",
        ),
    ] = None,
    renewables: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="PV at all loads of feeders gives this share of them."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder for the full tables.")
    ] = None,
    *,
    coordinated: Annotated[
        bool,
        typer.Option(
            "--coordinated/--fixed",
            help="Feeders answer to their voltage, or draw what they draw without outage.",
        ),
    ] = True,
    q_limits: Annotated[
        bool, typer.Option("--q-limits/--no-q-limits", help="Hold generators within Q limits.")
    ] = False,
    only_violations: Annotated[
        bool, typer.Option("--only-violations", help="Indices count violated limits alone.")
    ] = False,
    json: Json = False,
) -> None:
    """Analyse the outage of every branch, generator and DC line of transmission.

    All hours of a run also leave their tables in the run folder, and a section in its report.

    Example:  tandem contingency first/scenario --out outages
    """
    with speaking(as_json=json) as speech:
        asked = Asked(
            approach, coordinated, exponent, only_violations, q_limits, screen, renewables
        )
        refuse_sources(scenario, run, design)
        _refuse_changes(run, asked)
        listed = read_pairs(pairs)
        if run is not None and period is None:
            is_secure = _whole_day(speech, cleared_run(run, design), listed, asked, out)
        else:
            before, kept = _begun(scenario, run, design, period, asked)
            is_secure = _one_hour(speech, before, listed, asked, out, kept)
    raise typer.Exit(Exit.DONE if is_secure else Exit.NOT_AS_ASKED)


def _begun(
    scenario: Path | None, run: Path | None, design: str | None, period: int | None, asked: Asked
) -> tuple[Before, Screening | None]:
    """The state without outage of a scenario, or of one cleared hour, and what was screened."""
    if run is None:
        read = scenario_at(cast("Path", scenario))
        at = period_of(read, period)
        if asked.renewables is not None:
            read = with_penetration(read, asked.renewables)
        before = begun(read, at, asked)
        if asked.screen is None or before.why:
            return before, None
        return screened(read, before, at, asked)
    cleared = cleared_run(run, design)
    hour = cast("int", period_of(cleared.run.scenario, period))
    return begun_as_cleared(cleared.hours, Networks(cleared.hours.operators), hour, asked), None


def _refuse_changes(run: Path | None, asked: Asked) -> None:
    """Raise InvalidInput where a cleared hour would be changed."""
    given = {"--screen": asked.screen, "--renewables": asked.renewables}
    cure = "name the folder of a scenario"
    findings = [
        Finding(option, "a cleared hour is taken as it was cleared", cure)
        for option, share in given.items()
        if run is not None and share is not None
    ]
    if findings:
        raise InvalidInput("the command", findings)


def _one_hour(
    speech: Speech,
    before: Before,
    listed: Pairs,
    asked: Asked,
    out: Path | None,
    kept: Screening | None,
) -> bool:
    found = analysed(before, outages_of(before, listed), asked, speech.watch("outages"))
    if out is not None:
        write_contingency(before, found, asked, out)
        speech.text.print(f"tables: {out}", markup=False, highlight=False)
    _tell(speech, found)
    told = {} if kept is None else _tell_screened(speech, kept)
    speech.result(outage_summary(found) | told)
    return found.is_secure


def _tell_screened(speech: Speech, found: Screening) -> dict[str, object]:
    """Say which feeders answer, and by how much the others could err."""
    every, kept, error = found.factors.boundaries, [*found.kept], found.error_bound
    if len(kept) == len(every):
        words = f"all {len(every)} feeders answer"
    else:
        names = f": {', '.join(kept)}" if kept else ""
        words = f"{len(kept)} of {len(every)} feeders answer{names}; the others together move no "
        words += f"flow by more than {error:.2%} of its rating"
    speech.text.print(words, markup=False, highlight=False)
    return {"screened": {"kept": kept, "error_bound": error}}


def _whole_day(
    speech: Speech, cleared: ClearedRun, listed: Pairs, asked: Asked, out: Path | None
) -> bool:
    day = outage_day(cleared, listed, asked, speech.watch("outages"))
    tables, summary = outage_day_tables(day), outage_day_summary(day)
    if out is not None:
        write_outage_day(tables, out)
        speech.text.print(f"tables: {out}", markup=False, highlight=False)
    report = keep_outages(cleared, tables)
    speech.text.print(outage_hours(day))
    counts = ", ".join(f"{summary[s]} {s}" for s in STATES)
    words = f"{cleared.design}: {summary['outages']} outages in {len(day.hours)} hours: {counts}"
    speech.text.print(f"{words}; report: {report}", markup=False, highlight=False)
    speech.result(summary)
    return str(summary["status"]) == "secure"


def _tell(speech: Speech, found: Contingency) -> None:
    summary = outage_summary(found)
    if not np.isfinite(found.layout.upper.rating_mva).any():
        speech.errors.print("no branch of transmission has a rating: no overload can be seen")
    if found.intact.state != "secure":
        why = found.intact.why or f"{len(found.intact.violations)} limits are exceeded"
        words = f"without outage: {found.intact.state}; {why}"
        speech.errors.print(words, markup=False, highlight=False)
    speech.text.print(ranking_lines(found))
    if len(found.after) > SHOWN:
        speech.text.print(f"... and {len(found.after) - SHOWN} more; --out writes all")
    counts = ", ".join(f"{summary[s]} {s}" for s in STATES)
    speech.text.print(f"{len(found.after)} outages: {counts}", markup=False, highlight=False)
