"""PV output from irradiance and temperature.

Threshold form: M. K. C. Marwali, H. Ma, S. M. Shahidehpour, K. H. Abdul-Rahman, "Short-term
generation scheduling in photovoltaic-utility grid with battery storage", IEEE Trans. Power Syst.
13(3), 1998. Panel form: cell temperature by NOCT (J. A. Duffie, W. A. Beckman, "Solar Engineering
of Thermal Processes").
"""

from dataclasses import dataclass

import numpy as np

from scenarios.renewables.weather_findings import Array, refuse_unless

STANDARD_IRRADIANCE = 1000.0  # W/m2
NOCT_IRRADIANCE, NOCT_AMBIENT = 800.0, 20.0  # W/m2, degC
STANDARD_CELL = 25.0  # degC


@dataclass(frozen=True)
class ThresholdPv:
    """Plant whose output rises with G^2 up to a threshold (W/m2), then with G up to its rating."""

    rated_mw: float
    threshold: float = 150.0  # W/m2
    standard: float = STANDARD_IRRADIANCE

    def __post_init__(self) -> None:
        refuse_unless(
            "PV plant",
            {
                "rated_mw is > 0": self.rated_mw > 0,
                "0 < threshold < standard": 0 < self.threshold < self.standard,
            },
        )

    @property
    def kinks(self) -> tuple[float, ...]:
        """Irradiances (W/m2) at which the curve bends."""
        return (0.0, self.threshold, self.standard)

    def power_mw(self, irradiance: Array | float) -> Array:
        """Output (MW) at an irradiance (W/m2); 0 at night, the rating from the standard on."""
        g = np.clip(irradiance, 0.0, self.standard)
        share = g * np.minimum(g / self.threshold, 1.0) / self.standard
        return np.asarray(self.rated_mw * share)


@dataclass(frozen=True)
class PanelPv:
    """Panels of an area and efficiency that lose output as their cells warm, behind an inverter."""

    rated_mw: float  # the inverter's, which caps the output
    area_m2: float
    ambient: float  # degC
    efficiency: float = 0.18  # at 25 degC
    loss_per_degree: float = 0.004  # 1/degC
    noct: float = 45.0  # degC, cell temperature at 800 W/m2 and 20 degC

    def __post_init__(self) -> None:
        refuse_unless(
            "PV plant",
            {
                "rated_mw is > 0": self.rated_mw > 0,
                "area_m2 is > 0": self.area_m2 > 0,
                "0 < efficiency <= 1": 0 < self.efficiency <= 1,
                "loss_per_degree is >= 0": self.loss_per_degree >= 0,
                "noct is >= 20 degC": self.noct >= NOCT_AMBIENT,
                "cells at ambient temperature give power": bool(0 < self._cool < np.inf),
            },
        )

    @property
    def kinks(self) -> tuple[float, ...]:
        """Irradiances (W/m2) at which the output leaves 0 or reaches the rating."""
        cap = self.rated_mw * 1e6 / (self.area_m2 * self.efficiency)  # W/m2 without loss
        roots = [np.roots([-self._warming, self._cool, -level]) for level in (0.0, cap)]
        reached = np.concatenate(roots)
        return tuple(float(g.real) for g in reached if np.isreal(g) and g.real >= 0)

    @property
    def _cool(self) -> float:
        """Share of the standard efficiency that is left at ambient temperature."""
        return 1 - self.loss_per_degree * (self.ambient - STANDARD_CELL)

    @property
    def _warming(self) -> float:
        """Share of the output lost per W/m2, through the cell's temperature."""
        return self.loss_per_degree * (self.noct - NOCT_AMBIENT) / NOCT_IRRADIANCE

    def cell_temperature(self, irradiance: Array | float) -> Array:
        """Temperature (degC) of the cells at an irradiance (W/m2)."""
        rise = (self.noct - NOCT_AMBIENT) / NOCT_IRRADIANCE
        return np.asarray(self.ambient + rise * np.asarray(irradiance))

    def power_mw(self, irradiance: Array | float) -> Array:
        """Output (MW) at an irradiance (W/m2); 0 at night, at most the rating."""
        g = np.maximum(irradiance, 0.0)
        lost = self.loss_per_degree * (self.cell_temperature(g) - STANDARD_CELL)
        panels_mw = self.area_m2 * self.efficiency * g * (1 - lost) * 1e-6
        return np.clip(panels_mw, 0.0, self.rated_mw)
