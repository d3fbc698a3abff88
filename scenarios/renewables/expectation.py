"""Expected output of a plant over the weather of an hour, and hourly profiles from it."""

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Protocol

from scipy.integrate import quad

from scenarios.records import ProfileValue
from scenarios.renewables.weather import BetaIrradiance, Weather
from scenarios.renewables.weather_findings import Array

ACCURACY = 1e-10  # of the rating
TAIL = (1e-10, 1e-8, 1e-6, 1e-4, 1e-2)


class Plant(Protocol):
    """A curve of output over weather that is smooth between its kinks."""

    @property
    def rated_mw(self) -> float:
        """Greatest output (MW)."""

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where the curve bends or jumps."""

    def power_mw(self, weather: float, /) -> Array:
        """Output (MW)."""


def expected_mw(plant: Plant, weather: Weather) -> float:
    """Expected output (MW): the quadrature of the output over the quantiles, kink to kink.

    Over quantiles the integrand is bounded, whatever the density does at its ends; but quantiles
    are steep in the tails, which are therefore cut by decades, and left out beyond the last.
    """
    cuts = {*TAIL, *(1 - share for share in TAIL)}
    bends = {weather.share_below(kink) for kink in plant.kinks}
    shares = sorted(cuts | {share for share in bends if min(cuts) < share < max(cuts)})

    def output(share: float) -> float:
        return float(plant.power_mw(weather.quantile(share)))

    return sum(
        quad(output, low, high, epsabs=ACCURACY * plant.rated_mw, epsrel=ACCURACY)[0]
        for low, high in itertools.pairwise(shares)
    )


def expected_factors(plant: Plant, hours: Iterable[Weather]) -> tuple[float, ...]:
    """Expected output of each hour as a share of the rating."""
    return tuple(expected_mw(plant, weather) / plant.rated_mw for weather in hours)


def profile_rows(profile: str, factors: Sequence[float]) -> tuple[ProfileValue, ...]:
    """Rows of the table `profiles`, one per period from 1."""
    return tuple(ProfileValue(profile, t, value) for t, value in enumerate(factors, start=1))


def bell_day(
    greatest_mean: float = 0.75, noon: float = 12.0, daylight_h: float = 12.0
) -> tuple[BetaIrradiance, ...]:
    """Irradiance of 24 hours: the mean follows a bell around noon, and is 0 at night.

    The deviation is 0.2 of the mean plus 0.02 of the ceiling, but at most half of what a mean
    allows (at dawn and dusk).
    """
    means = [greatest_mean * _bell((hour - noon) / daylight_h) for hour in range(1, 25)]
    return tuple(BetaIrradiance(mean, _deviation(mean)) for mean in means)


def _bell(offset: float) -> float:
    """Raised cosine: 1 at 0, and 0 from half a daylight away on."""
    return math.cos(math.pi * offset) ** 2 if abs(offset) < 0.5 else 0.0


def _deviation(mean: float) -> float:
    return min(0.2 * mean + 0.02, 0.5 * math.sqrt(mean * (1 - mean)))
