"""`tandem export`: a scenario, or what a run cleared, as files of other programs."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from scenarios.assets import assets
from scenarios.exporters import exporters
from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import Scenario
from studies.commands.options import Json
from studies.commands.source import period_of
from studies.commands.speech import speaking
from studies.runs.finished import HEADER, first_coordinated, read_run
from studies.study.study import scenario_at


def export(
    source: Annotated[Path, typer.Argument(help="Folder of a scenario, a study, or a run.")],
    to: Annotated[str, typer.Option(metavar="FORMAT", help="csv, matpower, pandapower or xlsx.")],
    out: Annotated[Path, typer.Option(metavar="PATH", help="New file or folder.")],
    period: Annotated[
        int, typer.Option(help="Period whose hour a net or a case holds; csv and xlsx hold all.")
    ] = 1,
    design: Annotated[
        str | None,
        typer.Option(help="Design of a run; the first that coordinates if left out."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Write a scenario as tables, MATPOWER case files or a pandapower net.

    Example:  tandem export first --to matpower --out cases --period 18
    """
    with speaking(as_json=json) as speech:
        exporter = exporters.named(to)
        if out.exists():
            finding = Finding(str(out), "it is there already", "name a new file or folder")
            raise InvalidInput("the command", [finding])
        scenario = _source(source, design, period)
        period_of(scenario, period)
        notes = exporter.write(scenario, out, period)
        for note in notes:
            speech.text.print(note, markup=False, highlight=False)
        speech.text.print(f"wrote {out}", markup=False, highlight=False)
        speech.result({"status": "ok", "format": to, "out": str(out), "notes": [*notes]})


def _source(folder: Path, design: str | None, period: int) -> Scenario:
    """The scenario of a folder; of a run with the dispatch of the period as its base case."""
    if not (folder / HEADER).exists():
        if design is not None:
            finding = Finding("--design", "only runs have designs", "leave it out, or name a run")
            raise InvalidInput("the command", [finding])
        return scenario_at(folder)
    run = read_run(folder)
    name = design or first_coordinated(run)
    if name not in run.designs:
        cure = f"name one of {', '.join(run.designs)}"
        raise InvalidInput("the run", [Finding("--design", f"there is no {name!r}", cure)])
    return _as_cleared(run.scenario, run.table(name, "dispatch"), period)


def _as_cleared(scenario: Scenario, dispatch: pd.DataFrame, period: int) -> Scenario:
    """The scenario with what was cleared in a period as the base powers of its assets."""
    rows = dispatch[dispatch["period"] == period]
    keys = zip(rows["kind"], rows["area"], rows["asset"], strict=True)
    powers = zip(rows["p_mw"].astype(float), rows["q_mvar"].astype(float), strict=True)
    at = dict(zip(keys, powers, strict=True))
    tables: dict[str, list[Any]] = {}
    for kind in ("generator", "bid", "storage"):
        asset = assets[kind]
        sign = -1.0 if asset.group == "storage" else 1.0  # a store's base power is its charging
        for record in scenario.table(asset.table):
            p, q = at[kind, record.area, asset.name_of(record)]
            known = {} if math.isnan(q) else {"q_base_mvar": sign * q}
            tables.setdefault(asset.table, []).append(replace(record, p_base_mw=sign * p, **known))
    return scenario.with_tables(tables)
