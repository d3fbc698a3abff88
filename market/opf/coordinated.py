"""Coordinated optimal power flow: every operator solves its own problem, none sees another's."""

from collections.abc import Callable
from dataclasses import dataclass

from market.opf.first_order import exchange
from market.opf.opf_operators import OpfOperators
from market.opf.rounds import CoordinatedFlow, OpfRound
from market.opf.second_order import meet
from solvers.errors import SolveFailed


@dataclass(frozen=True)
class Heterogeneous:
    """Heterogeneous decomposition: what operators tell each other at their boundaries.

    At a fixed point the optimality conditions of all operators together are those of the merged
    problem, if the DSO also says what the boundary voltage is worth to it. With all messages DSOs
    add how their answers move, and steps are of second order. Two switches leave messages out:
    without `price_exchange` DSOs minimise their own cost alone; without `voltage_multiplier` the
    TSO does not know what voltage is worth to them. Then steps are of first order, and damped.
    """

    price_exchange: bool = True
    voltage_multiplier: bool = True
    tolerance: float = 1e-6
    max_rounds: int = 100

    def solve(
        self, operators: OpfOperators, progress: Callable[[OpfRound], None] | None = None
    ) -> CoordinatedFlow:
        """Rounds until powers, voltages and prices settle; raises SolveFailed.

        Where an operator finds no point that keeps all its limits, rounds of first order show by
        how much bands must be left.
        """
        if self.price_exchange and self.voltage_multiplier:
            try:
                return meet(operators, self.tolerance, self.max_rounds, progress)
            except SolveFailed:
                operators.restart()
        return exchange(
            operators,
            priced=self.price_exchange,
            valued=self.voltage_multiplier,
            tolerance=self.tolerance,
            max_rounds=self.max_rounds,
            progress=progress,
        )


__all__ = ["CoordinatedFlow", "Heterogeneous", "OpfOperators", "OpfRound"]
