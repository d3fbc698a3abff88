"""`tandem equilibrium`: where owners end who choose what they say, by design."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from scenarios.findings import InvalidInput
from scenarios.scenario import Scenario
from studies.analyses.equilibrium import Owner, Rules
from studies.analyses.equilibrium.of_study import of_study
from studies.analyses.equilibrium.page import write_equilibrium
from studies.analyses.equilibrium.play import Played
from studies.commands.options import Json
from studies.commands.players import (
    Areas,
    Ders,
    Markups,
    Owners,
    Shares,
    Understatements,
    WithheldShares,
    players,
)
from studies.commands.speech import Exit, speaking
from studies.study.study import Study, open_study
from studies.study.table_keys import table_findings, unknown_name


def equilibrium(
    study: Annotated[Path, typer.Argument(help="Study file, or the folder that holds it.")],
    owner: Owners = None,
    area: Areas = None,
    der: Ders = None,
    design: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Design of the study; all if left out.")
    ] = None,
    markup: Markups = None,
    withheld: WithheldShares = "0:50:10",
    understated: Understatements = "0:30:5",
    wholesale: Shares = "0:100:25",
    damping: Annotated[float, typer.Option(help="Part of the way to the best reply.")] = 1.0,
    gain: Annotated[float, typer.Option(help="Gain for which nobody moves, $ of the day.")] = 0.01,
    rounds: Annotated[int, typer.Option(help="Most rounds.")] = 30,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="New folder; runs/NAME-equilibrium if not given."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Let owners choose a mark-up, capacity kept back or load understated, and find where they end.

    Example:  tandem equilibrium first --owner T/g1 --owner south=T/g2,T/g3 --markup 0:40:5
    """
    with speaking(as_json=json) as speech:
        chosen, scenario = open_study(study)
        market = chosen.market(scenario)
        playing = players(market, owner, area, der, markup, withheld, understated, wholesale)
        rules = _rules(damping, gain, rounds)
        with speech.errors.status("best replies"):
            found = _play(chosen, market, design, playing, rules)
        folder = write_equilibrium(scenario, chosen.name, found, out)
        speech.text.print(_table(found, scenario.currency))
        speech.text.print(f"equilibrium: {folder}", markup=False, highlight=False)
        speech.findings(found.findings)
        settled = not found.findings
        speech.result(
            {
                "status": "ok" if settled else "not settled",
                "folder": str(folder),
                "designs": [asdict(one) for one in found.equilibria],
                "failed": {name: str(error) for name, error in found.failed.items()},
            }
        )
    raise typer.Exit(Exit.DONE if settled else Exit.NOT_AS_ASKED)


def _play(
    study: Study,
    market: Scenario,
    names: list[str] | None,
    playing: list[Owner],
    rules: Rules,
) -> Played:
    """The study's designs, or those that are named, with owners who play."""
    known = study.designs
    if findings := [
        unknown_name("--design", "design", name, known) for name in names or () if name not in known
    ]:
        raise InvalidInput("the command", findings)
    designs = {name: known[name] for name in names or known}
    return of_study(replace(study, designs=designs), market, playing, rules)


def _rules(damping: float, gain: float, rounds: int) -> Rules:
    rules = Rules(damping, gain, rounds)
    if findings := list(table_findings(asdict(rules), Rules, place="the command")):
        raise InvalidInput("the command", findings)
    return rules


def _table(found: Played, currency: str) -> Table:
    table = Table(
        "design", "ended", "price if truthful", "price", "Lerner",
        f"consumers pay more, {currency}", f"operators pay more, {currency}",
        f"players gain, {currency}", f"welfare lost, {currency}", box=None, pad_edge=False,
    )  # fmt: skip
    for one in found.equilibria:
        figures = (
            one.price_truthful_usd_per_mwh, one.price_usd_per_mwh, one.lerner, one.transfer_usd,
            one.operators_usd, one.gain_usd, one.welfare_lost_usd,
        )  # fmt: skip
        table.add_row(one.design, one.ended, *(f"{round(v, 2) + 0.0:,.2f}" for v in figures))
    return table
