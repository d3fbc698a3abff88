"""The folder that a run leaves: whole or not there at all."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from market.carriers.interruption import uninterrupted
from scenarios.csv_files import write_csv
from scenarios.findings import Finding, InvalidInput

RUNS = Path("runs")


@contextmanager
def new_folder(out: Path | None, name: str) -> Iterator[tuple[Path, Path]]:
    """A hidden folder to fill, and the place that it is moved to when all went well.

    The place is `out`, or the first free one of `runs/NAME`, `runs/NAME-2`, ... The hidden
    folder also reserves the place; it is removed when the run fails or is interrupted, and taken
    over where it was left by a process that was killed. Raises `InvalidInput` where nothing can be
    written.
    """
    part, target, held = _reserve_out(out) if out else _reserve_next(RUNS / name)
    try:
        yield part, target
        part.rename(target)
    finally:
        with uninterrupted():
            shutil.rmtree(part, ignore_errors=True)
            os.close(held)


def write_tables(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """Write each table of a design as Parquet."""
    folder.mkdir()
    for name, table in tables.items():
        plain = table.replace_schema_metadata(None)  # the columns keep their units and meanings
        pq.write_table(plain, folder / f"{name}.parquet", write_page_checksum=True)


def write_frames(folder: Path, frames: Mapping[str, pd.DataFrame]) -> None:
    """Write each table as Parquet and as CSV into a folder that is there."""
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
        write_csv(frame, folder / f"{name}.csv")


def keep_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Put tables beside those that are there; each is whole or as it was before."""
    for name, table in tables.items():
        place = folder / f"{name}.parquet"
        part = place.with_suffix(".part")
        table.to_parquet(part, index=False)
        part.replace(place)


def _reserve_out(out: Path) -> tuple[Path, Path, int]:
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise _unusable(out, "it is there already", "name a new folder")
    held = _reserved(out)
    if held is None:
        raise _unusable(out, "another run is writing it", "wait for it, or name a new folder")
    return _part(out), out, held


def _reserve_next(first: Path) -> tuple[Path, Path, int]:
    for n in count(1):
        target = first.with_name(f"{first.name}-{n}") if n > 1 else first
        if not target.exists() and (held := _reserved(target)) is not None:
            return _part(target), target, held
    raise AssertionError


def _part(target: Path) -> Path:
    place = target.resolve()
    return place.with_name(f".{place.name}.part")


def _reserved(target: Path) -> int | None:
    """Descriptor that holds the hidden folder, which is empty; None where another run has it.

    The system lets go of it when the process ends, in whatever way: so what a killed run left is
    cleared away, and the folder of a running one is not.
    """
    part = _part(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.mkdir(exist_ok=True)
        held = os.open(part, os.O_RDONLY)
    except FileExistsError:
        raise _unusable(target.parent, "it is a file", "name another folder") from None
    except OSError as error:
        finding = f"it cannot be written ({error.strerror})"
        raise _unusable(target, finding, "name a folder that can") from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        moved = not os.path.samestat(os.fstat(held), part.stat())
    except (BlockingIOError, FileNotFoundError):
        moved = True
    if moved:
        os.close(held)
        return None
    for left in part.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    return held


def _unusable(place: Path, finding: str, cure: str) -> InvalidInput:
    return InvalidInput("run folder", [Finding(str(place), finding, cure)])
