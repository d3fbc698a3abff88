"""`tandem margin`: how far load can grow until voltages collapse."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.files import read_scenario
from security.continuation.loaded import Loaded
from security.continuation.margin import Method, margin_of
from security.coordinated.exchange import Operators
from studies.commands.options import Json
from studies.margin import sentence, summary_of, write_margin
from studies.outcome import Exit, speaking
from studies.powerflow import period_of

PAST = 0.1  # of the greatest loading, drawn behind it


def margin(
    scenario: Annotated[Path, typer.Argument(help="Folder of a scenario.")],
    period: Annotated[
        int | None, typer.Option(help="Period whose profiles hold; without it none does.")
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
    *,
    q_limits: Annotated[
        bool, typer.Option("--q-limits/--no-q-limits", help="Hold generators within Q limits.")
    ] = True,
    json: Json = False,
) -> None:
    """Find the voltage-stability margin of the base case of a scenario.

    All loads grow to (1 + lambda) times their base and so does transmission's generation; the
    slack bus covers the rest, distributed generation stays.

    Example:  tandem margin first/scenario --out margin
    """
    with speaking(as_json=json) as speech:
        read = read_scenario(scenario)
        operators = Operators(read)
        loaded = Loaded.base(operators, period=period_of(read, period))
        past = 0.0 if out is None else PAST
        found = margin_of(loaded, method, q_limits=q_limits, past=past)
        summary = summary_of(found)
        if out is not None and summary["status"] == "solved":
            write_margin(found, operators, out)
            speech.text.print(f"tables: {out}", markup=False, highlight=False)
        if summary["why"]:
            speech.errors.print(summary["why"], markup=False, highlight=False)
        speech.text.print(sentence(summary), markup=False, highlight=False)
        speech.text.print(f"status: {summary['status']}", markup=False, highlight=False)
        speech.result(summary)
    raise typer.Exit(Exit.DONE if summary["status"] == "solved" else Exit.SOLVER_FAILURE)
