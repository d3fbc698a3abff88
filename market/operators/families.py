"""Families of areas that are alike: each builds a day once, and its members share the shape."""

from typing import Any

from formulations.contract import Formulation
from market.operators.day import Day, build_day
from market.operators.shape import Shape, row_key
from scenarios.local_market import LocalMarket
from scenarios.scenario import AreaView
from solvers.turns import Turns


class Family:
    """The shapes of the days of areas that are alike; no numbers of any.

    All who have the same `turns` solve linear programs at one HiGHS, one after the other.
    """

    def __init__(self, turns: Turns | None = None) -> None:
        self.turns = turns or Turns()
        self._shapes: dict[LocalMarket | None, Shape] = {}

    def day(
        self, view: AreaView, formulation: Formulation, local: LocalMarket | None = None
    ) -> Day:
        """The day of a view under the rules of local markets, as if built from it alone."""
        shape = self._shapes.get(local)
        if shape and (shared := shape.day(view)):
            return shared
        day = build_day(view, formulation, local)
        self._shapes.setdefault(local, Shape.of(day))
        return day


class Families:
    """The families of all areas of one formulation, which take turns at a solver."""

    def __init__(self, formulation: Formulation) -> None:
        self._formulation, self._turns = formulation, Turns()
        self._found: dict[Any, list[tuple[Any, Family]]] = {}

    def of(self, view: AreaView) -> Family:
        """The family of an area."""
        hashed, rest = row_key(view, self._formulation)
        alike = self._found.setdefault(hashed, [])
        for other, family in alike:
            if other == rest:
                return family
        alike.append((rest, Family(self._turns)))
        return alike[-1][1]
