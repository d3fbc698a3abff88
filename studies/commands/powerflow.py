"""`tandem powerflow`: voltages and flows of all networks at one operating point."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.findings import Finding, InvalidInput
from scenarios.variants.generation import with_renewable_share
from security.load_flow import Exponents, Method, base_load_flow
from studies.analyses.powerflow import flow_summary, write_load_flow
from studies.commands.options import Json
from studies.commands.physics_tables import boundary_lines, troubles
from studies.commands.source import period_of
from studies.commands.speech import Exit, speaking
from studies.study.study import scenario_at

CODES = {"solved": Exit.DONE, "violated": Exit.NOT_AS_ASKED, "unsolved": Exit.SOLVER_FAILURE}


def powerflow(
    scenario: Annotated[Path, typer.Argument(help="Folder of a scenario or a study.")],
    period: Annotated[
        int | None, typer.Option(help="Period whose profiles hold; without it none does.")
    ] = None,
    method: Annotated[
        Method,
        typer.Option(
            help="response and plain: each operator its own network; merged: all as one; "
            "itlf, idlf: each operator alone."
        ),
    ] = "response",
    exponents: Annotated[
        Exponents,
        typer.Option(
            help="Of itlf, feeders as one load: weighted by their loads, or as measured at 1 p.u."
        ),
    ] = "weighted",
    renewables: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="PV and wind of every feeder serve this share of its load in --period.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder for the full tables.")
    ] = None,
    *,
    q_limits: Annotated[
        bool, typer.Option("--q-limits/--no-q-limits", help="Hold generators within Q limits.")
    ] = False,
    json: Json = False,
) -> None:
    """Solve the load flow of the base case of a scenario.

    Example:  tandem powerflow first/scenario --q-limits
    """
    with speaking(as_json=json) as speech:
        read = scenario_at(scenario)
        at = period_of(read, period)
        if renewables is not None:
            read = with_renewable_share(read, _named(at), renewables)
        found = base_load_flow(read, at, method, q_limits=q_limits, exponents=exponents)
        summary = flow_summary(found)
        if found.outcome == "solved":
            speech.text.print(boundary_lines(found, f"into distribution, {found.rounds} rounds"))
            lowest, bus = found.lowest
            words = f"losses {found.loss_mw:.4f} MW; lowest voltage {lowest:.4f} p.u. at {bus}"
            speech.text.print(words, markup=False, highlight=False)
        if out is not None and found.outcome == "solved":
            write_load_flow(found, out)
            speech.text.print(f"tables: {out}", markup=False, highlight=False)
        for text in troubles(summary):
            speech.errors.print(text, markup=False, highlight=False)
        speech.text.print(f"status: {summary['status']}", markup=False, highlight=False)
        speech.result(summary)
    raise typer.Exit(CODES[summary["status"]])


def _named(period: int | None) -> int:
    """The period; raises InvalidInput where there is none."""
    if period is None:
        cure = "name the period whose weather and load hold"
        finding = Finding("--renewables", "what is available is that of a period", cure)
        raise InvalidInput("the command", [finding])
    return period
