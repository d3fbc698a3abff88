"""`tandem contingency`: what outages in transmission leave."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.progress import track

from scenarios.files import read_scenario
from security.outages.contingency import Contingency
from security.outages.outage import Outage
from studies.commands.options import Json
from studies.contingency import (
    NONE,
    SHOWN,
    Approach,
    Asked,
    Watch,
    analysed,
    begun,
    outages_of,
    ranking_lines,
    read_pairs,
    summary_of,
    write_contingency,
)
from studies.outcome import Exit, Speech, speaking
from studies.powerflow import period_of


def contingency(
    scenario: Annotated[Path, typer.Argument(help="Folder of a scenario.")],
    period: Annotated[
        int | None, typer.Option(help="Period whose profiles hold; without it none does.")
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

    Example:  tandem contingency first/scenario --out outages
    """
    asked = Asked(approach, coordinated, exponent, only_violations, q_limits)
    with speaking(as_json=json) as speech:
        read, listed = read_scenario(scenario), read_pairs(pairs)
        before = begun(read, period_of(read, period), asked)
        found = analysed(before, outages_of(before, listed), asked, _watch(speech))
        if out is not None:
            write_contingency(before, found, asked, out)
            speech.text.print(f"tables: {out}", markup=False, highlight=False)
        _tell(speech, found)
        speech.result(summary_of(found))
    raise typer.Exit(Exit.DONE if found.is_secure else Exit.NOT_AS_ASKED)


def _watch(speech: Speech) -> Watch:
    """A progress bar on a terminal, else nothing."""

    def watch(outages: Sequence[Outage]) -> Iterable[Outage]:
        console = speech.errors
        return track(
            outages, "outages", console=console, transient=True, disable=not console.is_terminal
        )

    return watch


def _tell(speech: Speech, found: Contingency) -> None:
    summary = summary_of(found)
    if not np.isfinite(found.frame.upper.rating_mva).any():
        speech.errors.print("no branch of transmission has a rating: no overload can be seen")
    if found.intact.state != "secure":
        why = found.intact.why or f"{len(found.intact.violations)} limits are exceeded"
        words = f"without outage: {found.intact.state}; {why}"
        speech.errors.print(words, markup=False, highlight=False)
    speech.text.print(ranking_lines(found))
    if len(found.left) > SHOWN:
        speech.text.print(f"... and {len(found.left) - SHOWN} more; --out writes all")
    counts = ", ".join(f"{summary[s]} {s}" for s in ("secure", "violated", "unsolved", "islanding"))
    speech.text.print(f"{len(found.left)} outages: {counts}", markup=False, highlight=False)
