"""`tandem replay`: a run worked out again from the log of its letters."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from market.carriers.elsewhere.replay import Replay
from market.carriers.elsewhere.replay import replay as replayed
from studies.commands.options import Json
from studies.commands.speech import Exit, speaking
from studies.runs.summary import finite


def replay(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="`messages` of a run, or one log.")],
    *,
    json: Json = False,
) -> None:
    """Work out bounds, welfare and payments of a run again, from what was said alone.

    Example:  tandem replay runs/apart/messages
    """
    with speaking(as_json=json) as speech:
        found = replayed(log)
        findings = [*found.findings, *(f for one in found.clearings for f in one.findings)]
        speech.text.print(_table(found))
        speech.findings(findings)
        status = "ok" if not findings else "not borne out"
        speech.text.print(f"status: {status}", markup=False, highlight=False)
        speech.result(finite({"status": status, **asdict(found)}))
    raise typer.Exit(Exit.NOT_AS_ASKED if findings else Exit.DONE)


def _table(found: Replay) -> Table:
    heads = ("clearing", "ended", "rounds", "area", "MWh", "pays $", "welfare $", "upper bound $")
    table = Table(*heads, box=None)
    for one in found.clearings:
        whole = (_number(one.welfare_usd), _number(one.upper_usd))
        table.add_row(one.clearing, one.status, str(one.rounds), "", "", "", *whole)
        for paid in one.payments:
            numbers = (_number(paid.energy_mwh), _number(paid.payment_usd))
            table.add_row("", "", "", paid.area, *numbers, "", "")
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.2f}"
