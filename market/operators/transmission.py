"""The transmission operator: sees its own network and offers, and what is offered at boundaries."""

import numpy as np

from market.coordination.offered import Offered
from market.coordination.protocol import Cleared, Crossing, Point, Settled
from market.operators.area_tables import AreaResult
from market.operators.offered_columns import OfferedSession
from market.operators.operator import Operator
from market.operators.settled import settled_exactly
from solvers.program import Solution, Vector


class TransmissionOperator(Operator):
    """Sees its own network and offers, and what is offered at its boundaries; nothing else."""

    _columns_session: OfferedSession | None = None

    def begin(self) -> None:
        """Begin a clearing: answers do not depend on what was asked before."""
        self._columns_session = None
        self._restart()

    def clear(self, offered: Offered) -> Cleared:
        """Its best clearing against what is offered at the boundaries; raises SolveFailed.

        Where nothing but more columns is offered than before, the solver goes on from there.
        """
        if not offered.blocks and not offered.groups:
            return self._plain(offered)
        if self._columns_session is None or not self._columns_session.reaches(offered):
            self._columns_session = OfferedSession(self._day, offered, self.time_limit_s)
        held = self._columns_session
        held.extend(offered)
        found = self._solve(held.session)
        schedule = held.schedule(found.x)
        x = found.x[: self._day.program.cost.size].copy()
        x[self._columns] = schedule
        dual, surplus = held.duals(found.dual)
        return self._cleared(found, x, dual, schedule, surplus)

    def settle(self, cleared: Cleared, *, agreed: bool = False) -> Settled:
        """Its part of the clearing at one of its answers; `agreed` tells that prices are kept."""
        point = cleared.point
        result = AreaResult(self._day, point.x, point.dual, unproved_usd=cleared.slack)
        return settled_exactly(result, self.time_limit_s, agreed=agreed)

    def _plain(self, offered: Offered) -> Cleared:
        columns = self._columns.ravel()
        self._session.set_bounds(columns, offered.least.ravel(), offered.most.ravel())
        self._session.set_cost(columns, -(offered.price * self.hours).ravel())
        found = self._solve(self._session)
        schedule = self._day.value(found.x, "p_boundary")
        return self._cleared(found, found.x, found.dual, schedule, np.zeros(0))

    def _cleared(
        self, found: Solution, x: Vector, dual: Vector, schedule: Crossing, surplus: Vector
    ) -> Cleared:
        own = -float(self._day.cost_by_period(x).sum())
        prices = self._boundary_prices(dual)
        return Cleared(prices, schedule, own, -found.objective, surplus, found.gap, Point(x, dual))
