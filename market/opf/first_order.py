"""Rounds in which prices and voltages go down, and powers and multipliers come back.

Heterogeneous decomposition: Z. Li, Q. Guo, H. Sun, J. Wang, "Coordinated Transmission and
Distribution AC Optimal Power Flow", IEEE Trans. Smart Grid 9(2), 2018. Prices and multipliers are
damped where they alternate. Nothing guarantees that the rounds contract.
"""

from collections.abc import Callable

import numpy as np

from market.opf.answers import Offered, Served, Values, stack
from market.opf.damped import Damped
from market.opf.opf_operators import OpfOperators
from market.opf.rounds import CoordinatedFlow, OpfRound, largest

MULTIPLIER = 1e5  # $/h per p.u. of voltage for 1 p.u. of tolerance
PRICE = 10.0  # $/MWh for 1 p.u. of tolerance
POWER = 100.0  # MVA for 1 p.u. of tolerance


def exchange(
    operators: OpfOperators,
    *,
    priced: bool,
    valued: bool,
    tolerance: float,
    max_rounds: int,
    progress: Callable[[OpfRound], None] | None,
) -> CoordinatedFlow:
    """Rounds with prices if `priced` and multipliers of voltages if `valued`.

    Raises SolveFailed.
    """
    upper, lower = operators.upper, operators.lower
    count = len(upper.boundaries)
    v, power = np.ones(count), np.full(count, np.inf, dtype=complex)
    prices, rising = Damped(operators.first_prices()), Damped(np.zeros(count))
    rounds: list[OpfRound] = []
    for n in range(1, max_rounds + 1):
        asked = prices.value if priced else np.zeros_like(prices.value)
        offered = tuple(d.respond(*about) for d, *about in zip(lower, v, *asked, strict=True))
        drawn = stack(offered, "p_mw") + 1j * stack(offered, "q_mvar")
        revalued = rising.follow(stack(offered, "rising") if valued else np.zeros(count))
        served = upper.respond(drawn.real, drawn.imag, rising.value, v)
        step = prices.follow(np.stack([served.lmp, served.lmp_q]))
        rounds.append(_round(n, served, offered, served.v - v, drawn - power, step, revalued))
        if progress is not None:
            progress(rounds[-1])
        v, power = served.v, drawn
        agreed = _settled(rounds[-1], tolerance, priced=priced)
        if agreed:
            break
    return CoordinatedFlow(agreed, tuple(upper.boundaries), served, offered, tuple(rounds))


def _settled(last: OpfRound, tolerance: float, *, priced: bool) -> bool:
    settled = last.voltage_residual_pu <= tolerance
    settled &= last.power_residual_mva <= POWER * tolerance
    settled &= last.multiplier_residual_usd_per_h <= MULTIPLIER * tolerance
    return settled and (not priced or last.price_residual_usd_per_mwh <= PRICE * tolerance)


def _round(
    n: int,
    served: Served,
    offered: tuple[Offered, ...],
    moved: Values,
    power: np.ndarray,
    step: Values,
    revalued: Values,
) -> OpfRound:
    cost = served.cost_usd_per_h + sum(o.cost_usd_per_h for o in offered)
    return OpfRound(n, cost, largest(moved), largest(power), largest(step), largest(revalued))
