"""A made-up year of weather and of what follows from it, hour by hour, from formulas and a seed.

Sun: declination by P. I. Cooper (Solar Energy 12(3), 1969), irradiance of a clear sky by
B. Haurwitz (J. Meteorology 2(3), 1945), PV by cell temperature (`scenarios.renewables.pv`). Clouds,
wind and temperature are autoregressive noise around the seasons; wind speeds have a Weibull
distribution of shape 2. Loads are the shipped days of customers, larger in winter and smaller at
weekends.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from scenarios.renewables.pv import PanelPv
from scenarios.renewables.wind import WindPlant
from scenarios.systems.profiles import CUSTOMERS, LOAD

YEAR, ZONE, LATITUDE_DEG, LONGITUDE_DEG = 2025, "Europe/Berlin", 51.0, 10.0
HEATING_BELOW_C, COLDEST_C = 15.0, -10.0
WEEKEND = {"residential": 1.05, "commercial": 0.6, "industrial": 0.7, "load": 0.85}
WINTER = 0.12  # of the load, above its mean in the middle of January and below it in July

Hourly = NDArray[np.float64]


def year_of_profiles(seed: int) -> pd.DataFrame:
    """Factors of every profile, with `time` as the start of every hour in the zone."""
    stamps = pd.date_range(f"{YEAR}", f"{YEAR + 1}", freq="h", tz=ZONE, inclusive="left")
    draw = np.random.default_rng(seed)
    season = np.cos(2 * np.pi * (stamps.day_of_year.to_numpy() - 15) / 365)  # 1 in mid-January
    air = _temperature_c(stamps, season, draw)
    factors = pd.DataFrame(
        {
            **{name: _load(stamps, season, name, day) for name, day in _days().items()},
            "solar": _solar(stamps, season, air, draw),
            "wind": _wind(season, draw),
            "heat": np.clip((HEATING_BELOW_C - air) / (HEATING_BELOW_C - COLDEST_C), 0.0, 1.0),
        }
    ).round(4)
    factors.insert(0, "time", stamps)
    return factors


def _days() -> dict[str, tuple[float, ...]]:
    return {**CUSTOMERS, "load": LOAD}


def _load(stamps: pd.DatetimeIndex, season: Hourly, name: str, day: tuple[float, ...]) -> Hourly:
    weekend = np.where(stamps.day_of_week >= 5, WEEKEND[name], 1.0)
    seasonal = (1 + WINTER * season) / (1 + WINTER)
    return np.array(day)[stamps.hour] * weekend * seasonal / max(WEEKEND[name], 1.0)


def _temperature_c(stamps: pd.DatetimeIndex, season: Hourly, draw: np.random.Generator) -> Hourly:
    """10 degrees on average, 9 more in July, 4 more at 15:00, and spells that last for days."""
    daily = 4 * np.cos(2 * np.pi * (stamps.hour.to_numpy() - 15) / 24)
    return 10 - 9 * season + daily + 3.5 * _noise(len(stamps), 0.985, draw)


def _solar(
    stamps: pd.DatetimeIndex, season: Hourly, air: Hourly, draw: np.random.Generator
) -> Hourly:
    """Output over rated power; clouds leave 15 to 100 % of a clear sky, less of it in winter."""
    clear = 0.15 + 0.85 * ndtr(_noise(len(stamps), 0.94, draw) + 0.1 - 0.5 * season)
    irradiance = clear * _clear_sky_w_per_m2(stamps)
    plants = (PanelPv(1.0, area_m2=1e6 / 180, ambient=round(t)) for t in air)
    return np.array([float(p.power_mw(g)) for p, g in zip(plants, irradiance, strict=True)])


def _clear_sky_w_per_m2(stamps: pd.DatetimeIndex) -> Hourly:
    """In the middle of every hour."""
    utc = stamps.tz_convert("UTC") + pd.Timedelta(minutes=30)
    day = utc.day_of_year.to_numpy()
    declination = np.radians(23.45) * np.sin(2 * np.pi * (284 + day) / 365)
    hours = utc.hour.to_numpy() + utc.minute.to_numpy() / 60 + LONGITUDE_DEG / 15
    angle, latitude = np.radians(15 * (hours - 12)), np.radians(LATITUDE_DEG)
    height = np.sin(latitude) * np.sin(declination)
    height += np.cos(latitude) * np.cos(declination) * np.cos(angle)
    sine = np.maximum(height, 1e-3)
    return np.where(height > 1e-3, 1098 * sine * np.exp(-0.057 / sine), 0.0)


def _wind(season: Hourly, draw: np.random.Generator) -> Hourly:
    """Output over rated power; windier in winter."""
    share = ndtr(_noise(len(season), 0.97, draw))
    speed = (8.0 + 1.2 * season) * np.sqrt(-np.log1p(-np.minimum(share, 1 - 1e-9)))
    return WindPlant(1.0, exponent=3).power_mw(speed)


def _noise(count: int, memory: float, draw: np.random.Generator) -> Hourly:
    """Normal noise of deviation 1 in which each hour keeps a part of the hour before."""
    steps = draw.standard_normal(count)
    found = np.empty(count)
    found[0] = steps[0]
    for n in range(1, count):
        found[n] = memory * found[n - 1] + np.sqrt(1 - memory**2) * steps[n]
    return found
