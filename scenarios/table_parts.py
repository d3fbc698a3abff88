"""Rows of result tables, by member and period, before they become one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scenarios.quantity import arrow_schema


@dataclass(frozen=True)
class Part:
    """Rows of a table: `names` hold one entry per member.

    `values` are arrays that broadcast to `shape` (members, periods), or None where the column
    does not apply.
    """

    shape: tuple[int, int]
    names: Mapping[str, Sequence[Any]]
    values: Mapping[str, Any]


def stack(record: type, parts: Sequence[Part]) -> pa.Table:
    """One table of all parts, with one row per member and period."""
    schema = arrow_schema(record)
    kept = [part for part in parts if part.shape[0]]
    if not kept:
        return schema.empty_table()
    count, periods = sum(p.shape[0] for p in kept), kept[0].shape[1]
    member = pa.array(np.repeat(np.arange(count), periods))
    columns = {"period": pa.array(np.tile(np.arange(1, periods + 1), count))}
    for name in kept[0].names:
        columns[name] = pa.array([m for p in kept for m in p.names[name]]).take(member)
    for name in kept[0].values:
        values = np.concatenate([_flat(p.values[name], p.shape) for p in kept])
        columns[name] = pa.array(values, from_pandas=schema.field(name).nullable)
    return pa.table([columns[f.name] for f in schema], schema=schema)


def _flat(value: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    filled = np.nan if value is None else np.asarray(value, dtype=float)
    return np.broadcast_to(filled, shape).ravel()
