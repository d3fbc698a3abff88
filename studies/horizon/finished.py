"""A finished horizon, opened from its folder alone."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from scenarios.findings import Finding, InvalidInput, near
from studies.horizon.folder import HEADER, TABLES

DAYS, PAGE = "days", "horizon.html"
PARTS = ds.partitioning(pa.schema([("design", pa.string()), ("day", pa.string())]), flavor="hive")


@dataclass(frozen=True)
class HorizonRun:
    """The folder of a horizon: figures of its days at once, tables as they are asked for."""

    folder: Path
    name: str

    @cached_property
    def days(self) -> pd.DataFrame:
        """A row for each day and design."""
        table: pd.DataFrame = pq.ParquetFile(self.folder / f"{DAYS}.parquet").read().to_pandas()
        return table

    @property
    def statuses(self) -> dict[str, int]:
        """How many days ended in each status, designs together."""
        counts = self.days["status"].value_counts(sort=False)
        return {str(status): int(count) for status, count in counts.items()}

    @property
    def checked(self) -> tuple[int, int]:
        """Days with AC load flows, and those of them that are not secure; designs together."""
        flows = self.days.dropna(subset=["periods_violated", "periods_unsolved"])
        wrong = flows["periods_violated"] + flows["periods_unsolved"] > 0
        return len(flows), int(wrong.sum())

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that days have."""
        return tuple(sorted(place.name for place in (self.folder / TABLES).iterdir()))

    def dataset(self, table: str) -> ds.Dataset:
        """One table of all days, partitioned by `design` and `day`, to be scanned in parts."""
        if table not in self.tables:
            finding = Finding(f"table {table!r}", "no day has it", near(table, self.tables))
            raise InvalidInput(str(self.folder), [finding])
        return ds.dataset(self.folder / TABLES / table, format="parquet", partitioning=PARTS)

    def table(
        self, table: str, design: str | None = None, days: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """One table of all days and designs, or of some; `design` and `day` are columns of it."""
        chosen = None
        for column, kept in (("design", None if design is None else [design]), ("day", days)):
            if kept is not None:
                one = ds.field(column).isin(list(kept))
                chosen = one if chosen is None else chosen & one
        found: pd.DataFrame = self.dataset(table).to_table(filter=chosen).to_pandas()
        return found.sort_values(["design", "day"], kind="stable", ignore_index=True)


def open_horizon(folder: Path | str) -> HorizonRun:
    """The horizon in a folder; raises `InvalidInput` where there is no finished one."""
    place = Path(folder)
    try:
        held = tomllib.loads((place / HEADER).read_text(encoding="utf-8"))
        pq.read_schema(place / f"{DAYS}.parquet")
        return HorizonRun(place, held["name"])
    except (OSError, KeyError, ValueError) as error:
        finding = f"it holds no finished horizon ({type(error).__name__}: {error})"
        cure = "name the folder that `tandem horizon` left, or let it finish"
        raise InvalidInput("horizon folder", [Finding(str(place), finding, cure)]) from error
