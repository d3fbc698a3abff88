"""A party that answers prices by itself: a component of the program with whole numbers in it."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from market.coordination.protocol import Crossing, Ready, Reply, Terms
from market.nonconvex.parties import Component, Market
from solvers.highs import HighsSession, solve_binaries
from solvers.program import Program, Vector
from solvers.whole import is_whole

EXACT = 1e-9  # gap of a reply, part of what it earns


class Plant:
    """What it takes crosses a boundary of its own at each row with a price, from others to it.

    A plant takes power as it gives it: as a negative number. `own_schedule` and `worth` ($) are
    those of a point.
    """

    def __init__(
        self, market: Market, component: Component, relaxed: Vector, limit_s: float
    ) -> None:
        columns, whole = component.columns, market.program
        owner = component.owner
        self.name = f"{owner.kind} {owner.asset or owner.area} of {owner.area}"
        self.component, self.limit_s = component, limit_s
        self.hours, self._period = market.hours, market.period[columns]
        self._program = Program(
            cost=whole.cost[columns],
            lower=whole.lower[columns],
            upper=whole.upper[columns],
            matrix=sparse.csr_array(whole.matrix[component.rows][:, columns]),
            row_lower=whole.row_lower[component.rows],
            row_upper=whole.row_upper[component.rows],
        )
        self._integers = np.flatnonzero(np.isin(columns, market.integers))
        self._session = HighsSession(self._program, f"best reply of {self.name}", limit_s)
        given = sparse.csr_array(whole.matrix[market.priced.ravel()][:, columns])
        members, periods = market.priced.shape
        touched = np.diff(given.indptr).reshape(members, periods).any(axis=1)
        self.members = np.flatnonzero(touched)
        rows = np.arange(members * periods).reshape(members, periods)[touched]
        self._given = sparse.csr_array(given[rows.ravel()])
        self._forecast = self.schedule(relaxed[columns])

    @property
    def boundaries(self) -> Sequence[str]:
        """One for each bus or requirement that it has to do with."""
        return [f"{self.name} {member}" for member in self.members]

    def schedule(self, x: Vector) -> Crossing:
        """What it takes (MW) at a point of its own."""
        return -(self._given @ x).reshape(self.members.size, self.hours.size)

    def worth(self, x: Vector) -> Vector:
        """Its cost ($) by period, negative."""
        spent = np.bincount(self._period, self._program.cost * x, self.hours.size).astype(float)
        return -spent

    def begin(self, terms: Terms) -> Ready:
        """Starts and stops couple its periods."""
        return Ready(tuple(self.boundaries), is_separable=False)

    def forecast(self) -> Crossing:
        """What it takes where it may be partly on."""
        return self._forecast

    def respond(self, prices: Crossing, *, carried: bool = False, worth: bool = False) -> Reply:
        """What is best for it at prices; raises SolveFailed."""
        x, slack = self.best(prices)
        return Reply(self.schedule(x), self.worth(x), slack)

    def best(self, prices: Crossing) -> tuple[Vector, float]:
        """Its best point at prices, and what the search has not ruled out ($)."""
        paid = (prices * self.hours).ravel()
        cost = self._program.cost - self._given.T @ paid
        self._session.set_cost(np.arange(cost.size), cost)
        found = self._session.solve()
        program, name = self._session.program, self._session.name
        if is_whole(found.x[self._integers]).all():
            return found.x, found.gap
        x, bound = solve_binaries(program, self._integers, name, self.limit_s, EXACT)
        return x, max(0.0, program.objective(x) - bound)
