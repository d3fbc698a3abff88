"""The tables of a scenario as DataFrames, to be looked at, changed and put back."""

from typing import Any

import pandas as pd
import pyarrow as pa

from scenarios.check import check_scenario
from scenarios.findings import Finding, InvalidInput, near
from scenarios.quantity import to_table
from scenarios.reading import records_of
from scenarios.records import TABLES
from scenarios.scenario import Scenario


def frame(scenario: Scenario, table: str) -> pd.DataFrame:
    """One table of a scenario, a row per record; raises InvalidInput for an unknown name."""
    if table not in TABLES:
        raise InvalidInput("scenario", [_unknown(table)])
    held: pd.DataFrame = to_table(scenario.table(table), TABLES[table]).to_pandas()
    return held


def with_frames(scenario: Scenario, **tables: pd.DataFrame) -> Scenario:
    """The scenario with other tables in place of its own, checked like one from files.

    Optional columns may be left out. Raises InvalidInput with all that is wrong with it.
    """
    held: dict[str, Any] = {}
    findings = [_unknown(name) for name in tables if name not in TABLES]
    for name, rows in tables.items():
        if name in TABLES:
            records, wrong = records_of(name, pa.Table.from_pandas(rows, preserve_index=False))
            findings += wrong
            held[name] = records or ()
    changed = scenario.with_tables(held)
    if findings := [*findings, *([] if findings else check_scenario(changed))]:
        raise InvalidInput(f"scenario {scenario.name!r}", findings)
    return changed


def _unknown(name: str) -> Finding:
    cure = f"use a known table; {near(name, TABLES)}"
    return Finding(f"table {name!r}", "there is no such table", cure)
