"""Fast decoupled load flow after outages: both matrices stay factorised, outages correct them.

B. Stott, O. Alsac, "Fast Decoupled Load Flow", IEEE Trans. Power Appar. Syst. 93(3), 1974, in
the XB version: active power by the branch reactances alone, reactive power by all of -Im(Y).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scenarios.matrices import incidence, susceptance
from scenarios.network import Network
from security.ac.demand import DIVERGING
from security.ac.grid import Complex, Grid, Places, Real
from security.ac.newton import LEAST_V, Operation, Outcome, Solved, held_buses
from security.outages.compensation import Factorised, Solver

TOLERANCE = 1e-9  # p.u.; the same as Newton's, so that both give the same result
MAX_STEPS = 40  # of both halves; a case that needs more is Newton's
GROWTH = 10.0  # a mismatch so many times the first one will not settle


@dataclass(frozen=True)
class Halves:
    """Solvers of the active and the reactive half, after one outage.

    `at_limit` says which buses stand at a reactive limit, see `Solved.at_limit`.
    """

    grid: Grid
    at_limit: NDArray[np.int8]
    angle: Places
    magnitude: Places
    by_angle: Solver
    by_magnitude: Solver

    @cached_property
    def held(self) -> Places:
        """Buses whose voltage is not free."""
        return np.setdiff1d(np.arange(len(self.grid.buses)), self.magnitude)


@dataclass(frozen=True)
class Parts:
    """What branches add to B' and to B'', over the buses that they touch."""

    buses: Places
    active: Real
    reactive: Real


@dataclass
class FastDecoupled:
    """Matrices of one network, factorised once; `grid` is its grid without outage."""

    network: Network
    grid: Grid
    _reactive: dict[bytes, Factorised] = field(default_factory=dict)
    _halves: dict[tuple[bytes, bytes, tuple[str, ...]], Halves] = field(default_factory=dict)

    @cached_property
    def active(self) -> Factorised:
        """B': reactances alone, over all buses but the slacks."""
        ends = incidence(self.network)
        nodal = ends.T @ sparse.diags_array(self._susceptances) @ ends
        return Factorised(nodal, np.flatnonzero(~self.grid.slacks))

    def reactive(self, operation: Operation, at: NDArray[np.int8]) -> Factorised:
        """B'': -Im(Y), over the buses whose voltage is free."""
        held = held_buses(operation, at)
        held[self.grid.slacks] = True
        if held.tobytes() not in self._reactive:
            found = Factorised(-self.grid.y_bus.imag, np.flatnonzero(~held))
            self._reactive[held.tobytes()] = found
        return self._reactive[held.tobytes()]

    def halves(self, operation: Operation, at: NDArray[np.int8], out: Sequence[str] = ()) -> Halves:
        """Solvers without the branches `out`, which must not leave an island; kept from then on."""
        key = (held_buses(operation, at).tobytes(), at.tobytes(), tuple(out))
        if key not in self._halves:
            self._halves[key] = self._prepared(operation, at, out)
        return self._halves[key]

    def _prepared(self, operation: Operation, at: NDArray[np.int8], out: Sequence[str]) -> Halves:
        active, reactive = self.active, self.reactive(operation, at)
        parts = self._parts([self.grid.branch_at[name] for name in out])
        return Halves(
            self.grid.without(out),
            at,
            active.buses,
            reactive.buses,
            active.without(parts.buses, parts.active),
            reactive.without(parts.buses, parts.reactive),
        )

    @cached_property
    def _susceptances(self) -> Real:
        return np.array([susceptance(k, 1.0) for k in self.network.branches.values()])

    def _parts(self, lost: Sequence[int]) -> "Parts":
        grid = self.grid
        buses = np.unique(np.concatenate([grid.start[lost], grid.end[lost]])).astype(np.intp)
        angle, magnitude = np.zeros((2, buses.size, buses.size))
        for k in lost:
            ends = np.searchsorted(buses, [grid.start[k], grid.end[k]])
            block = np.ix_(ends, ends)
            angle[block] += self._susceptances[k] * np.array([[1.0, -1.0], [-1.0, 1.0]])
            magnitude[block] -= np.stack([grid.y_from[k], grid.y_to[k]]).imag
        return Parts(buses, angle, magnitude)


@DIVERGING
def settle(
    halves: Halves, operation: Operation, start: Complex, tolerance: float = TOLERANCE
) -> Solved:
    """Active and reactive halves in turn, from `start`, until the mismatch is within tolerance.

    An unsettled case may still have a solution.
    """
    grid = halves.grid
    angle, size = np.angle(start), np.abs(start)
    size[halves.held] = operation.v_set[halves.held]
    given = operation.given(halves.at_limit)
    off, v = _mismatch(grid, given, operation, angle, size)
    worst = first = _largest(halves, off)
    steps = 0
    while tolerance < worst < GROWTH * first + 1 and steps < MAX_STEPS:
        angle[halves.angle] -= halves.by_angle((off.real / size)[halves.angle])
        off, v = _mismatch(grid, given, operation, angle, size)
        size[halves.magnitude] -= halves.by_magnitude((off.imag / size)[halves.magnitude])
        if not size.min() > LEAST_V:
            break
        off, v = _mismatch(grid, given, operation, angle, size)
        worst = _largest(halves, off)
        steps += 1
    solved = Outcome.SOLVED if worst <= tolerance else Outcome.UNSOLVED
    return Solved(operation, solved, v, steps, worst, _place(halves, off), halves.at_limit)


def _mismatch(
    grid: Grid, given: Complex, operation: Operation, angle: Real, size: Real
) -> tuple[Complex, Complex]:
    """What flows off every bus less what is injected (p.u.), and the voltages."""
    v = size * np.exp(1j * angle)
    off: Complex = v * np.conj(grid.y_bus @ v) - given + operation.consumed(size)
    return off, v


def _largest(halves: Halves, off: Complex) -> float:
    active = np.abs(off.real[halves.angle]).max(initial=0.0)
    return float(max(active, np.abs(off.imag[halves.magnitude]).max(initial=0.0)))


def _place(halves: Halves, off: Complex) -> str:
    """Bus of the largest mismatch."""
    left = np.zeros(off.size)
    left[halves.angle] = np.abs(off.real[halves.angle])
    reactive = np.abs(off.imag[halves.magnitude])
    left[halves.magnitude] = np.maximum(left[halves.magnitude], reactive)
    return halves.grid.buses[int(left.argmax())]


__all__ = ["FastDecoupled", "Halves", "settle"]
