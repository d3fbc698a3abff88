"""Distributions of irradiance (Beta) and of wind speed (Weibull) in one hour.

Z. M. Salameh, B. S. Borowy, A. R. A. Amin, "Photovoltaic module-site matching based on the capacity
factors", IEEE Trans. Energy Convers. 10(2), 1995.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from scipy import special

from scenarios.renewables.weather_findings import refuse_unless


class Weather(Protocol):
    """A distribution by its two directions."""

    def share_below(self, value: float) -> float:
        """Probability of at most `value`."""

    def quantile(self, share: float) -> float:
        """Value that is not exceeded with probability `share`."""


@dataclass(frozen=True)
class BetaIrradiance:
    """Irradiance (W/m2) between 0 and `ceiling`; mean and deviation are shares of the ceiling.

    A mean of 0 is night.
    """

    mean: float
    deviation: float
    ceiling: float = 1000.0  # W/m2

    def __post_init__(self) -> None:
        possible = 0 < self.deviation**2 < self.mean * (1 - self.mean)
        refuse_unless(
            "irradiance",
            {
                "0 <= mean < 1": 0 <= self.mean < 1,
                "0 < deviation^2 < mean (1 - mean)": possible or self.mean == 0,
                "ceiling is > 0": self.ceiling > 0,
            },
        )

    @property
    def shapes(self) -> tuple[float, float]:
        """Alpha and beta of the Beta distribution of the share, by its two moments."""
        concentration = self.mean * (1 - self.mean) / self.deviation**2 - 1
        return self.mean * concentration, (1 - self.mean) * concentration

    def share_below(self, value: float) -> float:
        """Probability of at most `value` (W/m2)."""
        share = min(max(value / self.ceiling, 0.0), 1.0)
        if self.mean == 0:
            return 1.0
        return float(special.betainc(*self.shapes, share))

    def quantile(self, share: float) -> float:
        """Irradiance (W/m2) that is not exceeded with probability `share`."""
        if self.mean == 0:
            return 0.0
        return self.ceiling * float(special.betaincinv(*self.shapes, share))


@dataclass(frozen=True)
class WeibullWind:
    """Wind speed (m/s); `shape` 2 is the Rayleigh distribution."""

    scale: float  # m/s
    shape: float = 2.0

    def __post_init__(self) -> None:
        refuse_unless("wind", {"scale is > 0": self.scale > 0, "shape is > 0": self.shape > 0})

    def share_below(self, value: float) -> float:
        """Probability of at most `value` (m/s)."""
        return -math.expm1(-((max(value, 0.0) / self.scale) ** self.shape))

    def quantile(self, share: float) -> float:
        """Speed (m/s) that is not exceeded with probability `share`; infinite for 1."""
        if share >= 1:
            return math.inf
        return float(self.scale * (-math.log1p(-share)) ** (1 / self.shape))
