"""All areas' equations with the loading as an unknown, linear at a point.

Every DSO gets (boundary voltage, lambda) and answers with its power, the slope of it in the
voltage and in lambda; the TSO takes a Newton step. Without feeders these are the equations of a
single network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import Any, Protocol

import numpy as np

from security.ac.elimination import determinant_sign, factors
from security.ac.grid import Complex, Places, Real
from security.continuation.area_equations import AreaEquations, AreaState, LinearisedArea
from security.continuation.eliminated import Closing, Eliminated, bordered
from security.continuation.tap_changer import Regulated
from security.coordinated.boundary_iteration import Boundaries

UPPER = ""  # transmission's key among the areas of a point; feeders have their boundary's name


@dataclass(frozen=True)
class Point:
    """A state of all areas at a loading, by boundary; transmission's key is `UPPER`."""

    lam: float
    areas: Mapping[str, AreaState]


@dataclass(frozen=True)
class Row:
    """A linear condition: sum of `terms` by area, over its unknowns, plus `by_lambda`."""

    terms: Mapping[str, Real]
    by_root: float = 0.0
    by_lambda: float = 0.0


class Condition(Protocol):
    """The equation that closes the system: which point of the curve is meant."""

    @property
    def leader(self) -> str:
        """The feeder that it is about, transmission's key where it is about others."""
        ...

    def gap(self, at: "Linearised", upper: LinearisedArea) -> float:
        """What is missing at a point; `upper` are transmission's equations."""
        ...

    def row(self, at: "Linearised", upper: LinearisedArea) -> Row:
        """Its derivative there; `by_root` belongs to the feeder that leads."""
        ...


@dataclass(frozen=True)
class Steps:
    """Changes of all unknowns (angles, then magnitudes), by area, and of lambda.

    `orientation` of a direction of the curve is the sign of the determinant of the equations
    closed by the direction itself. It stays along a smooth curve, through every fold, and changes
    when the direction is reversed; 0 where it is not asked for.
    """

    lam: float
    areas: Mapping[str, Real]
    orientation: int = 0

    def times(self, factor: float) -> "Steps":
        """The same direction, or the opposite one."""
        areas = {name: factor * step for name, step in self.areas.items()}
        orientation = self.orientation if factor > 0 else -self.orientation
        return Steps(factor * self.lam, areas, orientation)


@dataclass
class System:
    """Transmission and its feeders, by boundary; `buses` are the boundary buses in transmission.

    `q_limits` tells whether reactive limits hold; `taps` are the tap changers of feeders.
    """

    upper: AreaEquations
    lower: Mapping[str, AreaEquations]
    buses: Sequence[int] = ()
    q_limits: bool = True
    taps: Mapping[str, Regulated] = field(default_factory=dict)

    @cached_property
    def bus(self) -> Places:
        """Positions of the boundary buses."""
        return np.array(self.buses, dtype=np.intp)

    @cached_property
    def bus_of(self) -> Mapping[str, int]:
        """Position of the boundary bus of every feeder."""
        return dict(zip(self.lower, self.buses, strict=True))

    def equations(self, name: str) -> AreaEquations:
        """One area."""
        return self.upper if name == UPPER else self.lower[name]


