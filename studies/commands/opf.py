"""`tandem opf`: least cost of one operating point under AC physics."""

from pathlib import Path
from typing import Annotated

import typer

from solvers.ipopt import ipopt_by
from studies.analyses.opf import OpfMethod, opf_summary, optimal_flow, write_optimum
from studies.commands.options import IpoptPackage, Json
from studies.commands.physics_tables import boundary_lines, outages_left_out, troubles
from studies.commands.source import period_of
from studies.commands.speech import Exit, speaking
from studies.study.study import scenario_at


def opf(
    scenario: Annotated[Path, typer.Argument(help="Folder of a scenario or a study.")],
    period: Annotated[
        int | None, typer.Option(help="Period whose profiles and offers hold; without it, none.")
    ] = None,
    method: Annotated[
        OpfMethod,
        typer.Option(
            help="coordinated: each operator its own network; merged: all as one; alone: each "
            "operator without the other, and what that costs in the whole grid."
        ),
    ] = "coordinated",
    ipopt: IpoptPackage = "ipyopt",
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder for the full tables.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Find the cheapest dispatch of one operating point that the AC networks can carry.

    Example:  tandem opf first/scenario --period 19
    """
    with speaking(as_json=json) as speech:
        read = scenario_at(scenario)
        with ipopt_by(ipopt), speech.errors.status("optimal power flow"):
            found = optimal_flow(read, period_of(read, period), method)
        summary = opf_summary(found)
        if found.flow.ports:
            rounds = "" if method == "merged" else f"{summary['rounds']} rounds, "
            title = f"into distribution, {rounds}prices in {read.currency}"
            speech.text.print(boundary_lines(found.flow, title, found.boundary_lmp))
        cost = f"cost {found.cost_usd_per_h:,.4f} {read.currency}/h"
        words = f"{cost}; losses {found.flow.loss_mw:.4f} MW"
        speech.text.print(words, markup=False, highlight=False)
        if out is not None:
            write_optimum(found, out)
            speech.text.print(f"tables: {out}", markup=False, highlight=False)
        for text in troubles(summary):
            speech.errors.print(text, markup=False, highlight=False)
        notes = outages_left_out(read)
        for text in notes:
            speech.errors.print(text, markup=False, highlight=False)
        speech.text.print(f"status: {summary['status']}", markup=False, highlight=False)
        speech.result(summary | {"notes": notes})
    raise typer.Exit(Exit.DONE if summary["status"] == "solved" else Exit.NOT_AS_ASKED)
