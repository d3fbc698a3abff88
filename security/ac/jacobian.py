"""The Jacobian of the power flow equations in polar coordinates, on a fixed sparsity pattern.

W. F. Tinney, C. E. Hart, "Power Flow Solution by Newton's Method", IEEE Trans. PAS-86(11), 1967.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from security.ac.elimination import Elimination, Factors
from security.ac.grid import Complex, Grid, Places, Real


@dataclass(frozen=True)
class Pattern:
    """Which unknowns and equations there are: free angles, then free voltage magnitudes.

    `angle` and `magnitude` are the positions of buses whose angle, whose magnitude is free; the
    equations are active power at the first, reactive power at the second.
    """

    angle: Places
    magnitude: Places
    rows: Places
    columns: Places
    diagonal: Places
    source: Places
    indices: Places
    starts: Places

    @staticmethod
    def of(grid: Grid, angle: Places, magnitude: Places) -> "Pattern":
        """Pattern of the grid's Jacobian for these free angles and magnitudes."""
        y = grid.y_bus.tocoo()
        count, size = len(grid.buses), angle.size + magnitude.size
        place = np.full((2, count), -1)
        place[0, angle] = np.arange(angle.size)
        place[1, magnitude] = angle.size + np.arange(magnitude.size)
        rows, columns, source = [], [], []
        for equation in range(2):
            for unknown in range(2):
                row, column = place[equation][y.row], place[unknown][y.col]
                kept = np.flatnonzero((row >= 0) & (column >= 0))
                rows.append(row[kept])
                columns.append(column[kept])
                source.append(kept + (2 * equation + unknown) * y.nnz)
        row, column = np.concatenate(rows), np.concatenate(columns)
        order = np.lexsort((row, column))
        starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=size))])
        return Pattern(
            angle,
            magnitude,
            y.row.astype(np.intp),
            y.col.astype(np.intp),
            np.flatnonzero(y.row == y.col)[np.argsort(y.row[y.row == y.col])],
            np.concatenate(source)[order],
            row[order],
            starts,
        )

    @property
    def size(self) -> int:
        """Number of unknowns."""
        return self.angle.size + self.magnitude.size

    @cached_property
    def elimination(self) -> Elimination:
        """Order in which factors eliminate the unknowns."""
        return Elimination.of(self.indices, self.starts)

    def factors(self, y: Complex, v: Complex, slope: Complex) -> Factors:
        """Factors of the Jacobian; raises Singular where it is exactly singular."""
        return self.elimination.factors(self._entries(y, v, slope))

    def jacobian(self, y: Complex, v: Complex, slope: Complex) -> sparse.csc_array:
        """Derivative of the mismatch at voltages `v`.

        `y` are the values of the bus admittance matrix, `slope` what consumption gains with
        the voltage magnitude (p.u. per p.u.).
        """
        entries = self._entries(y, v, slope)
        return sparse.csc_array((entries, self.indices, self.starts), shape=(self.size, self.size))

    def _entries(self, y: Complex, v: Complex, slope: Complex) -> Real:
        size, count = np.abs(v), v.size
        each = v[self.rows] * np.conj(y * v[self.columns])
        power = np.bincount(self.rows, each.real, count) + 1j * np.bincount(
            self.rows, each.imag, count
        )
        by_angle = -1j * each
        by_angle[self.diagonal] += 1j * power
        by_size = each / size[self.columns]
        by_size[self.diagonal] += power / size + slope
        values = np.concatenate([by_angle.real, by_size.real, by_angle.imag, by_size.imag])
        found: Real = values[self.source]
        return found

    def mismatch(self, y: Complex, v: Complex, injected: Complex) -> Real:
        """What flows off less what is injected (p.u.), in the order of the equations."""
        current = y * v[self.columns]
        flow = np.bincount(self.rows, current.real, v.size) + 1j * np.bincount(
            self.rows, current.imag, v.size
        )
        left = v * np.conj(flow) - injected
        return np.concatenate([left.real[self.angle], left.imag[self.magnitude]])

    def moved(self, v: Complex, step: Real) -> Complex:
        """Voltages after a step of the unknowns."""
        angle, size = np.angle(v), np.abs(v)
        angle[self.angle] += step[: self.angle.size]
        size[self.magnitude] += step[self.angle.size :]
        moved: Complex = size * np.exp(1j * angle)
        return moved