@dataclass
class Linearised:
    """All areas' equations at one point; `known` feeders are taken over where they stand still."""

    system: "System"
    point: Point
    known: Mapping[str, LinearisedArea] = field(default_factory=dict)

    @cached_property
    def lower(self) -> dict[str, LinearisedArea]:
        """Every feeder's equations."""
        areas, lam = self.point.areas, self.point.lam
        kept = {name: k for name, k in self.known.items() if k.here is areas[name]}
        return {
            name: kept[name] if name in kept else equations.linear(areas[name], lam)
            for name, equations in self.system.lower.items()
        }

    @cached_property
    def upper(self) -> LinearisedArea:
        """Transmission's equations with what the feeders draw."""
        power = [linear.power for linear in self.lower.values()]
        grows = [linear.drawn_by_loading for linear in self.lower.values()]
        return self._above(power, [0j] * len(power), grows)

    def area(self, name: str) -> LinearisedArea:
        """One area's equations."""
        return self.upper if name == UPPER else self.lower[name]

    @property
    def is_solved(self) -> bool:
        """Whether no area has a mismatch."""
        parts = [self.upper, *self.lower.values()]
        return all(np.abs(p.off).max(initial=0.0) <= p.equations.tolerance for p in parts)

    @property
    def jacobians(self) -> list[Any]:
        """Transmission's Jacobian with the feeders eliminated, and each feeder's own."""
        told = {name: Eliminated.of(linear) for name, linear in self.lower.items()}
        return [self._told(told).jacobian, *(linear.jacobian for linear in self.lower.values())]

    def solve(self, condition: Condition) -> Steps:
        """The Newton step to the point that meets the condition."""
        return self._step(condition, share=1.0)

    def tangent(self, condition: Condition) -> Steps:
        """The direction of the curve in which the condition's quantity grows by one.

        Raises Singular where that quantity does not tell the points of the curve apart.
        """
        return self._step(condition, share=0.0)

    def _step(self, condition: Condition, share: float) -> Steps:
        """The step that closes a share of all mismatches; without any, the tangent."""
        told = {
            name: self._led(condition, share)
            if name == condition.leader
            else Eliminated.of(linear, share)
            for name, linear in self.lower.items()
        }
        upper = self._told(told)
        right = -condition.gap(self, upper) if share else 1.0
        row, by_lambda, right = self._seen_above(condition.row(self, upper), right, told, upper)
        whole = bordered(upper.jacobian, upper.by_loading, row, by_lambda)
        lu = factors(whole)
        steps = self._everywhere(lu.solve(np.append(-upper.off, right)), told, upper)
        if share:
            return steps
        sign = prod((determinant_sign(lu), *(feeder.sign for feeder in told.values())))
        return replace(steps, orientation=sign)

    def _led(self, condition: Condition, share: float) -> Eliminated:
        """The feeder that the condition is about, with the loading solved from it."""
        name = condition.leader
        row = condition.row(self, self.upper)
        right = -condition.gap(self, self.upper) if share else 1.0
        closing = Closing(row.terms[name], row.by_root, row.by_lambda, right)
        return Eliminated.leading(self.lower[name], closing, share)

    def _told(self, told: Mapping[str, Eliminated]) -> LinearisedArea:
        """Transmission's equations with what the feeders told it."""
        said = told.values()
        return self._above([f.power for f in said], [f.slope for f in said], [f.rate for f in said])

    def _above(
        self, power: Sequence[complex], slope: Sequence[complex], rate: Sequence[complex]
    ) -> LinearisedArea:
        here, system = self.point.areas[UPPER], self.system
        buses = len(system.upper.grid.buses)
        v = np.abs(here.v[system.bus])
        drawn = Boundaries(
            buses, system.bus, v, np.array(power, dtype=complex), np.array(slope, dtype=complex)
        )
        grows: Complex = np.zeros(buses, dtype=complex)
        np.add.at(grows, system.bus, np.array(rate, dtype=complex))
        return system.upper.linear(here, self.point.lam, (drawn,), grows)

    def _seen_above(
        self, condition: Row, right: float, told: Mapping[str, Eliminated], upper: LinearisedArea
    ) -> tuple[Real, float, float]:
        """The condition in transmission's unknowns and lambda, and what it must be."""
        row: Real = np.zeros(upper.pattern.size)
        by_lambda = condition.by_lambda
        for name, term in condition.terms.items():
            if name == UPPER:
                row += term
                continue
            place = self._root_unknown(name, upper)
            if (lam := told[name].lam) is not None:
                by_lambda, right = 1.0, lam[0]
                by_root = -lam[1]
            else:
                closing, by_root, by_loading = (term @ told[name].columns).tolist()
                by_lambda, right = by_lambda + by_loading, right - closing
            if place is not None:
                row[place] += by_root
        return row, by_lambda, right

    def _root_unknown(self, name: str, upper: LinearisedArea) -> int | None:
        """Which of transmission's unknowns is the voltage of a boundary; None where it is held."""
        place = np.flatnonzero(upper.pattern.magnitude == self.system.bus_of[name])
        return int(upper.pattern.angle.size + place[0]) if place.size else None

    def _everywhere(
        self, solved: Real, told: Mapping[str, Eliminated], upper: LinearisedArea
    ) -> Steps:
        """Every area's step, from transmission's and lambda's."""
        lam = float(solved[-1])
        areas = {UPPER: solved[:-1]}
        for name, feeder in told.items():
            place = self._root_unknown(name, upper)
            root = 0.0 if place is None else float(solved[place])
            areas[name] = feeder.step(root, lam)
        return Steps(lam, areas)
