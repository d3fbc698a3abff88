"""Rounds in which operators also say how their answers move: local models meet at the boundary.

B. Houska, J. Frasch, M. Diehl, "An augmented Lagrangian based algorithm for distributed nonconvex
optimization", SIAM J. Optim. 26(2), 2016; A. Engelmann et al., "Toward distributed OPF using
ALADIN", IEEE Trans. Power Syst. 34(1), 2019. Here the TSO keeps its whole problem and DSOs stand
in it as quadratic models. Near an optimum errors are squared in every round; far from it steps
are limited, and nothing guarantees that rounds end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from market.opf.answers import Crossing, Offered, Served, Values, Wished
from market.opf.distribution import DistributionOpf
from market.opf.opf_operators import OpfOperators
from market.opf.rounds import CoordinatedFlow, OpfRound, largest
from market.opf.transmission import TransmissionOpf
from solvers.errors import SolveFailed

VOLTAGE = 0.1  # p.u. squared: a step of voltage that counts as much as one of a feeder's size
SHARE = 0.25  # of the mean price: a change of price that may move a feeder by its size
LONGEST = 0.5  # of a feeder's size: what one round may change
SHORTEST = 0.01  # what it may change however near operators are
BEYOND = 1.0  # times the larger of the last two residuals: the trust in local models
PATIENCE = 4  # rounds without progress that halve it
PULLED = 0.15  # of a feeder's size: how far prices may pull a DSO in one round
STIFFEST = 1e4  # curvature in place of an infinite one, of what a step of a feeder's size costs
POWER, PRICE = 0.1, 10.0  # of a feeder's size, and $/MWh, for 1 p.u. of tolerance
WORTH = 1e-3  # of all cost, for 1 p.u. of tolerance


@dataclass(frozen=True)
class Scale:
    """What steps are measured by: MW, Mvar, p.u. squared (boundaries, 3), and $/h (boundaries, 1).

    In these units prices, curvatures and steps of all boundaries are of like size.
    """

    at: Values
    usd_per_h: Values

    @staticmethod
    def of(lower: Sequence[DistributionOpf], lmp: Values) -> "Scale":
        """Scale from the size of feeders and the first prices ($/MWh)."""
        size = np.array([dso.size_mva for dso in lower], dtype=float).reshape(-1, 1)
        price = max(1.0, SHARE * float(np.abs(lmp).mean())) if lmp.size else 1.0
        return Scale(np.hstack([size, size, np.full_like(size, VOLTAGE)]), price * size)

    @property
    def stiffness(self) -> Values:
        """Curvature at which a step of one costs as much as its scale ($/h per unit squared)."""
        return self.usd_per_h / self.at**2

    def curvature(self, bend: Values, weight: Values) -> Values:
        """Curvature of what DSOs minimise, from how they moved at `weight` times the stiffness.

        What does not move with prices is as good as fixed.
        """
        pairs = self.at[:, :, None] * self.at[:, None, :]
        moves, axes = np.linalg.eigh(-bend * self.usd_per_h[:, :, None] / pairs)
        least = 1 / (STIFFEST + weight[:, None])
        own = 1 / np.maximum(moves, least) - weight[:, None]
        whole: Values = np.einsum("bik,bk,bjk->bij", axes, own, axes)
        whole *= self.usd_per_h[:, :, None] / pairs
        return whole


def meet(
    operators: OpfOperators,
    tolerance: float,
    max_rounds: int,
    progress: Callable[[OpfRound], None] | None,
) -> CoordinatedFlow:
    """Rounds until what DSOs wish is what the TSO would have; raises SolveFailed."""
    upper, lower = operators.upper, operators.lower
    served, crossing = _first(operators)
    scale = Scale.of(lower, served.lmp)
    weight = np.ones(len(lower))
    rounds: list[OpfRound] = []
    lefts: list[float] = []
    pulled = 1.0
    for n in range(1, max_rounds + 1):
        stiffness = weight[:, None] * scale.stiffness
        offered, wished = _ask(lower, crossing, stiffness)
        off = wished.at - crossing.at
        rounds.append(_round(n, operators, served, offered, off, stiffness, wished))
        if progress is not None:
            progress(rounds[-1])
        agreed = _settled(rounds[-1], off, scale, crossing.price, tolerance)
        if agreed:
            break
        lefts.append(max(float(np.abs(off / scale.at).max()), min(1.0, pulled)))
        reach = _reach(lefts)
        curvature = scale.curvature(wished.bend, weight)
        served, crossing = _answer(upper, wished, curvature, reach * scale.at)
        pull = np.abs((crossing.price + wished.slope) * scale.at / scale.usd_per_h)
        pulled = float(pull.max())
        weight = np.maximum(1.0, pull.max(axis=1) / min(PULLED, reach))
    return CoordinatedFlow(agreed, tuple(upper.boundaries), served, offered, tuple(rounds))


def _reach(lefts: Sequence[float]) -> float:
    """How far the next step may go, after the residuals so far: less where they stop to fall."""
    rounds_since_best = len(lefts) - 1 - int(np.argmin(lefts))
    trust = BEYOND * 0.5 ** (rounds_since_best // PATIENCE)
    return float(np.clip(trust * max(lefts[-2:]), SHORTEST, LONGEST))


def _first(operators: OpfOperators) -> tuple[Served, Crossing]:
    """The TSO's dispatch for feeders that draw what they do in their base case, at any voltage."""
    base = np.array([dso.base_load for dso in operators.lower], dtype=complex)
    size = np.array([dso.size_mva for dso in operators.lower], dtype=float)
    at = np.stack([base.real, base.imag, np.ones(base.size)], axis=1)
    curvature = np.zeros((base.size, 3, 3))
    curvature[:, 0, 0] = curvature[:, 1, 1] = STIFFEST / size
    wished = Wished(at, np.zeros_like(at), np.zeros_like(curvature))
    return operators.upper.settle(wished, curvature, np.full_like(at, np.inf))


