"""The tables of a sweep: points in the order of the grid, whatever the order of clearing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from scenarios.quantity import label, quantity, to_table
from studies.sweep.parameters import Parameter
from studies.sweep.point import AreaFigures, DesignFigures, PointFigures

ARROW: dict[type, pa.DataType] = {
    float: pa.float64(),
    int: pa.int64(),
    bool: pa.bool_(),
    str: pa.string(),
}
Found = Mapping[tuple[Any, ...], PointFigures]  # by values of the parameters, in grid order


@dataclass(frozen=True, slots=True)
class Spent:
    """Wall time of one design at one point."""

    design: str = label("name of the design", key=True)
    seconds: float = quantity("s", "wall time of the clearing")


def designs_table(parameters: Sequence[Parameter], found: Found) -> pa.Table:
    """One row per point and design."""
    rows = [figures.designs for figures in found.values()]
    return _with_points(parameters, list(found), rows, DesignFigures)


def areas_table(parameters: Sequence[Parameter], found: Found) -> pa.Table:
    """One row per point, design and distribution area."""
    rows = [figures.areas for figures in found.values()]
    return _with_points(parameters, list(found), rows, AreaFigures)


def seconds_table(parameters: Sequence[Parameter], found: Found) -> pa.Table:
    """Wall time of each design at each point, as it was when the point was cleared."""
    rows = [[Spent(*one) for one in figures.seconds.items()] for figures in found.values()]
    return _with_points(parameters, list(found), rows, Spent)


def _with_points(
    parameters: Sequence[Parameter],
    points: Sequence[tuple[Any, ...]],
    rows: Sequence[Sequence[Any]],
    record: type,
) -> pa.Table:
    """The records of every point, with the point's number and values in front."""
    at = [n for n, own in enumerate(rows) for _ in own]
    table = to_table([one for own in rows for one in own], record)
    fields, columns = [], []
    for field, values in _point_columns(parameters, points):
        fields.append(field)
        columns.append(pa.array([values[n] for n in at], field.type))
    schema = pa.schema([*fields, *table.schema])
    return pa.table([*columns, *table.columns], schema=schema)


def _point_columns(
    parameters: Sequence[Parameter], points: Sequence[tuple[Any, ...]]
) -> Iterator[tuple[pa.Field, Sequence[Any]]]:
    notes = {"unit": "", "meaning": "place of the point in the grid, from 1"}
    yield pa.field("point", pa.int64(), False, notes), range(1, len(points) + 1)  # noqa: FBT003
    for place, parameter in enumerate(parameters):
        notes = {"unit": parameter.unit, "meaning": "value that is swept"}
        field = pa.field(parameter.name, ARROW[parameter.kind], False, notes)  # noqa: FBT003
        yield field, [values[place] for values in points]
