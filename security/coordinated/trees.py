"""Radial feeders that hold no voltages, solved side by side by sweeps over all of them at once.

Buses stand in the order of a depth-first walk, so that sums over subtrees and over ways to the root
are differences of running sums. The iteration is that of the implicit Z-bus method; nothing of
one feeder enters the steps of another. D. Shirmohammadi, H. W. Hong, A. Semlyen, G. X. Luo, "A
Compensation-Based Power Flow Method for Weakly Meshed Distribution and Transmission Networks",
IEEE Trans. Power Syst. 3(2), 1988.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import depth_first_order

from security.ac.demand import DIVERGING, Demand
from security.ac.grid import Complex, Grid, Places, Real
from security.ac.newton import Operation, Outcome, Solved
from security.ac.zbus import MAX_STEPS
from security.coordinated.feeder import NEAR, Drawn, Feeder

TOLERANCE = 1e-11  # p.u., largest change of a voltage
ROUGH = 1e-5  # p.u.
SLOPE_TOLERANCE = 1e-5  # p.u. per p.u.; slopes guide steps, and no result rests on them


def is_tree(grid: Grid) -> bool:
    """Whether a grid is a tree of plain series impedances: no shunts, charging or taps."""
    series = grid.y_from[:, 0]
    plain = np.column_stack([series, -series])
    return (
        0 < len(grid.branches) == len(grid.buses) - 1
        and not grid.shunt.any()
        and bool((grid.y_from == plain).all() and (grid.y_to == plain[:, ::-1]).all())
    )


def holds_no_voltage(operation: Operation) -> bool:
    """Whether sweeps solve an operation: the root alone holds its voltage, loads are plain."""
    held = np.isfinite(operation.v_set)
    held[operation.grid.slack] = False
    return not held.any() and all(isinstance(part, Demand) for part in operation.consumption)


@dataclass(frozen=True)
class Walk:
    """Buses of one tree but its root, depth first: `last` is one past a bus's last descendant.

    `z` (p.u.) is the impedance of the branch towards the root.
    """

    bus: Places
    last: Places
    z: Complex

    @staticmethod
    def of(grid: Grid) -> "Walk":
        """The walk from the slack bus."""
        count = len(grid.buses)
        ways = sparse.csr_array((np.arange(1, count), (grid.start, grid.end)), shape=(count, count))
        order, parent = depth_first_order(ways, grid.slack, directed=False)
        place = np.empty(count, dtype=np.intp)
        place[order] = np.arange(count)
        size = np.ones(count, dtype=np.intp)
        for n in order[:0:-1]:
            size[parent[n]] += size[n]
        z = np.zeros(count, dtype=complex)
        start, end = grid.start, grid.end
        lower = np.where(parent[end] == start, end, start)
        z[lower] = 1 / grid.y_from[:, 0]
        inner = order[1:]
        return Walk(inner.astype(np.intp), place[inner] - 1 + size[inner], z[inner])


@dataclass(frozen=True)
class Trees:
    """Feeders side by side; arrays over buses follow the walks, arrays over feeders the names."""

    boundaries: tuple[str, ...]
    feeders: tuple[Feeder, ...]

    @cached_property
    def walks(self) -> tuple[Walk, ...]:
        """Every feeder's walk."""
        return tuple(Walk.of(f.grid) for f in self.feeders)

    @cached_property
    def first(self) -> Places:
        """Where every feeder begins, and the number of all buses but roots."""
        return np.concatenate([[0], np.cumsum([w.bus.size for w in self.walks])]).astype(np.intp)

    @cached_property
    def owner(self) -> Places:
        """Feeder of every bus."""
        return np.repeat(np.arange(len(self.feeders)), np.diff(self.first))

    @cached_property
    def places(self) -> tuple[Places, ...]:
        """Where every bus of a feeder stands; -1 for its root."""
        found = []
        for feeder, walk, first in zip(self.feeders, self.walks, self.first, strict=False):
            place = np.full(len(feeder.grid.buses), -1, dtype=np.intp)
            place[walk.bus] = np.arange(walk.bus.size) + first
            found.append(place)
        return tuple(found)

    @cached_property
    def last(self) -> Places:
        """One past the last descendant of every bus."""
        return np.concatenate([w.last + n for w, n in zip(self.walks, self.first, strict=False)])

    @cached_property
    def z(self) -> Complex:
        """Impedance of every branch (p.u. on its feeder's base)."""
        return np.concatenate([w.z for w in self.walks])

    @cached_property
    def base_mva(self) -> Real:
        """Base of every feeder."""
        return np.array([f.grid.base_mva for f in self.feeders])

    @cached_property
    def _left(self) -> tuple[Places, Places]:
        """Buses in the order in which the walk leaves them, and how many it has left at each."""
        order = np.argsort(self.last, kind="stable")
        return order, np.searchsorted(self.last[order], np.arange(self.last.size), "right")

    def drop(self, current: Complex) -> Complex:
        """Voltage lost between the root and every bus by currents that are drawn (p.u.)."""
        below = running(current)
        lost = self.z * (below[self.last] - below[:-1])
        order, left = self._left
        total: Complex = running(lost)[1:] - running(lost[order])[left]
        return total

    def at_roots(self, current: Complex) -> Complex:
        """Currents of every feeder together (p.u.)."""
        return np.add.reduceat(current, self.first[:-1])

    def worst(self, change: Complex) -> Real:
        """Largest change of every feeder."""
        return np.maximum.reduceat(np.abs(change), self.first[:-1])


