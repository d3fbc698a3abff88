"""`tandem margin`: how far load can grow until voltages collapse."""

from pathlib import Path
from typing import Annotated, cast

import typer

from scenarios.findings import Finding, InvalidInput
from security.continuation.loaded import Loaded
from security.continuation.margin import Margin, Method, margin_of
from security.continuation.plain import PlainCurve
from security.coordinated.boundary_iteration import Operators
from studies.analyses.margin import margin_summary, write_margin
from studies.analyses.margin_day import (
    keep_margins,
    margin_day,
    margin_day_summary,
    write_margin_day,
)
from studies.analyses.margin_variation import Sought, Variation, varied_margin
from studies.commands.margin_options import (
    Grow,
    Pickup,
    PlantAt,
    PlantQ,
    PlantShare,
    Rx,
    RxHeld,
    Taps,
    Transformer,
)
from studies.commands.options import Json
from studies.commands.physics_tables import margin_hours, margin_sentence, outages_left_out
from studies.commands.source import DesignName, RunFolder, ScenarioFolder, period_of, refuse_sources
from studies.commands.speech import Exit, Speech, speaking
from studies.runs.cleared_run import ClearedRun, cleared_run
from studies.study.study import scenario_at

PAST = 0.1  # of the greatest loading, drawn behind it


def margin(
    scenario: ScenarioFolder = None,
    run: RunFolder = None,
    design: DesignName = None,
    period: Annotated[
        int | None,
        typer.Option(
            help="Period whose profiles, or whose schedule, hold; without it a scenario has no "
            "profiles, and of a run all hours are analysed."
        ),
    ] = None,
    method: Annotated[
        Method,
        typer.Option(
            help="response, plain: each operator its own network; merged: all as one; tcpf, "
            "tcpf-lm: transmission alone, feeders as loads that are constant, or follow voltage."
        ),
    ] = "response",
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder for tables and curves.")
    ] = None,
    grow: Grow = None,
    pickup: Pickup = None,
    rx: Rx = None,
    rx_held: RxHeld = "x",
    transformer: Transformer = None,
    plant: PlantShare = None,
    plant_at: PlantAt = "end",
    plant_q: PlantQ = "unity",
    *,
    taps: Taps = False,
    q_limits: Annotated[
        bool, typer.Option("--q-limits/--no-q-limits", help="Hold generators within Q limits.")
    ] = True,
    json: Json = False,
) -> None:
    """Find the voltage-stability margin of a scenario's base case, or of cleared hours of a run.

    All loads grow to (1 + lambda) times their base and so does transmission's generation, unless
    other ones are named; the slack bus covers the rest, distributed generation stays. All hours
    of a run also leave their tables in the run folder, and a section in its report.

    Example:  tandem margin first/scenario --out margin
    """
    with speaking(as_json=json) as speech:
        refuse_sources(scenario, run, design)
        changed = Variation(
            tuple(grow or ()), tuple(pickup or ()), rx, rx_held, transformer, taps, plant, plant_at,
            plant_q,
        )  # fmt: skip
        refuse_variation(changed, run, method)
        if scenario is not None:
            read = scenario_at(scenario)
            sought = Sought(method, period_of(read, period), q_limits, _past(out))
            is_solved = _tell(speech, *varied_margin(read, changed, sought), out)
        elif run is not None and period is None:
            cleared = cleared_run(run, design)
            is_solved = _whole_day(speech, cleared, method, out, q_limits=q_limits)
        else:
            cleared = cleared_run(cast("Path", run), design)
            hour = cast("int", period_of(cleared.run.scenario, period))
            loaded = Loaded.cleared(cleared.hours, hour)
            found = margin_of(loaded, method, q_limits=q_limits, past=_past(out))
            is_solved = _tell(speech, found, loaded.operators, out)
    raise typer.Exit(Exit.DONE if is_solved else Exit.SOLVER_FAILURE)


def refuse_variation(changed: Variation, run: Path | None, method: Method) -> None:
    """Raise InvalidInput where a variation does not suit the source or the method."""
    findings = []
    if changed.is_any and run is not None:
        cure = "name the folder of a scenario"
        findings.append(Finding("--run", "a cleared hour is taken as it was cleared", cure))
    if changed.taps and method != "response":
        cure = "use --method response"
        findings.append(Finding("--taps", f"method {method} moves no taps", cure))
    if findings:
        raise InvalidInput("the command", findings)


def _past(out: Path | None) -> float:
    return 0.0 if out is None else PAST


def _tell(
    speech: Speech, found: Margin | PlainCurve, operators: Operators, out: Path | None
) -> bool:
    summary = margin_summary(found)
    if out is not None and summary["status"] == "solved":
        write_margin(found, operators, out)
        speech.text.print(f"tables: {out}", markup=False, highlight=False)
    if summary["why"]:
        speech.errors.print(summary["why"], markup=False, highlight=False)
    notes = outages_left_out(operators.scenario)
    for text in (*notes, margin_sentence(summary)):
        speech.text.print(text, markup=False, highlight=False)
    speech.text.print(f"status: {summary['status']}", markup=False, highlight=False)
    speech.result(summary | {"notes": notes})
    return bool(summary["status"] == "solved")


def _whole_day(
    speech: Speech, cleared: ClearedRun, method: Method, out: Path | None, *, q_limits: bool
) -> bool:
    day = margin_day(cleared, method, speech.watch("margins"), q_limits=q_limits, past=PAST)
    if out is not None:
        write_margin_day(day, out)
        speech.text.print(f"tables: {out}", markup=False, highlight=False)
    report = keep_margins(cleared, day)
    speech.text.print(margin_hours(day))
    summary = margin_day_summary(day)
    least = summary["lambda_max"]
    words = "no hour has a margin" if least is None else f"least margin: lambda {least:.4f}"
    at = "" if least is None else f" in hour {summary['period']}"
    speech.text.print(f"{day.design}: {words}{at}; report: {report}", markup=False, highlight=False)
    notes = outages_left_out(cleared.run.scenario)
    for text in notes:
        speech.text.print(text, markup=False, highlight=False)
    speech.result(summary | {"notes": notes})
    return day.is_solved
