"""The folder of a horizon: tables partitioned by design and day, and what is known of each day."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.horizon.carry import State
from studies.horizon.figures_of_day import DayFigures
from studies.runs.kept_folder import KeptFolder

HEADER, TABLES, FINISHED = "horizon.toml", "tables", "finished"
PART = "part-0.parquet"


@dataclass(frozen=True)
class Finished:
    """One day under one design: its figures, what it leaves, and the wall time (s) of it."""

    figures: DayFigures
    state: State | None
    seconds: float


def kept_folder(path: Path) -> KeptFolder:
    """The folder as that of a horizon."""
    return KeptFolder(path, "horizon", HEADER, FINISHED)


def finished(folder: Path, design: str, day: date) -> Finished | None:
    """What is known of a day, where it is finished."""
    try:
        held = json.loads(_file(folder, design, day).read_text(encoding="utf-8"))
        state = State(**held["state"]) if held["state"] else None
        return Finished(DayFigures(**held["figures"]), state, held["seconds"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def keep(
    folder: Path, design: str, day: date, found: Finished, tables: Mapping[str, pa.Table]
) -> None:
    """Keep a day: its tables that have rows first, so that one that is finished has them all."""
    filled = {name: table for name, table in tables.items() if table.num_rows}
    for name, table in filled.items():
        place = folder / TABLES / name / f"design={quote(design)}" / f"day={day}" / PART
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{PART}.{os.getpid()}")
        plain = table.replace_schema_metadata(None)  # columns keep units and meanings
        pq.write_table(plain, part, compression="zstd", write_page_checksum=True)
        part.replace(place)
    held: dict[str, Any] = {
        "figures": asdict(found.figures),
        "state": asdict(found.state) if found.state else None,
        "seconds": found.seconds,
    }
    file = _file(folder, design, day)
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(held, indent=1, allow_nan=False) + "\n"
    kept_folder(folder).write(str(file.relative_to(folder)), text)


def _file(folder: Path, design: str, day: date) -> Path:
    return folder / FINISHED / design / f"{day}.json"
