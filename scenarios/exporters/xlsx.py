"""A scenario as one workbook, a sheet for each table; openpyxl is needed: the extra `xlsx`."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from scenarios.check.header import FILE
from scenarios.csv_files import shown
from scenarios.exporters import exporters
from scenarios.exporters.contract import Exporter
from scenarios.importers.optional import required
from scenarios.quantity import to_table
from scenarios.records import TABLES
from scenarios.scenario import Scenario
from scenarios.writing import header_text


def write_workbook(scenario: Scenario, file: Path, period: int) -> Sequence[str]:
    """A sheet for every table that has rows, and one with the lines of `scenario.toml`."""
    required("openpyxl", "xlsx")
    file.parent.mkdir(parents=True, exist_ok=True)
    with pd.ExcelWriter(file, engine="openpyxl") as book:
        lines = pd.DataFrame({FILE: header_text(scenario).splitlines()})
        lines.to_excel(book, sheet_name=FILE, index=False)
        for name, record in TABLES.items():
            if rows := scenario.table(name):
                table = shown(to_table(rows, record)).to_pandas()
                table.to_excel(book, sheet_name=name, index=False, inf_rep="inf")
    return [f"back: tandem import DIR --tables {file}"]


exporters.register("xlsx", Exporter(write_workbook, of_one_hour=False))
