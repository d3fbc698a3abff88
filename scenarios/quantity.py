"""One declaration per quantity: its Python type, its unit, its meaning and its Arrow column."""

import dataclasses
import types
import typing
from collections.abc import Sequence
from typing import Any, TypeVar

import pyarrow as pa

Record = TypeVar("Record")
EXTENSIVE = {"MW", "Mvar", "MVA", "MWh", "MW/h", "$/h"}  # units of power, energy, cost

_ARROW: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
}


def quantity(
    unit: str, meaning: str, *, key: bool = False, no_limit: float | None = None, **kwargs: Any
) -> Any:
    """Dataclass field that carries the unit and the meaning of the number it holds.

    `key` marks the columns that together name a row. A field typed `X | None` may be null; one
    with `no_limit` may hold that infinity.
    """
    metadata = {"unit": unit, "meaning": meaning, "key": key, "no_limit": no_limit}
    return dataclasses.field(metadata=metadata, **kwargs)


def label(meaning: str, *, key: bool = False, **kwargs: Any) -> Any:
    """Dataclass field without a unit: a name, a kind, a flag."""
    return quantity("", meaning, key=key, **kwargs)


def plain_type(field_type: Any) -> tuple[Any, bool]:
    """The type without `None`, and whether `None` was allowed."""
    arms = typing.get_args(field_type) if isinstance(field_type, types.UnionType) else (field_type,)
    kept = [arm for arm in arms if arm is not types.NoneType]
    return kept[0], len(kept) < len(arms)


def columns(record: type) -> tuple[str, ...]:
    """Names of all columns."""
    return tuple(f.name for f in dataclasses.fields(record))


def extensive_columns(record: type) -> tuple[str, ...]:
    """Names of the columns that double where two of the record stand side by side."""
    fields = dataclasses.fields(record)
    return tuple(f.name for f in fields if f.metadata.get("unit") in EXTENSIVE)


def key_columns(record: type) -> tuple[str, ...]:
    """Names of the columns that together name a row."""
    return tuple(f.name for f in dataclasses.fields(record) if f.metadata.get("key"))


def arrow_schema(record: type) -> pa.Schema:
    """Arrow schema of a record type; each field keeps its unit and meaning as metadata."""
    fields = []
    for f in dataclasses.fields(record):
        plain, nullable = plain_type(f.type)
        notes = {"unit": f.metadata.get("unit", ""), "meaning": f.metadata.get("meaning", "")}
        fields.append(pa.field(f.name, _ARROW[plain], nullable=nullable, metadata=notes))
    return pa.schema(fields)


def to_table(records: Sequence[Any], record: type) -> pa.Table:
    """Records of one type as an Arrow table in the type's schema."""
    schema = arrow_schema(record)
    columns = {f.name: [getattr(r, f.name) for r in records] for f in schema}
    return pa.table(columns, schema=schema)


def from_table(table: pa.Table, record: type[Record]) -> tuple[Record, ...]:
    """Records of one type from an Arrow table that has the type's columns."""
    names = [f.name for f in dataclasses.fields(typing.cast("Any", record))]
    columns = [table.column(name).to_pylist() for name in names]
    return tuple(record(*row) for row in zip(*columns, strict=True))
