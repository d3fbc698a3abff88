"""Wind power from wind speed, and wind speed at the height of the hub.

P. Giorsetto, K. F. Utsurogi, "Development of a new procedure for reliability modeling of wind
turbine generators", IEEE Trans. Power Appar. Syst. 102(1), 1983.
"""

from dataclasses import dataclass

import numpy as np

from scenarios.renewables.weather_findings import Array, refuse_unless

LINEAR, CUBIC = 1, 3


@dataclass(frozen=True)
class WindPlant:
    """Turbines between cut-in, rated and cut-out speed (m/s); between, power rises with v^n."""

    rated_mw: float
    cut_in: float = 3.0  # m/s
    rated: float = 12.0  # m/s
    cut_out: float = 25.0  # m/s
    exponent: int = LINEAR  # or CUBIC

    def __post_init__(self) -> None:
        refuse_unless(
            "wind plant",
            {
                "rated_mw is > 0": self.rated_mw > 0,
                "0 <= cut_in < rated < cut_out": 0 <= self.cut_in < self.rated < self.cut_out,
                "exponent is 1 or 3": self.exponent in (LINEAR, CUBIC),
            },
        )

    @property
    def kinks(self) -> tuple[float, ...]:
        """Speeds (m/s) at which the curve bends or jumps."""
        return (self.cut_in, self.rated, self.cut_out)

    def power_mw(self, speed: Array | float) -> Array:
        """Output (MW) at a speed (m/s) at the hub; 0 below cut-in and from cut-out on."""
        v, n = np.asarray(speed, dtype=float), self.exponent
        ramp = np.clip(v, self.cut_in, self.rated)
        share = (ramp**n - self.cut_in**n) / (self.rated**n - self.cut_in**n)
        return np.where(v < self.cut_out, self.rated_mw * share, 0.0)


def at_hub(
    speed: Array | float, hub_m: float, measured_m: float = 10.0, shear: float = 1 / 7
) -> Array:
    """Speed (m/s) at the hub's height from that at the height of measurement, by the power law."""
    refuse_unless("hub", {"heights are > 0 m": hub_m > 0 and measured_m > 0})
    return np.asarray(np.asarray(speed) * (hub_m / measured_m) ** shear)
