"""Where coordinated rounds stand, and where they ended."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from market.opf.answers import Offered, Served


@dataclass(frozen=True)
class OpfRound:
    """How far one round moved what crosses the boundaries, and what all operators cost.

    `boundary` is where most is left to agree on; None without boundaries.
    """

    round: int
    cost_usd_per_h: float
    voltage_residual_pu: float
    power_residual_mva: float
    price_residual_usd_per_mwh: float
    multiplier_residual_usd_per_h: float  # per p.u.
    boundary: str | None = None


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

    @property
    def why(self) -> str:
        """What keeps operators from agreeing, in one sentence; empty where they agree."""
        if self.agreed:
            return ""
        last = self.rounds[-1]
        place = "" if last.boundary is None else f"; most at boundary '{last.boundary}'"
        return (
            f"the operators do not agree after {last.round} rounds: the last one still moved "
            f"{last.power_residual_mva:.2g} MVA, {last.voltage_residual_pu:.2g} p.u. and "
            f"{last.price_residual_usd_per_mwh:.2g} per MWh{place}"
        )


def largest(residuals: Any) -> float:
    """Size of the greatest of some residuals, 0 where there is none."""
    return float(np.abs(residuals).max(initial=0.0))
