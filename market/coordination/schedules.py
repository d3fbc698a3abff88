"""The schedule pool: transmission accepts a convex mix of the schedules that were offered.

Column generation on the boundary prices: G. B. Dantzig, P. Wolfe, "Decomposition Principle for
Linear Programs", Oper. Res. 8(1), 1960. A mix is feasible because each operator's schedules
form a convex set, so the master's welfare is a lower bound; the Lagrangian at the prices that
were asked is an upper bound (L. S. Lasdon, "Optimization Theory for Large Systems", 1970).
"""

from dataclasses import dataclass

import numpy as np

from market.clearing import Certificate, Status
from market.coordination.loop import Operators
from market.coordination.protocol import Crossing, Pool, Pooled, Reply


@dataclass(frozen=True)
class SchedulesState:
    """The pool after a round, transmission's mix of it, and the best bound so far."""

    pool: Pool
    mix: Pooled
    certificate: Certificate
    late: tuple[str, ...] = ()

    @property
    def prices(self) -> Crossing:
        """Boundary prices ($/MWh) of the mix."""
        return self.mix.prices

    @property
    def schedule(self) -> Crossing:
        """Boundary power (MW) of the mix."""
        return self.mix.schedule


@dataclass(frozen=True)
class Schedules:
    """Stop at a certified relative gap of `gap_relative`."""

    gap_relative: float = 1e-4
    max_rounds: int = 60

    def start(self, operators: Operators) -> SchedulesState:
        """Price the forecast, and open the pool with the replies to that price."""
        forecast = operators.forecast()
        priced = operators.transmission.price_at(forecast)
        mixes = {
            d.name: (operators.rows[d.name], forecast.shape[1] if d.is_separable else 1)
            for d in operators.distribution
        }
        pool = operators.transmission.open_pool(mixes)
        replies = operators.respond(0, priced.prices)
        upper = operators.lagrangian(priced, forecast, replies)
        return self._next(operators, pool, replies, upper, None)

    def step(self, operators: Operators, state: SchedulesState, round_: int) -> SchedulesState:
        """Ask for schedules at the mix's prices, bound the welfare, mix again."""
        replies = operators.respond(round_, state.prices)
        upper = min(state.certificate.upper_usd, _bound(operators, state.mix, replies))
        return self._next(operators, state.pool, replies, upper, state.mix)

    def verdict(self, state: SchedulesState) -> Status | None:
        """Agreed once the certified gap is within tolerance."""
        return Status.AGREED if state.certificate.gap_relative <= self.gap_relative else None

    def _next(
        self,
        operators: Operators,
        pool: Pool,
        replies: dict[str, Reply],
        upper: float,
        last: Pooled | None,
    ) -> SchedulesState:
        for name, reply in replies.items():
            pool.add(name, reply.schedule, reply.welfare)
        mix = pool.clear()
        moved = np.inf if last is None else _largest(mix.schedule - last.schedule)
        repriced = np.inf if last is None else _largest(mix.prices - last.prices)
        late = tuple(d.name for d in operators.distribution if d.name not in replies)
        certificate = Certificate(mix.welfare, max(upper, mix.welfare), moved, repriced)
        return SchedulesState(pool, mix, certificate, late)


def _bound(operators: Operators, mix: Pooled, replies: dict[str, Reply]) -> float:
    """Welfare ($) that no schedule exceeds: what the replies earn beyond the mix's surplus."""
    if len(replies) < len(operators.distribution):
        return float(np.inf)
    upper = mix.welfare + mix.slack
    for name, reply in replies.items():
        earned = operators.earned(name, reply, mix.prices)
        surplus = mix.surplus[name]
        gained = earned if surplus.size > 1 else earned.sum(keepdims=True)
        upper += float(np.maximum(gained - surplus, 0.0).sum()) + reply.slack
    return upper


def _largest(change: Crossing) -> float:
    return float(np.abs(change).max(initial=0.0))