def running(values: Complex) -> Complex:
    """Sums of all values before each place, and of all."""
    total = np.empty(values.size + 1, dtype=complex)
    total[0] = 0.0
    np.cumsum(values, out=total[1:])
    return total


def _loads(operation: Operation) -> Iterator[Demand]:
    return (part for part in operation.consumption if isinstance(part, Demand))


def _joined(buses: int, parts: Sequence[tuple[Places, Complex, Real, Real]]) -> Demand:
    bus, power, n_p, n_q = (np.concatenate(c) for c in zip(*parts, strict=True))
    return Demand(buses, bus, power, n_p, n_q)


@dataclass(frozen=True)
class TreesDrawn:
    """What the feeders generate and consume at one operation each."""

    trees: Trees
    operations: Sequence[Operation]

    def is_of(self, lower: Mapping[str, Operation]) -> bool:
        """Whether these are the very operations of some feeders among `lower`."""
        pairs = zip(self.trees.boundaries, self.operations, strict=True)
        return all(lower.get(b) is o for b, o in pairs)

    @cached_property
    def _generation(self) -> Complex:
        """Generation of every bus (p.u.)."""
        parts = [
            o.generation[w.bus] / o.grid.base_mva
            for o, w in zip(self.operations, self.trees.walks, strict=True)
        ]
        return np.concatenate(parts)

    @cached_property
    def _generation_at_roots(self) -> Complex:
        """Generation of every root (MVA)."""
        return np.array([o.generation[o.grid.slack] for o in self.operations])

    @cached_property
    def _demand(self) -> Demand:
        """All loads but those at roots (p.u. at 1 p.u.)."""
        parts = []
        for o, place in zip(self.operations, self.trees.places, strict=True):
            for load in _loads(o):
                inner = place[load.bus] >= 0
                power = load.power[inner] / o.grid.base_mva
                parts.append((place[load.bus][inner], power, load.n_p[inner], load.n_q[inner]))
        return _joined(int(self.trees.first[-1]), parts)

    @cached_property
    def _at_roots(self) -> Demand:
        """Loads at roots (MVA at 1 p.u.), a bus each."""
        parts = []
        for n, o in enumerate(self.operations):
            for load in _loads(o):
                here = load.bus == o.grid.slack
                root = np.full(int(here.sum()), n)
                parts.append((root, load.power[here], load.n_p[here], load.n_q[here]))
        return _joined(len(self.operations), parts)

    @DIVERGING
    def draw(
        self, v_root: Real, last: Mapping[str, Drawn], *, rough: bool = False
    ) -> dict[str, Drawn]:
        """What every feeder draws at its root voltage (p.u.); none where one does not settle.

        The same question has the same answer; former slopes serve again where voltages have hardly
        moved. A `rough` answer is good to 1e-5 p.u.: enough for a voltage that will not stay.
        """
        trees = self.trees
        known = [last[b] for b in trees.boundaries if b in last]
        had = len(known) == len(trees.boundaries)
        roots = np.array([abs(d.solved.v[d.solved.operation.grid.slack]) for d in known])
        answered = had and self._same(known) and (rough or not any(d.rough for d in known))
        if answered and (roots == v_root).all():
            return dict(zip(trees.boundaries, known, strict=True))
        start = v_root[trees.owner].astype(complex)
        if had:
            before = [d.solved.v[w.bus] for d, w in zip(known, trees.walks, strict=True)]
            start = np.concatenate(before)
            # at constant power drops fall as voltages rise
            start = start + (v_root - roots)[trees.owner] * (2.0 - start / roots[trees.owner])
        v, settled = self._voltages(v_root, start, ROUGH if rough else TOLERANCE)
        if not settled:
            return {}
        is_near = had and bool((np.abs(roots - v_root) < NEAR).all())
        slope = np.array([d.slope for d in known]) if is_near else self._slopes(v_root, v)
        power = self._power(v_root, v)
        return {
            b: Drawn(complex(power[n]), complex(slope[n]), self._solved(n, v_root[n], v), rough)
            for n, b in enumerate(trees.boundaries)
            if np.isfinite(slope[n])
        }

    def _same(self, known: Sequence[Drawn]) -> bool:
        return all(d.solved.operation is o for d, o in zip(known, self.operations, strict=True))

    def _voltages(self, v_root: Real, v: Complex, tolerance: float) -> tuple[Complex, bool]:
        """Voltages of all buses but roots from a start, and whether they have settled."""
        trees, given, demand = self.trees, self._generation, self._demand
        unloaded = v_root[trees.owner]
        fixed = None if demand.constant is None else demand.constant - given
        for _ in range(MAX_STEPS):
            used = demand.at(np.abs(v)) - given if fixed is None else fixed
            now = unloaded - trees.drop(np.conj(used / v))
            change, v = float(np.abs(now - v).max()), now
            if change < tolerance:
                return v, True
            if not np.isfinite(change):
                break
        return v, False

    def _slopes(self, v_root: Real, v: Complex) -> Complex:
        """Change of the power drawn at every root with its voltage (MVA per p.u.)."""
        trees, size = self.trees, np.abs(v)
        used = self._demand.at(size) - self._generation
        steep = self._demand.slope(size) / v
        turned, bend = np.conj(v) / size, used / v**2
        moved, change = np.ones(v.size, dtype=complex), np.full(len(trees.feeders), np.inf)
        rising = moved
        for _ in range(MAX_STEPS):
            rising = np.conj(steep * (turned * moved).real - bend * moved)
            now = 1.0 - trees.drop(rising)
            change = trees.worst(now - moved)
            moved = now
            if not (change >= SLOPE_TOLERANCE).any():
                break
        current = trees.at_roots(np.conj(used / v))
        slope = (np.conj(current) + v_root * np.conj(trees.at_roots(rising))) * trees.base_mva
        return np.where(change < SLOPE_TOLERANCE, slope, np.nan)

    def _power(self, v_root: Real, v: Complex) -> Complex:
        """What comes in at every root, and what is used there beside its generation (MVA)."""
        used = self._demand.at(np.abs(v)) - self._generation
        current = self.trees.at_roots(np.conj(used / v))
        own = self._at_roots.at(v_root) - self._generation_at_roots
        power: Complex = v_root * np.conj(current) * self.trees.base_mva + own
        return power

    def _solved(self, n: int, root: float, v: Complex) -> Solved:
        operation, trees = self.operations[n], self.trees
        own = np.empty(len(operation.grid.buses), dtype=complex)
        own[operation.grid.slack] = root
        own[trees.walks[n].bus] = v[trees.first[n] : trees.first[n + 1]]
        none = np.zeros(own.size, dtype=np.int8)
        return Solved(operation, Outcome.SOLVED, own, 0, 0.0, "", none)
