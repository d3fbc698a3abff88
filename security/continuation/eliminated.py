"""A feeder's equations with its own voltages solved for, as the boundary sees them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from security.ac.elimination import determinant_sign, factors
from security.ac.grid import Real
from security.continuation.area_equations import LinearisedArea


@dataclass(frozen=True)
class Closing:
    """An equation that closes the system, linear in an area's unknowns: its terms must be `right`.

    `by_root` belongs to the boundary voltage of the area, `by_lambda` to the loading.
    """

    term: Real
    by_root: float
    by_lambda: float
    right: float


@dataclass
class Eliminated:
    """A feeder's equations with its own voltages solved for boundary voltage and loading.

    `columns` hold the change of the unknowns: what closes the mismatch, then per p.u. of boundary
    voltage, then per unit of lambda. `power`, `slope` and `rate` are what it tells the boundary
    (MVA; per p.u.; per unit of lambda), `sign` that of the determinant of what it eliminated. A
    feeder that `leads` has solved lambda as well: `lam` is its change and the slope of that in the
    boundary voltage.
    """

    columns: Real
    power: complex
    slope: complex
    rate: complex
    sign: int
    lam: tuple[float, float] | None = None

    @staticmethod
    def of(linear: LinearisedArea, share: float = 1.0) -> "Eliminated":
        """Eliminate, closing a `share` of the mismatch.

        Raises Singular where the feeder stands exactly at its own nose.
        """
        solved, sign = linear.solved
        columns = solved * np.array([share, 1.0, 1.0])
        drawn = linear.drawn(columns)
        return Eliminated(columns, drawn[0], drawn[1], drawn[2] + linear.drawn_by_loading, sign)

    @staticmethod
    def leading(linear: LinearisedArea, closing: Closing, share: float = 1.0) -> "Eliminated":
        """Eliminate the loading too by an equation of the feeder's own.

        It stays regular at the feeder's nose.
        """
        whole = bordered(linear.jacobian, linear.by_loading, closing.term, closing.by_lambda)
        right = [
            np.append(-share * linear.off, closing.right),
            np.append(-linear.by_root, -closing.by_root),
        ]
        lu = factors(whole)
        solved, sign = lu.solve(np.stack(right, axis=1)), determinant_sign(lu)
        columns = np.column_stack([solved[:-1], np.zeros(linear.pattern.size)])
        lam = solved[-1]
        drawn = linear.drawn(columns)
        drawn[:2] += linear.drawn_by_loading * lam
        return Eliminated(columns, drawn[0], drawn[1], 0j, sign, (float(lam[0]), float(lam[1])))

    def step(self, by_root: float, by_loading: float) -> Real:
        """Change of the unknowns for changes of boundary voltage and loading."""
        step: Real = self.columns @ np.array([1.0, by_root, by_loading])
        return step


def bordered(matrix: Any, column: Real, row: Real, corner: float) -> sparse.csc_array:
    """The matrix with one more column and one more row."""
    size = column.size
    places = np.flatnonzero(row)
    before = matrix.indptr[places + 1]
    data = np.insert(matrix.data, before, row[places])
    indices = np.insert(matrix.indices, before, size)
    more = np.cumsum(np.bincount(places, minlength=size))
    starts = np.concatenate([[0], matrix.indptr[1:] + more, [data.size + size + 1]])
    data = np.concatenate([data, column, [corner]])
    indices = np.concatenate([indices, np.arange(size + 1)])
    return sparse.csc_array((data, indices, starts), shape=(size + 1, size + 1))
