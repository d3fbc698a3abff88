"""A scenario as a folder of CSV tables, which `tandem import --tables` reads back."""

from collections.abc import Sequence
from pathlib import Path

from scenarios.check.header import FILE
from scenarios.csv_files import write_csv
from scenarios.exporters import exporters
from scenarios.exporters.contract import Exporter
from scenarios.quantity import to_table
from scenarios.records import TABLES
from scenarios.scenario import Scenario
from scenarios.writing import header_text


def write_tables(scenario: Scenario, folder: Path, period: int) -> Sequence[str]:
    """Every table that has rows, and `scenario.toml`, in a new folder; of all periods."""
    folder.mkdir(parents=True)
    (folder / FILE).write_text(header_text(scenario), encoding="utf-8")
    for name, record in TABLES.items():
        if rows := scenario.table(name):
            write_csv(to_table(rows, record), folder / f"{name}.csv")
    return [f"back: tandem import DIR --tables {folder}"]


exporters.register("csv", Exporter(write_tables, of_one_hour=False))
