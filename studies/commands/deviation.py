"""`tandem deviation`: what parties could gain by not being truthful."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from scenarios.findings import InvalidInput
from scenarios.names import joined
from scenarios.scenario import Scenario
from studies.analyses.deviation import (
    Deviation,
    best_response_gain,
    withholding_gain,
    write_deviations,
)
from studies.commands.options import Json
from studies.commands.speech import speaking
from studies.study.operators import operators_of
from studies.study.study import Study, open_study
from studies.study.table_keys import unknown_name


def deviation(
    study: Annotated[Path, typer.Argument(help="Study file, or the folder that holds it.")],
    area: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Distribution area whose DSO may misstate its power."),
    ] = None,
    generator: Annotated[
        list[str] | None,
        typer.Option(metavar="AREA/NAME", help="Generator that may keep capacity back."),
    ] = None,
    design: Annotated[
        str | None,
        typer.Option(help="Design that clears the generator's day; the first if left out."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder for the table.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Find what a party could gain by not being truthful while all others are.

    A DSO announces multiples of its truthful boundary schedule to the coordinated operators, a
    generator keeps parts of its capacity back. Without --area and --generator every DSO is asked.

    Example:  tandem deviation first --area D14
    """
    with speaking(as_json=json) as speech:
        chosen, scenario = open_study(study)
        market = chosen.market(scenario)
        name = _design(chosen, design)
        units = [_generator(scenario, text) for text in generator or []]
        areas = area if area or units else scenario.distribution
        with speech.errors.status("deviations"):
            found = _of_areas(chosen, market, areas or ())
            found += [
                withholding_gain(
                    market, unit, chosen.designs[name], chosen.formulation, chosen.settlement
                )
                for unit in units
            ]
        if out is not None:
            write_deviations(found, out)
            speech.text.print(f"tables: {out}", markup=False, highlight=False)
        speech.text.print(_table(found, scenario.currency))
        parties = [
            {"party": d.party, "gain_usd": d.gain_usd, "factor": d.factor.tolist()} for d in found
        ]
        speech.result({"status": "ok", "deviations": parties})


def _of_areas(study: Study, scenario: Scenario, areas: Sequence[str]) -> list[Deviation]:
    if not areas:
        return []
    operators = operators_of(study, scenario)
    return [best_response_gain(operators, name) for name in areas]


def _design(study: Study, name: str | None) -> str:
    if name is not None and name not in study.designs:
        raise InvalidInput("the command", [unknown_name("--design", "design", name, study.designs)])
    return name or next(iter(study.designs))


def _generator(scenario: Scenario, text: str) -> tuple[str, str]:
    """Area and name of the generator that a text joins."""
    named = {joined(g.area, g.generator): (g.area, g.generator) for g in scenario.generators}
    if text not in named:
        raise InvalidInput("the command", [unknown_name("--generator", "generator", text, named)])
    return named[text]


def _table(found: Sequence[Deviation], currency: str) -> Table:
    table = Table("party", f"most it could gain, {currency}", "factors", box=None, pad_edge=False)
    for one in found:
        least, most = float(one.factor.min()), float(one.factor.max())
        factors = f"{least:g}" if least == most else f"{least:g} to {most:g}"
        table.add_row(one.party, f"{one.gain_usd:,.2f}", factors)
    return table
