"""Scenarios on disk: a folder of Parquet tables and `scenario.toml`."""

import math
from collections.abc import Sequence
from pathlib import Path

from scenarios.check import check_tables
from scenarios.check.header import day_is_sound
from scenarios.findings import Finding, InvalidInput
from scenarios.holding import as_arguments
from scenarios.reading import Contents, read_folder
from scenarios.records import TABLES
from scenarios.scenario import Scenario
from scenarios.writing import write_scenario

__all__ = ["read_scenario", "scenario_findings", "write_scenario"]


def read_scenario(folder: Path | str) -> Scenario:
    """Scenario in a folder; raises `InvalidInput` with all that is wrong with it."""
    scenario, findings = _judge(read_folder(Path(folder)))
    if findings:
        raise InvalidInput(f"scenario {str(folder)!r}", findings)
    return scenario


def scenario_findings(folder: Path | str) -> tuple[Finding, ...]:
    """All that is wrong with the scenario in a folder; empty where it can be cleared."""
    return tuple(_judge(read_folder(Path(folder)))[1])


def _judge(contents: Contents) -> tuple[Scenario, Sequence[Finding]]:
    """The scenario as far as it could be read, and all findings; with one, it is not to be used."""
    scenario = _assembled(contents)
    day = day_is_sound(scenario) if contents.header else []
    tables = check_tables(scenario, contents.tables) if contents.tables else ()
    return scenario, [*contents.findings, *day, *tables]


def _assembled(contents: Contents) -> Scenario:
    rows = {name: contents.tables.get(name, ()) for name in TABLES}
    held = as_arguments(Scenario, rows)
    header = contents.header
    if header is None:  # no day and no prices: the rules that need them are silent
        return Scenario("", (), math.nan, math.nan, **held)
    return Scenario(
        name=header.name,
        hours=header.lengths,
        voll_usd_per_mwh=float(header.voll_usd_per_mwh),
        spill_usd_per_mwh=float(header.spill_usd_per_mwh),
        currency=header.currency,
        sources=tuple(header.sources),
        **held,
    )
