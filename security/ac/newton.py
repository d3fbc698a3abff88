"""Newton's power flow with step control and reactive limits; it says when it has no solution."""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from security.ac.demand import DIVERGING, Demand
from security.ac.elimination import Singular, factors
from security.ac.grid import Complex, Grid, Real
from security.ac.jacobian import Pattern

TOLERANCE = 1e-9  # p.u.
ROUNDING = 8 * np.finfo(float).eps  # of the largest admittance: near-zero impedances permit no less
ROUGH = 1e-5  # p.u.
NEARLY = 1e-6  # p.u.; a case that comes so near is one of arithmetic
MAX_STEPS = 30
HALVINGS = 8
LEAST_V = 0.05  # p.u.; no step may go below
Q_TOLERANCE = 1e-6  # p.u.
Q_ROUNDS = 100


class Consumption(Protocol):
    """What buses consume at their voltages: MVA, and MVA per p.u."""

    def at(self, v: Real) -> Complex:
        """Consumption of every bus."""
        ...

    def slope(self, v: Real) -> Complex:
        """Its change with the bus's own voltage."""
        ...


class Outcome(enum.StrEnum):
    """Whether voltages were found."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"


@dataclass(frozen=True)
class Operation:
    """What is injected and held on a grid.

    `generation` is the complex power injected (MVA) with Q free where `v_set` (p.u.) holds the
    voltage, NaN where it does not; `q_min`, `q_max` (Mvar) limit Q there.
    """

    grid: Grid
    generation: Complex
    consumption: Sequence[Consumption]
    v_set: Real
    q_min: Real
    q_max: Real

    @property
    def is_constant(self) -> bool:
        """Whether no consumption depends on voltage."""
        return all(isinstance(c, Demand) and c.constant is not None for c in self.consumption)

    def given(self, at: NDArray[np.int8]) -> Complex:
        """Injection of every bus (p.u.) when the buses `at` a reactive limit stay there."""
        limit = np.where(at > 0, self.q_max, self.q_min)
        stays = self.generation.copy()
        stays.imag = np.where(at != 0, limit, stays.imag)
        return stays / complex(self.grid.base_mva)

    @DIVERGING
    def consumed(self, v: Real) -> Complex:
        """Consumption of every bus (p.u.)."""
        total: Complex = np.zeros(v.size, complex)
        for part in self.consumption:
            total = total + part.at(v)
        return total / complex(self.grid.base_mva)

    @DIVERGING
    def slope(self, v: Real) -> Complex:
        """Change of every bus's consumption with its voltage (p.u. per p.u.)."""
        total: Complex = np.zeros(v.size, complex)
        for part in self.consumption:
            total = total + part.slope(v)
        return total / complex(self.grid.base_mva)


@dataclass(frozen=True)
class Solved:
    """Voltages (p.u., complex) and how they were found.

    `mismatch` (p.u.) is the largest, at bus `where`; `at_limit` is +1 where Q stands at its
    greatest value instead of the voltage at its set-point, -1 at its least. An unsolved case
    keeps the last voltages for the record; they are no solution.
    """

    operation: Operation
    outcome: Outcome
    v: Complex
    steps: int
    mismatch: float
    where: str
    at_limit: NDArray[np.int8]

    @property
    def injection(self) -> Complex:
        """Net injection of every bus (MVA)."""
        grid = self.operation.grid
        power: Complex = self.v * np.conj(grid.y_bus @ self.v) * grid.base_mva
        return power

    @property
    def generation(self) -> Complex:
        """Generation of every bus (MVA): net injection and consumption."""
        consumed = self.operation.consumed(np.abs(self.v)) * self.operation.grid.base_mva
        return self.injection + consumed

    @property
    def loss_mw(self) -> float:
        """Active power lost in branches and shunts (MW)."""
        return float(self.injection.real.sum())

    @property
    def trouble(self) -> str:
        """The largest mismatch of an unsolved case, and what may cause it."""
        if not np.isfinite(self.mismatch):
            return f"numbers overflow at bus {self.where!r}; look for values far from usual ones"
        cause = "the load may be beyond what the network can carry"
        if self.mismatch < TOLERANCE:
            cause = "reactive limits are met and left without an end"
        elif self.mismatch < NEARLY:
            cause = "branches with hardly any impedance keep it from settling"
        return f"largest mismatch {self.mismatch:.1e} p.u. at bus {self.where!r}; {cause}"


