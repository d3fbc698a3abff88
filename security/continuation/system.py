"""All areas' equations with the loading, solved by rounds between the operators.

In each round every DSO gets (boundary voltage, lambda) and answers with its power, the slope of
it in the voltage and in lambda; the TSO takes a Newton step. Without feeders it is the
continuation power flow of a single network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from security.ac.grid import Complex, Places, Real
from security.ac.newton import LEAST_V
from security.continuation.side import Eliminated, Linear, Local, Side
from security.coordinated.exchange import Boundaries

TOLERANCE = 1e-9  # p.u.
MAX_ROUNDS = 12
UPPER = ""  # transmission's key among the areas of a point; feeders have their boundary's name


@dataclass(frozen=True)
class Point:
    """A state of all areas at a loading, by boundary; transmission's key is `UPPER`."""

    lam: float
    areas: Mapping[str, Local]


@dataclass(frozen=True)
class Row:
    """A linear condition: sum of `terms` by area, over its unknowns, plus `by_lambda`."""

    terms: Mapping[str, Real]
    by_root: float = 0.0
    by_lambda: float = 0.0


class Condition(Protocol):
    """The equation that closes the system: which point of the curve is meant."""

    def gap(self, at: "Linearised") -> float:
        """What is missing at a point."""
        ...

    def row(self, at: "Linearised") -> Row:
        """Its derivative there; `by_root` belongs to the feeder of its only term."""
        ...


@dataclass(frozen=True)
class Steps:
    """Changes of all unknowns (angles, then magnitudes), by area, and of lambda."""

    lam: float
    areas: Mapping[str, Real]


@dataclass
class Linearised:
    """All areas' equations at one point."""

    system: "System"
    point: Point

    @cached_property
    def lower(self) -> dict[str, Eliminated]:
        """Every feeder, eliminated."""
        lam = self.point.lam
        return {
            name: Eliminated.of(side.linear(self.point.areas[name], lam))
            for name, side in self.system.lower.items()
        }

    @cached_property
    def upper(self) -> Linear:
        """Transmission with what the feeders told it."""
        here, system = self.point.areas[UPPER], self.system
        told = self.lower.values()
        buses = len(system.upper.grid.buses)
        drawn = Boundaries(
            buses,
            system.bus,
            np.abs(here.v[system.bus]),
            np.array([f.power for f in told], dtype=complex),
            np.array([f.slope for f in told], dtype=complex),
        )
        rate: Complex = np.zeros(buses, dtype=complex)
        np.add.at(rate, system.bus, np.array([f.rate for f in told], dtype=complex))
        return system.upper.linear(here, self.point.lam, (drawn,), rate)

    def area(self, name: str) -> Linear:
        """One area's equations."""
        return self.upper if name == UPPER else self.lower[name].linear

    @property
    def mismatch(self) -> float:
        """The largest mismatch of all areas (p.u.)."""
        parts = [self.upper.off, *(f.linear.off for f in self.lower.values())]
        return float(max(np.abs(off).max(initial=0.0) for off in parts))

    @cached_property
    def jacobian(self) -> Any:
        """Transmission's Jacobian with the feeders eliminated."""
        return self.upper.jacobian

    def solve(self, condition: Row, gap: float) -> Steps:
        """The Newton step, with the condition closing a `gap`."""
        row, shift, by_lambda = self._seen_above(condition)
        solved = self._bordered(row, by_lambda, np.append(-self.upper.off, -gap - shift))
        return self._everywhere(solved, closing=1.0)

    def tangent(self, condition: Row) -> Steps:
        """The direction of the curve in which the condition grows by one."""
        row, _, by_lambda = self._seen_above(condition)
        solved = self._bordered(row, by_lambda, np.append(np.zeros(row.size), 1.0))
        return self._everywhere(solved, closing=0.0)

    def _seen_above(self, condition: Row) -> tuple[Real, float, float]:
        """The condition in transmission's unknowns and lambda, and a constant."""
        row: Real = np.zeros(self.upper.pattern.size)
        shift, by_lambda = 0.0, condition.by_lambda
        for name, term in condition.terms.items():
            if name == UPPER:
                row += term
                continue
            closing, by_root, by_loading = (term @ self.lower[name].columns).tolist()
            shift += closing
            by_lambda += by_loading
            if (place := self._root_unknown(name)) is not None:
                row[place] += by_root + condition.by_root
        return row, shift, by_lambda

    def _root_unknown(self, name: str) -> int | None:
        """Which of transmission's unknowns is the voltage of a boundary; None where it is held."""
        pattern, bus = self.upper.pattern, self.system.bus_of[name]
        place = np.flatnonzero(pattern.magnitude == bus)
        return int(pattern.angle.size + place[0]) if place.size else None

    def _bordered(self, row: Real, by_lambda: float, right: Real) -> Real:
        solved: Real = splu(bordered(self.jacobian, self.upper.by_loading, row, by_lambda)).solve(
            right
        )
        return solved

    def _everywhere(self, solved: Real, closing: float) -> Steps:
        """Every area's step, from transmission's and lambda's."""
        lam = float(solved[-1])
        areas = {UPPER: solved[:-1]}
        for name, feeder in self.lower.items():
            place = self._root_unknown(name)
            root = 0.0 if place is None else float(solved[place])
            areas[name] = feeder.step(closing, root, lam)
        return Steps(lam, areas)


@dataclass
class System:
    """Transmission and its feeders, by boundary; `buses` are the boundary buses in transmission."""

    upper: Side
    lower: Mapping[str, Side]
    buses: Sequence[int] = ()

    @cached_property
    def bus(self) -> Places:
        """Positions of the boundary buses."""
        return np.array(self.buses, dtype=np.intp)

    @cached_property
    def bus_of(self) -> Mapping[str, int]:
        """Position of the boundary bus of every feeder."""
        return dict(zip(self.lower, self.buses, strict=True))

    def side(self, name: str) -> Side:
        """One area."""
        return self.upper if name == UPPER else self.lower[name]

    def moved(self, at: Linearised, steps: Steps, share: float = 1.0) -> Point:
        """The point after (a share of) a step."""
        areas = {
            name: replace(at.point.areas[name], v=at.area(name).moved(share * step))
            for name, step in steps.areas.items()
        }
        for name in self.lower:
            root = self.lower[name].grid.slack
            areas[name].v[root] = abs(areas[UPPER].v[self.bus_of[name]])
        return Point(at.point.lam + share * steps.lam, areas)

    def correct(self, guess: Point, condition: Condition) -> tuple[Linearised | None, int]:
        """The point of the curve that meets the condition, and the rounds it took; or none."""
        at = Linearised(self, guess)
        try:
            for rounds in range(1, MAX_ROUNDS + 1):
                gap = condition.gap(at)
                if max(at.mismatch, abs(gap)) <= TOLERANCE:
                    return at, rounds
                at = Linearised(self, self.moved(at, at.solve(condition.row(at), gap)))
                if not _sound(at.point):
                    return None, rounds
        except RuntimeError:  # exactly singular
            return None, rounds
        return None, MAX_ROUNDS


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


def _sound(point: Point) -> bool:
    sizes = [np.abs(local.v) for local in point.areas.values()]
    return all(bool(np.isfinite(s).all()) and float(s.min()) > LEAST_V for s in sizes)
