"""What the days of areas that are alike have in common, so that it is built but once.

They differ in limits and prices, and in the names of the area and of its boundaries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from formulations.contract import Formulation
from formulations.devices import all_devices
from formulations.devices.contract import Setting, in_rows
from market.operators.area import BY_BOUNDARY, add_area
from market.operators.day import Day, build_day, with_numbers
from market.operators.numbers_alone import NumbersAlone
from scenarios.local_market import LocalMarket
from scenarios.scenario import AreaView
from solvers.condensation import Following
from solvers.program import Positions, Program


@dataclass(frozen=True)
class Shape:
    """Rows, positions and names of a day, and none of its numbers.

    `key` holds all of a view that stands in the rows of its program, `decided` the names of all
    decisions.
    """

    key: tuple[Any, ...]
    formulation: Formulation
    local: LocalMarket | None
    program: Program
    columns: Mapping[str, Positions]
    rows: Mapping[str, Positions]
    members: Mapping[str, list[Any]]
    decided: frozenset[str]
    following: Following
    links: Positions
    exclusive: Positions
    integers: Positions
    owners: Mapping[str, str]

    @classmethod
    def of(cls, day: Day) -> Self:
        """The shape of a day that was built."""
        return cls(
            row_key(day.view, day.formulation, day.local),
            day.formulation,
            day.local,
            _without_numbers(day),
            day.columns,
            day.rows,
            {name: [] if name in BY_BOUNDARY else held for name, held in day.members.items()},
            frozenset(day.decisions),
            day.following,
            day.links,
            day.exclusive,
            day.integers,
            day.owners,
        )

    def day(self, view: AreaView) -> Day | None:
        """The day of a view, as if built from it; None where it has another shape."""
        if row_key(view, self.formulation, self.local) != self.key:
            return None
        numbers = NumbersAlone()
        add_area(numbers, view, self.formulation, (), self.local)
        decided = {d.name: list(d.members) for d in numbers.decisions}
        same = (self.members[n] == held for n, held in decided.items() if n not in BY_BOUNDARY)
        if decided.keys() != self.decided or not all(same):
            return None
        return Day(
            view,
            self.formulation,
            self.local,
            with_numbers(self.program, self.columns, numbers),
            self.columns,
            self.rows,
            {**self.members, **decided},
            {d.name: d for d in numbers.decisions},
            numbers.offset,
            self.following,
            self.links,
            self.exclusive,
            self.integers,
            self.owners,
        )


def with_view(day: Day, view: AreaView) -> Day:
    """The day with the numbers of another view, as if built from it.

    Nothing is built where limits and prices alone differ, which is most of what a study varies.
    """
    return Shape.of(day).day(view) or build_day(view, day.formulation, day.local)


def row_key(
    view: AreaView, formulation: Formulation, local: LocalMarket | None = None
) -> tuple[Any, ...]:
    """All of a view that stands in the rows of its program; what can be hashed of it comes first.

    The rest are limits, prices, and the names of the area and its boundaries.
    """
    network, setting = view.network, Setting(formulation.traits.reactive, local)
    parts = (*network.buses.values(), *network.branches.values())
    grid = network.base_mva, network.references, *(in_rows(part, ()) for part in parts)
    ports = tuple(p.bus for p in view.ports.values())
    owned = [device.row_key(view, setting) for device in all_devices()]
    return (view.side, view.hours, ports, grid), owned


def _without_numbers(day: Day) -> Program:
    """The program with the limits of its network alone; the rest are those of decisions."""
    program = day.program.copy()
    for name in day.decisions:
        at = day.columns[name]
        program.lower[at], program.upper[at] = -np.inf, np.inf
    program.cost[:] = 0.0
    return program
