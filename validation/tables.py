"""Result tables as arrays: every number by member and period."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from validation.check import Rows

Key = tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """What a table says of each member (rows) in each period (columns).

    `columns` hold NaN where the table has no number; `count` says how many rows stand for each
    member and period, and `strange` names rows that no member or period of the scenario owns.
    """

    members: Sequence[Key]
    columns: dict[str, Rows]
    count: Rows
    strange: Sequence[str]

    def __getitem__(self, column: str) -> Rows:
        return self.columns[column]

    @property
    def names(self) -> list[str]:
        """Members in words: the first two parts of each key."""
        return [" ".join(member[:2]) for member in self.members]


def numbers(
    table: pd.DataFrame,
    key: Sequence[str],
    members: Sequence[Key],
    columns: Sequence[str],
    periods: int,
) -> Numbers:
    """The rows of a table in the order of `members` and periods."""
    shape = (len(members), periods)
    row, period = _rows_of(table, key, members), table["period"].to_numpy(dtype=int) - 1
    known = (row >= 0) & (period >= 0) & (period < periods)
    at = row[known] * periods + period[known]
    held = {}
    for column in columns:
        values = np.full(shape[0] * periods, np.nan)
        values[at] = pd.to_numeric(table[column]).to_numpy(dtype=float, na_value=np.nan)[known]
        held[column] = values.reshape(shape)
    count = np.bincount(at, minlength=shape[0] * periods).reshape(shape).astype(float)
    return Numbers(members, held, count, _names(table, key, np.flatnonzero(~known)))


def _names(table: pd.DataFrame, key: Sequence[str], rows: NDArray[np.int64]) -> list[str]:
    """The rows in words."""
    if not rows.size:
        return []
    return [" ".join(map(str, row)) for row in table[list(key)].iloc[rows].to_numpy()]


def _rows_of(table: pd.DataFrame, key: Sequence[str], members: Sequence[Key]) -> NDArray[np.int64]:
    """Position of each table row's member; -1 where there is none."""
    if not members or table.empty:
        return np.full(len(table), -1)
    row, wanted = np.zeros(len(table), dtype=np.int64), np.zeros(len(members), dtype=np.int64)
    for column, names in zip(key, zip(*members, strict=True), strict=True):
        code, found = pd.factorize(table[column])
        place = {name: n for n, name in enumerate(found)}
        unknown = len(place)
        row = row * (unknown + 2) + np.where(code < 0, unknown + 1, code).astype(np.int64)
        own = np.array([place.get(name, unknown) for name in names], dtype=np.int64)
        wanted = wanted * (unknown + 2) + own
    order = np.argsort(wanted)
    at = order[np.searchsorted(wanted[order], row).clip(max=len(members) - 1)]
    return np.where(wanted[at] == row, at, -1)
