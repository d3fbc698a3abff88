"""`tandem compare`: designs side by side."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from scenarios.scenario import Scenario
from studies.analyses.equilibrium import Owner as Player
from studies.analyses.equilibrium.of_study import keep_in
from studies.analyses.study_compared import is_study, runs_of
from studies.commands.options import Json
from studies.commands.players import Markups, Owners, WithheldShares, players
from studies.commands.speech import Exit, Speech, exit_of, speaking
from studies.commands.terminal_tables import area_table, compare_table
from studies.report.compare_page import write_comparison
from studies.runs.compare import compared, same_scenario
from studies.runs.finished import Run
from studies.runs.measures import measures
from studies.runs.progress import watching
from studies.runs.run_folder import new_folder
from studies.runs.summary import finite
from studies.study.study import scenario_at


def compare(
    paths: Annotated[
        list[Path], typer.Argument(metavar="STUDY|RUN...", help="A study, or folders of runs.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New folder for the run of a study, or for the page."),
    ] = None,
    *,
    owner: Owners = None,
    markup: Markups = None,
    withheld: WithheldShares = "0:50:10",
    all_designs: Annotated[
        bool, typer.Option("--all", help="Clear a study under every design there is.")
    ] = False,
    json: Json = False,
) -> None:
    """Put designs side by side: those of a study, which is run, or those of finished runs.

    Example:  tandem compare first --all
    Example:  tandem compare runs/first runs/first-2
    """
    with speaking(as_json=json) as speech:
        cleared = is_study(paths[0])

        def who(market: Scenario) -> list[Player]:
            return players(market, owner, None, None, markup, withheld)

        if cleared and owner:
            who(scenario_at(paths[0]))  # what is wrong with names is told before anything runs
        with watching(speech.errors) as progress:
            runs = runs_of(paths, out, progress, all_designs=all_designs)
        if owner:
            with speech.errors.status("owners who play"):
                played = [keep_in(run, who) for run in runs]
            speech.findings([finding for one in played for finding in one.findings])
        page = _page(runs, out, cleared=cleared)
        _tell(speech, runs, page)
    raise typer.Exit(exit_of(runs[0].summary) if cleared else Exit.DONE)


def _page(runs: Sequence[Run], out: Path | None, *, cleared: bool) -> Path | None:
    """Write the page beside a new run, or where `--out` says; None where it has no place."""
    if cleared:
        return write_comparison(runs, runs[0].folder)
    if out is None:
        return None
    with new_folder(out, out.name) as (part, target):
        return target / write_comparison(runs, part).name


def _tell(speech: Speech, runs: Sequence[Run], page: Path | None) -> None:
    rows, same = compared(runs), same_scenario(runs)
    currency = runs[0].scenario.currency
    speech.text.print(compare_table(rows, currency))
    speech.text.print()
    speech.text.print(area_table(rows, currency))
    speech.findings([finding for run in runs for finding in run.summary.headline])
    if not same:
        speech.errors.print("The runs are of different scenarios: compare with care.")
    if page:
        speech.text.print(f"comparison: {page}", markup=False, highlight=False)
    asked = [row for run in runs for row in measures(run).to_dict("records")]
    found = {
        "page": str(page) if page else None,
        "designs": [asdict(row) for row in rows],
        "measures": asked,
    }
    speech.result({"status": "ok", "same_scenario": same, **finite(found)})
