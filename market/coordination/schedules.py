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
from market.coordination.protocol import Crossing, Pool, Pooled

UNMOVED = 1e-9  # $/MWh: prices that the last schedules did not change are asked as they are


@dataclass(frozen=True)
class Asked:
    """Boundary prices ($/MWh), and the most that transmission can earn by selling at them ($)."""

    prices: Crossing
    bound: float

    def between(self, other: "Asked", share: float) -> "Asked":
        """The prices `share` of the way to `other`; what transmission earns is convex in them."""
        return Asked(
            (1 - share) * self.prices + share * other.prices,
            (1 - share) * self.bound + share * other.bound,
        )


@dataclass(frozen=True)
class SchedulesState:
    """The pool after a round, transmission's mix of it, and the prices with the best bound."""

    pool: Pool
    mix: Pooled
    best: Asked
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
    """Stop at a certified relative gap of `gap_relative`.

    The prices asked lie `smoothing` of the way from the mix's prices to those with the best
    bound so far, which keeps them from swinging between degenerate optima (P. Wentges, "Weighted
    Dantzig-Wolfe decomposition for linear mixed-integer programming", Int. Trans. Oper. Res.
    4(2), 1997).
    """

    gap_relative: float = 1e-4
    max_rounds: int = 60
    smoothing: float = 0.3

    def start(self, operators: Operators) -> SchedulesState:
        """Price the forecast, and open the pool with the replies to that price."""
        forecast = operators.forecast()
        priced = operators.transmission.price_at(forecast)
        sold = float(((priced.prices * forecast) @ operators.transmission.hours).sum())
        asked = Asked(priced.prices, priced.welfare + priced.slack + sold)
        mixes = {
            d.name: (operators.rows[d.name], forecast.shape[1] if d.is_separable else 1)
            for d in operators.distribution
        }
        pool = operators.transmission.open_pool(mixes)
        return self._round(operators, pool, asked, 0, None)

    def step(self, operators: Operators, state: SchedulesState, round_: int) -> SchedulesState:
        """Ask for schedules at the smoothed prices, bound the welfare, mix again."""
        earned = sum(float(s.sum()) for s in state.mix.surplus.values())
        mixed = Asked(state.mix.prices, state.mix.welfare + state.mix.slack - earned)
        moves = state.certificate.price_residual_usd_per_mwh > UNMOVED
        asked = mixed.between(state.best, self.smoothing) if moves else mixed
        return self._round(operators, state.pool, asked, round_, state)

    def verdict(self, state: SchedulesState) -> Status | None:
        """Agreed once the certified gap is within tolerance."""
        return Status.AGREED if state.certificate.gap_relative <= self.gap_relative else None

    def _round(
        self,
        operators: Operators,
        pool: Pool,
        asked: Asked,
        round_: int,
        last: SchedulesState | None,
    ) -> SchedulesState:
        heard = () if last is None else operators.rows
        replies = operators.respond(round_, asked.prices, heard)
        for name, reply in replies.items():
            pool.add(name, reply.schedule, reply.welfare)
        mix = pool.clear()
        upper, best = operators.upper_bound(asked.bound, asked.prices, replies), asked
        moved = repriced = np.inf
        if last is not None:
            moved = _largest(mix.schedule - last.mix.schedule)
            repriced = _largest(mix.prices - last.mix.prices)
            if last.certificate.upper_usd <= upper:
                upper, best = last.certificate.upper_usd, last.best
        late = tuple(d.name for d in operators.distribution if d.name not in replies)
        certificate = Certificate(mix.welfare, max(upper, mix.welfare), moved, repriced)
        return SchedulesState(pool, mix, best, certificate, late)


def _largest(change: Crossing) -> float:
    return float(np.abs(change).max(initial=0.0))
