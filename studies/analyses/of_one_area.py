"""What analyses of one distribution area share: finding it, and writing its table and page."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.csv_files import write_csv
from scenarios.findings import Finding, InvalidInput, near
from scenarios.scenario import AreaView, Scenario
from studies.runs.run_folder import new_folder
from studies.study.legal_names import name_findings


def area_named(scenario: Scenario, area: str) -> AreaView:
    """A distribution area's view; raises `InvalidInput` where the scenario has none of the name."""
    if area not in scenario.distribution:
        finding = f"the scenario has no distribution area {area!r}"
        cure = f"name one of its own; {near(area, scenario.distribution)}"
        raise InvalidInput("command line", [Finding("--area", finding, cure)])
    return scenario.area(area)


def write_area(
    kind: str, area: str, file: str, table: pa.Table, page: str, out: Path | None
) -> Path:
    """Write a table as Parquet and as CSV, and its page, all called `file`; gives the new folder.

    The folder is `out`, or the next free one of `runs/KIND-AREA`, ...
    """
    named = f"{kind}-{area}"
    name = kind if any(name_findings(named, "")) else named
    with new_folder(out, name) as (part, target):
        pq.write_table(table, part / f"{file}.parquet", write_page_checksum=True)
        write_csv(table, part / f"{file}.csv")
        (part / f"{file}.html").write_text(page, encoding="utf-8")
    return target
