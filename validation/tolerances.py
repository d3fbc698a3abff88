"""How much a law may be missed, and why."""

from dataclasses import dataclass

import numpy as np

from validation.cleared import Cleared

# Solvers stop at residuals of 1e-6 of the size of a row, and at a duality gap of 1e-6 of the
# money that moves; nothing here may be further off than that.
RELATIVE = 1e-6
LEAST_MW = 1e-5  # no rows are scaled below 10 MW
VOLTAGE_PU = 1e-6
# Of a coordinated clearing the tables hold flows of the schedule and prices of the best reply.
# Prices of circular ratings and of voltages at their limits follow from both: not quite tightly.
MIXED = 1.05


@dataclass(frozen=True)
class Tolerances:
    """Tolerated misses: power (MW, Mvar, MWh), prices ($/MWh), money ($)."""

    mw: float
    price: float
    usd: float
    gap_usd: float

    @staticmethod
    def of(cleared: Cleared, paid_usd: float = 0.0) -> "Tolerances":
        """Scaled to the largest power and price, and to all costs and values of the day.

        Of a part of a market to no less than what is paid for power at its boundaries.
        """
        largest_mw = max(_largest(n["p_mw"]) for n in cleared.assets)
        turnover = sum(
            float(np.nansum(np.abs(n["cost_usd"]) + np.abs(n["value_usd"]))) for n in cleared.assets
        )
        gap = _left_open(cleared)
        usd = RELATIVE * max(1.0, turnover, paid_usd)
        return Tolerances(
            mw=max(LEAST_MW, RELATIVE * largest_mw),
            price=RELATIVE * max(1.0, _largest(cleared.lmp["lmp_usd_per_mwh"])),
            usd=usd,
            gap_usd=usd + (MIXED if cleared.has_currents else 1.0) * max(gap, 0.0),
        )


def _left_open(cleared: Cleared) -> float:
    """What the prices may leave to be gained ($): with plants held, not what others are worth."""
    certificate = cleared.clearing.certificate
    if certificate is None:
        return 0.0
    sent = cleared.clearing.tables["message"].to_pandas().set_index("quantity")["value"]
    if "final_commitment" not in sent.index:
        return certificate.upper_usd - certificate.lower_usd
    earned = sent[sent.index.isin(["final_bound", "final_earned"])].sum()
    return float(earned) - certificate.lower_usd


def _largest(values: np.ndarray) -> float:
    return float(np.nanmax(np.abs(values), initial=0.0))
