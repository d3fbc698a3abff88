"""The AC network of one operator as arrays: admittances, voltage bands, what holds its voltage.

Pi model with the tap at the from end; R. D. Zimmerman, C. E. Murillo-Sanchez, "MATPOWER User's
Manual", section 3.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from scenarios.matrices import admittances
from scenarios.network import Network
from scenarios.records import SLACK

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Grid:
    """Admittances in p.u. on `base_mva`; buses and branches in the order of the network.

    `y_from`, `y_to` hold, per branch, the admittances that give the current at each end from the
    voltages at the from and the to end, shape (branches, 2); `shunt` those of the buses' shunts.
    """

    area: str
    base_mva: float
    buses: tuple[str, ...]
    branches: tuple[str, ...]
    start: Places
    end: Places
    y_from: Complex
    y_to: Complex
    shunt: Complex
    y_bus: Any  # sparse, complex
    kind: tuple[str, ...]
    v_min: Real
    v_max: Real
    rating_mva: Real
    emergency_mva: Real  # after an outage
    angle_min: Real  # rad, of the from over the to bus
    angle_max: Real
    shift: Real  # rad, of every branch at its from end

    @staticmethod
    def of(network: Network) -> "Grid":
        """Arrays of a network with its branches in service; missing ratings are infinite."""
        buses, lines = tuple(network.buses), tuple(network.branches.values())
        at = {bus: n for n, bus in enumerate(buses)}
        start = np.array([at[k.from_bus] for k in lines], dtype=np.intp)
        end = np.array([at[k.to_bus] for k in lines], dtype=np.intp)
        y_from, y_to = _branch_admittances(network)
        records = tuple(network.buses.values())
        shunt: Complex = np.array([complex(b.g_shunt_mw, b.b_shunt_mvar) for b in records])
        shunt = shunt / complex(network.base_mva)
        return Grid(
            network.area,
            network.base_mva,
            buses,
            tuple(network.branches),
            start,
            end,
            y_from,
            y_to,
            shunt,
            _y_bus(start, end, y_from, y_to, shunt),
            tuple(b.kind for b in records),
            np.array([b.v_min_pu for b in records]),
            np.array([b.v_max_pu for b in records]),
            *_ratings(network),
            *_angle_limits(network),
            np.radians([k.shift_deg for k in lines]),
        )

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Position of every bus."""
        return {bus: n for n, bus in enumerate(self.buses)}

    @cached_property
    def slack(self) -> int:
        """Position of the slack bus; of the first where each of several islands has one."""
        return self.kind.index(SLACK)

    @cached_property
    def slacks(self) -> NDArray[np.bool_]:
        """Which buses are slack, one in each island."""
        return np.array([kind == SLACK for kind in self.kind])

    @cached_property
    def turned(self) -> Real:
        """Angle (rad) of every bus against its slack bus by phase shifts alone, along a tree."""
        angle: Real = np.zeros(len(self.buses))
        if not self.shift.any():
            return angle
        steps = sparse.coo_array(
            (np.arange(1, self.start.size + 1), (self.start, self.end)), (len(self.buses),) * 2
        ).tocsr()
        for slack in np.flatnonzero(self.slacks).tolist():
            order, before = csgraph.breadth_first_order(steps, slack, directed=False)
            for bus in order[1:].tolist():
                near = before[bus]
                angle[bus] = angle[near]
                k = self._joining.get((near, bus))
                angle[bus] += self.shift[self._joining[bus, near]] if k is None else -self.shift[k]
        return angle

    @cached_property
    def _joining(self) -> Mapping[tuple[int, int], int]:
        """A branch from one bus to another."""
        ends = zip(self.start.tolist(), self.end.tolist(), strict=True)
        return {end: k for k, end in enumerate(ends)}

    def of_kind(self, kind: str) -> Places:
        """Positions of the buses of one kind."""
        return np.array([n for n, k in enumerate(self.kind) if k == kind], dtype=np.intp)

    @cached_property
    def branch_at(self) -> Mapping[str, int]:
        """Position of every branch."""
        return {branch: n for n, branch in enumerate(self.branches)}

    def without(self, branches: Sequence[str]) -> "Grid":
        """The grid with some branches out of service; they carry nothing.

        The sparsity pattern stays as it is.
        """
        lost = [self.branch_at[name] for name in branches]
        y_from, y_to = self.y_from.copy(), self.y_to.copy()
        y_from[lost] = y_to[lost] = 0.0
        y_bus = self.y_bus.copy()
        for k in lost:
            for row, near in ((self.start[k], self.y_from[k]), (self.end[k], self.y_to[k])):
                for column, y in zip((self.start[k], self.end[k]), near, strict=True):
                    y_bus.data[_entry(y_bus, row, column)] -= y
        return replace(self, y_from=y_from, y_to=y_to, y_bus=y_bus)

    def angle_across(self, v: Complex) -> Real:
        """Angle (rad) of every branch's from bus over its to bus."""
        across: Real = np.angle(v[self.start] * np.conj(v[self.end]))
        return across

    def branch_power(self, v: Complex) -> tuple[Complex, Complex]:
        """Power (MVA) that enters every branch at its from and at its to end."""
        v_from, v_to = v[self.start], v[self.end]
        ends = np.stack([v_from, v_to], axis=1)
        into_from = v_from * np.conj((self.y_from * ends).sum(axis=1))
        into_to = v_to * np.conj((self.y_to * ends).sum(axis=1))
        return into_from * self.base_mva, into_to * self.base_mva


def _ratings(network: Network) -> tuple[Real, Real]:
    """Greatest MVA of every branch in the intact network and after an outage; infinite for none."""
    pairs = [(k.rating_mva, k.emergency_mva) for k in network.branches.values()]
    every_day = [np.inf if rating is None else rating for rating, _ in pairs]
    after = [limit or rating for (_, limit), rating in zip(pairs, every_day, strict=True)]
    return np.array(every_day), np.array(after)


def _angle_limits(network: Network) -> tuple[Real, Real]:
    """Least and greatest angle (rad) across every branch, infinite where there is no limit."""
    lines = network.branches.values()
    least = [-np.inf if k.angle_min_deg is None else k.angle_min_deg for k in lines]
    most = [np.inf if k.angle_max_deg is None else k.angle_max_deg for k in lines]
    return np.radians(least), np.radians(most)


def _branch_admittances(network: Network) -> tuple[Complex, Complex]:
    each = [admittances(k) for k in network.branches.values()]
    y_from: Complex = np.array([(y.own_from, y.mutual_from) for y in each], dtype=complex)
    y_to: Complex = np.array([(y.mutual_to, y.own_to) for y in each], dtype=complex)
    return y_from.reshape(-1, 2), y_to.reshape(-1, 2)


def _y_bus(
    start: Places, end: Places, y_from: Complex, y_to: Complex, shunt: Complex
) -> sparse.csr_array:
    every = np.arange(shunt.size)
    rows = np.concatenate([start, start, end, end, every])
    columns = np.concatenate([start, end, start, end, every])
    values = np.concatenate([y_from[:, 0], y_from[:, 1], y_to[:, 0], y_to[:, 1], shunt])
    found = sparse.csr_array((values, (rows, columns)), shape=(shunt.size,) * 2)
    found.sum_duplicates()
    return found


def _entry(matrix: Any, row: int, column: int) -> int:
    """Where a sparse matrix with sorted columns keeps an entry."""
    first, last = matrix.indptr[row], matrix.indptr[row + 1]
    return int(first + np.searchsorted(matrix.indices[first:last], column))
