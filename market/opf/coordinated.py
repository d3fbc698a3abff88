"""Coordinated optimal power flow: voltages and prices go down, powers and multipliers come back.

Heterogeneous decomposition: Z. Li, Q. Guo, H. Sun, J. Wang, "Coordinated Transmission and
Distribution AC Optimal Power Flow", IEEE Trans. Smart Grid 9(2), 2018. At a fixed point the
optimality conditions of all operators together are those of the merged problem, if the DSO also
says what the boundary voltage is worth to it. Nothing guarantees that the rounds contract.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from market.opf.damped import Damped
from market.opf.operators import (
    DistributionOpf,
    Offered,
    Served,
    TransmissionOpf,
    Values,
    stack,
)
from market.opf.set_points import SetPoint, set_points
from scenarios.findings import Finding, InvalidInput
from scenarios.one_period import one_period
from scenarios.scenario import Scenario

MULTIPLIER = 1e5  # $/h per p.u. of voltage for 1 p.u. of tolerance


@dataclass(frozen=True)
class OpfRound:
    """How far one round moved what crosses the boundaries, and what all operators cost."""

    round: int
    cost_usd_per_h: float
    voltage_residual_pu: float
    power_residual_mva: float
    price_residual_usd_per_mwh: float
    multiplier_residual_usd_per_h: float  # per p.u.


@dataclass(frozen=True)
class CoordinatedFlow:
    """Where the rounds ended; arrays follow `boundaries`. `outside` is in p.u. squared."""

    agreed: bool
    boundaries: tuple[str, ...]
    served: Served
    offered: tuple[Offered, ...]
    rounds: tuple[OpfRound, ...]

    @property
    def cost_usd_per_h(self) -> float:
        """Cost of all operators, without payments between them."""
        return self.served.cost_usd_per_h + sum(o.cost_usd_per_h for o in self.offered)

    @property
    def outside(self) -> float:
        """By how much voltage bands are left in distribution, in all."""
        return sum(o.outside for o in self.offered)


@dataclass(frozen=True)
class Heterogeneous:
    """The exchange with its two switches.

    Without `price_exchange` DSOs minimise their own cost alone; without `voltage_multiplier` the
    TSO does not know what voltage is worth to them. Prices and multipliers are damped where they
    alternate.
    """

    price_exchange: bool = True
    voltage_multiplier: bool = True
    tolerance: float = 1e-6
    max_rounds: int = 100

    def solve(
        self, operators: "OpfOperators", progress: Callable[[OpfRound], None] | None = None
    ) -> CoordinatedFlow:
        """Rounds until powers, voltages and prices settle; raises SolveFailed."""
        upper, lower = operators.upper, operators.lower
        count = len(upper.boundaries)
        v, power = np.ones(count), np.full(count, np.inf, dtype=complex)
        prices, rising = Damped(operators.first_prices()), Damped(np.zeros(count))
        rounds: list[OpfRound] = []
        for n in range(1, self.max_rounds + 1):
            asked = prices.value if self.price_exchange else np.zeros_like(prices.value)
            offered = tuple(d.respond(*about) for d, *about in zip(lower, v, *asked, strict=True))
            drawn = stack(offered, "p_mw") + 1j * stack(offered, "q_mvar")
            worth = stack(offered, "rising") if self.voltage_multiplier else np.zeros(count)
            revalued = rising.follow(worth)
            served = upper.respond(drawn.real, drawn.imag, rising.value, v)
            step = prices.follow(np.stack([served.lmp, served.lmp_q]))
            rounds.append(_round(n, served, offered, served.v - v, drawn - power, step, revalued))
            if progress is not None:
                progress(rounds[-1])
            v, power = served.v, drawn
            agreed = self._settled(rounds[-1])
            if agreed:
                break
        return CoordinatedFlow(agreed, tuple(upper.boundaries), served, offered, tuple(rounds))

    def _settled(self, last: OpfRound) -> bool:
        settled = last.voltage_residual_pu <= self.tolerance
        settled &= last.power_residual_mva <= 100 * self.tolerance
        settled &= last.multiplier_residual_usd_per_h <= MULTIPLIER * self.tolerance
        if self.price_exchange:
            settled &= last.price_residual_usd_per_mwh <= 1e3 * self.tolerance
        return settled


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
    largest = (float(np.abs(a).max(initial=0.0)) for a in (moved, power, step, revalued))
    return OpfRound(n, cost, *largest)


@dataclass(frozen=True)
class OpfOperators:
    """All operators at one operating point, each compiled once."""

    upper: TransmissionOpf
    lower: tuple[DistributionOpf, ...]

    @staticmethod
    def of(scenario: Scenario, period: int | None = None) -> "OpfOperators":
        """Operators of a scenario; raises InvalidInput where an area has several boundaries."""
        now = one_period(scenario, period)
        upper = TransmissionOpf(now.area(now.transmission))
        area = {b.boundary: b.area for b in now.boundaries}
        _refuse_several(now)
        lower = tuple(DistributionOpf(now.area(area[b])) for b in upper.boundaries)
        return OpfOperators(upper, lower)

    @property
    def set_points(self) -> dict[tuple[str, str], SetPoint]:
        """Set-points of all generators in the operators' last answers."""
        found = set_points(self.upper)
        for dso in self.lower:
            found |= set_points(dso)
        return found

    @property
    def scarcity_mw(self) -> float:
        """Power not served or spilled in the operators' last answers."""
        return self.upper.scarcity_mw + sum(dso.scarcity_mw for dso in self.lower)

    def first_prices(self) -> Values:
        """The cheapest of transmission's own offers ($/MWh), as no other price is known yet.

        One column per boundary; reactive power, in the second row, is free.
        """
        offers = self.upper.view.offers.values()
        cheapest = min((o.price_usd_per_mwh for of in offers for o in of), default=0.0)
        count = len(self.upper.boundaries)
        return np.stack([np.full(count, cheapest), np.zeros(count)])


def _refuse_several(scenario: Scenario) -> None:
    findings = [
        Finding(f"area {a!r}", "it is fed at several boundaries", "use the merged method")
        for a in scenario.distribution
        if len(scenario.area(a).ports) != 1
    ]
    if findings:
        raise InvalidInput("coordinated optimal power flow", findings)


__all__ = ["CoordinatedFlow", "Heterogeneous", "OpfOperators", "OpfRound"]
