"""`tandem realtime`: operators that dispatch a running grid by what they measure and hear."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from scenarios.one_period import one_period
from solvers.ipopt import ipopt_by
from studies.analyses.real_time import Conditions, Trace, run
from studies.analyses.real_time.cycles import trace_summary, write_trace
from studies.analyses.real_time.levels import at_level
from studies.commands.options import IpoptPackage, Json
from studies.commands.source import period_of
from studies.commands.speech import Exit, speaking
from studies.study.study import scenario_at


def realtime(
    scenario: Annotated[Path, typer.Argument(help="Folder of a scenario or a study.")],
    period: Annotated[
        int | None, typer.Option(help="Period whose profiles and offers hold; without it, none.")
    ] = None,
    cycles: Annotated[int, typer.Option(min=1, help="Cycles at each level of load.")] = 24,
    level: Annotated[
        list[float] | None,
        typer.Option(min=0.0, help="Factor on all loads; several follow each other; 1 if none."),
    ] = None,
    noise: Annotated[
        float, typer.Option(help="Greatest relative error of a measurement, such as 0.005.")
    ] = 0.0,
    delay: Annotated[int, typer.Option(help="Cycles that a message takes.")] = 0,
    loss: Annotated[float, typer.Option(help="Share of messages that never arrive.")] = 0.0,
    seed: Annotated[int, typer.Option(min=0, help="Of errors and losses.")] = 0,
    ipopt: IpoptPackage = "ipyopt",
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder for the tables by cycle.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Let operators dispatch a running grid, cycle by cycle, by what they measure and hear.

    Example:  tandem realtime first/scenario --noise 0.005 --delay 1 --loss 0.2 --out trace
    """
    with speaking(as_json=json) as speech:
        read = scenario_at(scenario)
        point = one_period(read, period_of(read, period))
        told = Conditions(noise, delay, loss, seed)
        with ipopt_by(ipopt), speech.errors.status("real time"):
            trace = run([at_level(point, factor) for factor in level or [1.0]], cycles, told)
        summary = trace_summary(trace)
        if out is not None:
            write_trace(trace, out)
            speech.text.print(f"tables: {out}", markup=False, highlight=False)
        speech.text.print(_last_cycle(trace))
        cost = f"cost {summary['cost_usd_per_h']:,.4f} {read.currency}/h"
        speech.text.print(
            f"{cost}; {_movement(summary['last_change_mw'])}", markup=False, highlight=False
        )
        speech.text.print(f"status: {summary['status']}", markup=False, highlight=False)
        speech.result(summary)
    raise typer.Exit(Exit.DONE if summary["status"] == "solved" else Exit.NOT_AS_ASKED)


def _movement(change_mw: float | None) -> str:
    if change_mw is None:
        return "one cycle alone"
    return f"boundary power moved by up to {change_mw:.4g} MW in the last cycle"


def _last_cycle(trace: Trace) -> Table:
    table = Table("boundary", "MW", "Mvar", "p.u.", "$/MWh", title="after the last cycle")
    rows = trace.boundary[trace.boundary["cycle"] == trace.boundary["cycle"].max()]
    for row in rows.to_dict("records"):
        columns = ("p_mw", "q_mvar", "v_pu", "lmp_usd_per_mwh")
        table.add_row(row["boundary"], *(f"{row[column]:.4f}" for column in columns))
    return table
