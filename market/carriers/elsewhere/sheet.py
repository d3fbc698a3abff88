"""Arrays as rows of a letter, and back: what is read must have exactly the rows that are due."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from market.carriers.elsewhere.letter import SCHEMA, Malformed
from scenarios.results import ENERGY

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
MOST_POINTS = 50_000  # of a bid curve


@dataclass(frozen=True)
class Places:
    """The boundaries of an area, and the length of each period (h): the shape of all it is told."""

    boundaries: tuple[str, ...]
    hours: tuple[float, ...]

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.hours)

    @property
    def crossing(self) -> tuple[int, int]:
        """Shape of what crosses the boundaries."""
        return len(self.boundaries), self.periods


@dataclass
class Sheet:
    """Rows to be sent. An array of two dimensions is by boundary and period, one of one by period.

    A single number stands for the day.
    """

    number: int
    sender: str
    places: Places
    parts: list[pa.Table] = field(default_factory=list)

    def put(self, quantity: str, unit: str, values: Numbers | float) -> None:
        """Add an array or a number."""
        held = np.asarray(values, dtype=float)
        names, periods = _layout(self.places, held.ndim)
        if held.size != len(names):
            raise Malformed(f"its {quantity} has not the shape of the boundaries and the day")
        self._add(quantity, unit, names, periods, None, held.ravel())

    def put_points(self, quantity: str, unit: str, values: NDArray[np.generic]) -> None:
        """Add a list of any length, such as the ends of a curve."""
        count = values.size
        names = list(self.places.boundaries[:1]) * count
        points = np.arange(1, count + 1)
        self._add(quantity, unit, names, None, points, np.asarray(values, dtype=float))

    def table(self) -> pa.Table:
        """All rows."""
        return pa.concat_tables([SCHEMA.empty_table(), *self.parts])

    def _add(
        self,
        quantity: str,
        unit: str,
        names: Sequence[str],
        periods: Whole | None,
        points: Whole | None,
        values: Numbers,
    ) -> None:
        count = len(names)
        columns = {
            "round": np.full(count, self.number),
            "question": np.full(count, self.number),
            "sender": [self.sender] * count,
            "boundary": names,
            "product": [ENERGY] * count,
            "period": _whole(periods, count),
            "point": _whole(points, count),
            "value": values,
            "quantity": [quantity] * count,
            "unit": [unit] * count,
        }
        self.parts.append(pa.table(columns, schema=SCHEMA))


@dataclass(frozen=True)
class Read:
    """Rows that came, by quantity; raises Malformed where they are not as they should be."""

    table: pa.Table
    places: Places

    def __contains__(self, quantity: str) -> bool:
        return quantity in self.table["quantity"].to_pylist()

    def crossing(self, quantity: str) -> Numbers:
        """Numbers by boundary and period."""
        return _finite(self.limits(quantity), quantity)

    def limits(self, quantity: str) -> Numbers:
        """The same, where infinite ones may be among them."""
        return self._laid_out(quantity, 2).reshape(self.places.crossing)

    def by_period(self, quantity: str) -> Numbers:
        """Numbers by period."""
        return _finite(self._laid_out(quantity, 1), quantity)

    def day(self, quantity: str) -> float:
        """The one number of the day."""
        return float(_finite(self._laid_out(quantity, 0), quantity)[0])

    def points(self, quantity: str) -> Numbers:
        """A list of any length up to what is permitted."""
        rows = self._rows(quantity)
        expected = pa.array(np.arange(1, rows.num_rows + 1))
        if rows.num_rows > MOST_POINTS or not _same(rows["point"], expected):
            raise Malformed(f"its {quantity} is not in order")
        return _finite(_numbers(rows), quantity)

    def _laid_out(self, quantity: str, dimensions: int) -> Numbers:
        rows = self._rows(quantity)
        names, periods = _layout(self.places, dimensions)
        due = {
            "boundary": pa.array(names, pa.string()),
            "product": pa.array([ENERGY] * len(names), pa.string()),
            "period": _whole(periods, len(names)),
        }
        if not all(_same(rows[column], expected) for column, expected in due.items()):
            raise Malformed(f"its {quantity} does not have a row for each place")
        return _numbers(rows)

    def _rows(self, quantity: str) -> pa.Table:
        held = np.array(self.table["quantity"].to_pylist(), dtype=object) == quantity
        return self.table.filter(pa.array(held, pa.bool_()))


def _layout(places: Places, dimensions: int) -> tuple[list[str], Whole | None]:
    """Boundary of each row, and its period."""
    first, every = places.boundaries[:1], np.arange(1, places.periods + 1)
    if dimensions == 0:
        return list(first), None
    if dimensions == 1:
        return list(first) * places.periods, every
    named = [b for b in places.boundaries for _ in range(places.periods)]
    return named, np.tile(every, len(places.boundaries))


def _whole(values: Whole | None, count: int) -> pa.Array:
    return pa.nulls(count, pa.int64()) if values is None else pa.array(values, pa.int64())


def _same(column: pa.ChunkedArray, due: pa.Array) -> bool:
    return bool(column.combine_chunks().equals(due))


def _numbers(rows: pa.Table) -> Numbers:
    values: Numbers = rows["value"].to_numpy().copy()
    return values


def _finite(values: Numbers, quantity: str) -> Numbers:
    if not np.isfinite(values).all():
        raise Malformed(f"its {quantity} is not finite")
    return values
