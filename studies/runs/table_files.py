"""The tables of a run as files: Parquet, and CSV for those who ask for it."""

from pathlib import Path

import pyarrow.parquet as pq

from scenarios.csv_files import write_csv
from studies.runs.finished import Run

CSV = "csv"  # folder of a run


def write_csv_tables(run: Run) -> None:
    """Write every table of every design as CSV into the folder `csv` of the run."""
    for design in run.designs:
        place = run.folder / CSV / design
        place.mkdir(parents=True, exist_ok=True)
        for file in sorted((run.folder / design).glob("*.parquet")):
            write_csv(pq.ParquetFile(file).read(), place / f"{file.stem}.csv")


def table_files(run: Run) -> dict[str, dict[str, str]]:
    """Where each table of each design is, from the folder of the run: CSV where there is one."""
    return {
        design: {
            file.stem: _link(run.folder, design, file)
            for file in sorted((run.folder / design).glob("*.parquet"))
        }
        for design in run.designs
    }


def _link(folder: Path, design: str, file: Path) -> str:
    csv = Path(CSV) / design / f"{file.stem}.csv"
    return str(csv if (folder / csv).exists() else Path(design) / file.name)