@dataclass
class Newton:
    """Solver of one grid; keeps the pattern of its Jacobian from one operation to the next."""

    grid: Grid
    _patterns: dict[bytes, Pattern] = field(default_factory=dict)

    @cached_property
    def tolerance(self) -> float:
        """Mismatch (p.u.) that counts as none."""
        return max(TOLERANCE, ROUNDING * float(np.abs(self.grid.y_bus.data).max(initial=0.0)))

    def solve(
        self, operation: Operation, start: Complex | None = None, *, rough: bool = False
    ) -> Solved:
        """Voltages without regard to reactive limits; `rough` ones are good for a start."""
        none = np.zeros(len(self.grid.buses), dtype=np.int8)
        start = linear_start(operation) if start is None else start
        return self._solve(operation, start, none, ROUGH if rough else self.tolerance)

    def solve_within_limits(
        self,
        operation: Operation,
        start: Complex | None = None,
        at: NDArray[np.int8] | None = None,
    ) -> Solved:
        """Voltages with the Q of held buses within limits; the slack bus has none.

        `at` says which buses stood at a limit in a former solution, see `Solved.at_limit`.

        After each solution buses beyond a limit stop there, and those that stand at a limit with
        the voltage on its far side hold their voltage again; from when one would come back a second
        time, only the first of them all (the rule of K. G. Murty for complementarity problems,
        "Note on a Bard-type Scheme", Opsearch 11, 1974).
        """
        at = np.zeros(len(self.grid.buses), dtype=np.int8) if at is None else at
        returned, singly = np.zeros(at.size, dtype=bool), False
        v = linear_start(operation) if start is None else start
        for _ in range(Q_ROUNDS):
            found = self._solve(operation, v, at, self.tolerance)
            if found.outcome is Outcome.UNSOLVED:
                return found
            beyond = self._beyond(found)
            back = self._may_return(found)
            if not beyond.any() and not back.any():
                return found
            singly |= bool((back & returned).any())
            returned |= back
            changed = np.flatnonzero(back | (beyond != 0))[: 1 if singly else None]
            at = at.copy()
            at[changed] = np.where(back, 0, at + beyond)[changed]
            v = found.v
        return replace(found, outcome=Outcome.UNSOLVED)

    def keeps_limits(self, found: Solved) -> bool:
        """Whether no held bus is beyond its reactive limits and none at a limit could return."""
        return not (self._beyond(found).any() or self._may_return(found).any())

    def _beyond(self, found: Solved) -> NDArray[np.int8]:
        """+1 where a held bus gives more Q than it can, -1 where it takes more."""
        operation, q = found.operation, found.generation.imag
        margin = Q_TOLERANCE * self.grid.base_mva
        held = held_buses(operation, found.at_limit)
        above, below = q > operation.q_max + margin, q < operation.q_min - margin
        return (held & above).astype(np.int8) - (held & below).astype(np.int8)

    def _may_return(self, found: Solved) -> NDArray[np.bool_]:
        size, wanted = np.abs(found.v), found.operation.v_set
        high, low = found.at_limit > 0, found.at_limit < 0
        back: NDArray[np.bool_] = (high & (size > wanted + Q_TOLERANCE)) | (
            low & (size < wanted - Q_TOLERANCE)
        )
        return back

    def pattern(self, operation: Operation, at: NDArray[np.int8]) -> Pattern:
        """Unknowns and equations when the buses `at` a limit do not hold their voltage."""
        held = held_buses(operation, at)
        key = held.tobytes()
        if key not in self._patterns:
            free = np.flatnonzero(~self.grid.slacks)
            self._patterns[key] = Pattern.of(self.grid, free, free[~held[free]])
        return self._patterns[key]

    @DIVERGING
    def _solve(
        self, operation: Operation, start: Complex, at: NDArray[np.int8], tolerance: float
    ) -> Solved:
        pattern = self.pattern(operation, at)
        y, given = self.grid.y_bus.data, operation.given(at)
        v = _with_set_points(operation, start, held_buses(operation, at))

        def left(at_v: Complex) -> Real:
            return pattern.mismatch(y, at_v, given - operation.consumed(np.abs(at_v)))

        off = left(v)
        steps = 0
        while steps < MAX_STEPS and tolerance < np.abs(off).max(initial=0.0) < np.inf:
            try:
                lu = pattern.factors(y, v, operation.slope(np.abs(v)))
            except Singular:
                break
            v, off, moved = _damped(pattern, left, v, off, -lu.solve(off))
            steps += 1
            if not moved:
                break
        worst = float(np.abs(off).max(initial=0.0))
        good = worst <= tolerance
        return Solved(
            operation,
            Outcome.SOLVED if good else Outcome.UNSOLVED,
            v,
            steps,
            worst,
            self._place(pattern, off),
            at,
        )

    def _place(self, pattern: Pattern, off: Real) -> str:
        if not off.size:
            return ""
        bus = np.concatenate([pattern.angle, pattern.magnitude])[int(np.abs(off).argmax())]
        return self.grid.buses[int(bus)]


def held_buses(operation: Operation, at: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Which buses but the slack hold their voltage, when those `at` a limit do not."""
    held: NDArray[np.bool_] = np.isfinite(operation.v_set) & (at == 0) & ~operation.grid.slacks
    return held


@DIVERGING
def linear_start(operation: Operation) -> Complex:
    """Voltages with loads as impedances, and held voltages at their set-points.

    Angles of held voltages are those of phase shifts on the way from the slack bus. Long feeders
    fall too far for a start at one voltage throughout; that is 1 p.u. where loads as impedances
    have no solution.
    """
    held = np.isfinite(operation.v_set)
    free = np.flatnonzero(~held)
    v: Complex = np.where(held, operation.v_set, 1.0) * np.exp(1j * operation.grid.turned)
    if free.size:
        load = np.conj(operation.consumed(np.ones(v.size)))
        y = operation.grid.y_bus[free]
        inside = y[:, free] + sparse.diags_array(load[free])
        try:
            v[free] = factors(sparse.csc_array(inside)).solve(-(y[:, held] @ v[held]))
        except Singular:
            return v
    return v


def _with_set_points(operation: Operation, start: Complex, held: NDArray[np.bool_]) -> Complex:
    v = start.copy()
    fixed = held | operation.grid.slacks
    v[fixed] *= operation.v_set[fixed] / np.abs(v[fixed])
    return v


def _damped(
    pattern: Pattern, left: Callable[[Complex], Real], v: Complex, off: Real, step: Real
) -> tuple[Complex, Real, bool]:
    """The step, halved until the mismatch falls; no step where it never does."""
    before, share = float(off @ off), 1.0
    for _ in range(HALVINGS):
        trial = pattern.moved(v, share * step)
        if np.abs(trial).min() > LEAST_V:
            there = left(trial)
            now = float(there @ there)
            if np.isfinite(now) and now < before:
                return trial, there, True
        share /= 2
    return v, off, False
