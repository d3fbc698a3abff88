"""`tandem contingency`: what outages in transmission leave."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, cast

import numpy as np
import typer

from security.outages.ac import Before
from security.outages.contingency import Contingency
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
    """Analyse the outage of every branch and generator of transmission.

    All hours of a run also leave their tables in the run folder, and a section in its report.

    Example:  tandem contingency first/scenario --out outages
    """
    asked = Asked(approach, coordinated, exponent, only_violations, q_limits)
    with speaking(as_json=json) as speech:
        refuse_sources(scenario, run, design)
        listed = read_pairs(pairs)
        if run is not None and period is None:
            is_secure = _whole_day(speech, cleared_run(run, design), listed, asked, out)
        else:
            before = _begun(scenario, run, design, period, asked)
            is_secure = _one_hour(speech, before, listed, asked, out)
    raise typer.Exit(Exit.DONE if is_secure else Exit.NOT_AS_ASKED)


def _begun(
    scenario: Path | None, run: Path | None, design: str | None, period: int | None, asked: Asked
) -> Before:
    """The state without outage of a scenario, or of one cleared hour."""
    if run is None:
        read = scenario_at(cast("Path", scenario))
        return begun(read, period_of(read, period), asked)
    cleared = cleared_run(run, design)
    hour = cast("int", period_of(cleared.run.scenario, period))
    return begun_as_cleared(cleared.hours, Networks(cleared.hours.operators), hour, asked)


def _one_hour(
    speech: Speech, before: Before, listed: Pairs, asked: Asked, out: Path | None
) -> bool:
    found = analysed(before, outages_of(before, listed), asked, speech.watch("outages"))
    if out is not None:
        write_contingency(before, found, asked, out)
        speech.text.print(f"tables: {out}", markup=False, highlight=False)
    _tell(speech, found)
    speech.result(outage_summary(found))
    return found.is_secure


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
