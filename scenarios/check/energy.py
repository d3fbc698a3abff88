"""Energies compared."""

ROUNDING = 1e-9  # relative


def exceeds(energy_mwh: float, limit_mwh: float) -> bool:
    """Whether an energy lies above a limit by more than rounding."""
    return energy_mwh > limit_mwh + ROUNDING * max(1.0, abs(limit_mwh))
