"""Optimal power flow of every operator alone: what coordination is measured against.

The TSO takes feeders for the load that stands in their base case. The DSOs take their root for
1 p.u. and power from above for as dear as the TSO's prices say, or for free.
"""

from dataclasses import dataclass

import numpy as np

from market.opf.answers import Offered, Served, Values
from market.opf.opf_operators import OpfOperators

ROOT_V = 1.0  # p.u.


@dataclass(frozen=True)
class Alone:
    """What every operator found by itself; boundaries in the order of the operators."""

    served: Served
    offered: tuple[Offered, ...]

    @property
    def dso_cost_usd_per_h(self) -> float:
        """Cost of distribution's own generators, as DSOs expect it."""
        return sum(o.cost_usd_per_h for o in self.offered)


def solve_alone(operators: OpfOperators, *, priced: bool = True) -> Alone:
    """T-OPF, then every D-OPF; `priced` tells DSOs the TSO's prices. Raises SolveFailed."""
    lumped = [d.base_load for d in operators.lower]
    power, none = np.array(lumped, dtype=complex), np.zeros(len(lumped))
    served = operators.upper.respond(power.real, power.imag, none, np.full(none.size, ROOT_V))
    lmp, lmp_q = (served.lmp, served.lmp_q) if priced else (none, none)
    return Alone(served, _answers(operators, lmp, lmp_q))


def _answers(operators: OpfOperators, lmp: Values, lmp_q: Values) -> tuple[Offered, ...]:
    prices = zip(operators.lower, lmp.tolist(), lmp_q.tolist(), strict=True)
    return tuple(dso.respond(ROOT_V, p, q) for dso, p, q in prices)


__all__ = ["Alone", "solve_alone"]