def _ask(
    lower: Sequence[DistributionOpf], crossing: Crossing, stiffness: Values
) -> tuple[tuple[Offered, ...], Wished]:
    asked = zip(lower, crossing.at, crossing.price, stiffness, strict=True)
    answers = [dso.wish(*about) for dso, *about in asked]
    offered = tuple(a[0] for a in answers)
    at, slope = (np.array([a[k] for a in answers]).reshape(-1, 3) for k in (1, 2))
    bend = np.array([a[3] for a in answers]).reshape(-1, 3, 3)
    return offered, Wished(at, slope, bend)


def _answer(
    upper: TransmissionOpf, wished: Wished, curvature: Values, reach: Values
) -> tuple[Served, Crossing]:
    """The TSO's answer within reach of what is wished, or beyond where there is none."""
    try:
        return upper.settle(wished, curvature, reach)
    except SolveFailed:
        return upper.settle(wished, curvature, np.full_like(reach, np.inf))


def _settled(last: OpfRound, off: Values, scale: Scale, price: Values, tolerance: float) -> bool:
    """Whether all that is left to agree on is small, and worth little ($/h)."""
    settled = last.voltage_residual_pu <= tolerance
    settled &= last.price_residual_usd_per_mwh <= PRICE * tolerance
    settled &= largest(off[:, :2] / scale.at[:, :2]) <= POWER * tolerance
    return settled and largest(price * off) <= WORTH * tolerance * abs(last.cost_usd_per_h)


def _round(
    n: int,
    operators: OpfOperators,
    served: Served,
    offered: tuple[Offered, ...],
    off: Values,
    stiffness: Values,
    wished: Wished,
) -> OpfRound:
    cost = served.cost_usd_per_h + sum(o.cost_usd_per_h for o in offered)
    v, apart = np.sqrt(wished.at[:, 2]), np.abs(stiffness * off)
    moved = np.sqrt(wished.at[:, 2] - off[:, 2]) - v
    most = operators.upper.boundaries[int(np.argmax(apart[:, 0]))] if len(off) else None
    return OpfRound(
        round=n,
        cost_usd_per_h=cost,
        voltage_residual_pu=largest(moved),
        power_residual_mva=largest(off[:, 0] + 1j * off[:, 1]),
        price_residual_usd_per_mwh=largest(apart[:, :2]),
        multiplier_residual_usd_per_h=largest(2 * v * apart[:, 2]),
        boundary=most,
    )
