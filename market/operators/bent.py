"""A day's program in which boundary power has a quadratic cost of its own, kept at a solver."""

import numpy as np

from market.coordination.protocol import Crossing
from market.operators.day import Day
from market.operators.offered_columns import bent
from market.operators.outages import secured
from solvers.session import Session


class BentSession:
    """A solver for one `slope` ($/MW2h) of the price of boundary power, (boundaries, periods)."""

    def __init__(
        self, day: Day, slope: Crossing, limits: tuple[Crossing, Crossing], time_limit_s: float
    ) -> None:
        self._slope, self._limits = slope.copy(), limits
        self._hours = day.hours
        self._columns = day.crossing.ravel()
        name = f"clearing of area '{day.view.name}' near a schedule"
        self.session: Session = secured(bent(day.program, day, slope), name, time_limit_s, day)
        self.session.set_bounds(self._columns, *(limit.ravel() for limit in limits))

    def has(self, slope: Crossing, limits: tuple[Crossing, Crossing]) -> bool:
        """Whether it has this slope and these limits (MW)."""
        pairs = zip((slope, *limits), (self._slope, *self._limits), strict=True)
        return all(np.array_equal(a, b) for a, b in pairs)

    def price(self, cost: Crossing) -> None:
        """Cost of the first MW of boundary power ($/MWh)."""
        self.session.set_cost(self._columns, (cost * self._hours).ravel())
