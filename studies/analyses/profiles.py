"""Hourly profiles of PV and wind plants from the weather, for the table `profiles`."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.check import check_scenario
from scenarios.files import read_scenario, write_scenario
from scenarios.findings import Finding, InvalidInput
from scenarios.renewables.expectation import Plant, bell_day, expected_mw, profile_rows
from scenarios.renewables.pv import STANDARD_IRRADIANCE, PanelPv, ThresholdPv
from scenarios.renewables.weather import BetaIrradiance, WeibullWind
from scenarios.renewables.wind import WindPlant, at_hub
from studies.analyses.weather_file import DEVIATION, IRRADIANCE, SHAPE, SPEED, TEMPERATURE
from studies.report.figures.profile import CAPTION, TITLE, draw_profile
from studies.report.rendering import Section, figure_page
from studies.runs.run_folder import new_folder, write_frames

RATED_MW = 1.0
EFFICIENCY = 0.18  # of panels at 25 degC, whose area gives the rating at 1000 W/m2
SOLAR_CONSTANT = 1361.0  # W/m2, which irradiance does not exceed
FOLDER, PAGE, FACTOR = "profiles", "profile.html", "factor"


@dataclass(frozen=True)
class Hub:
    """Height (m) of a turbine's hub, and that at which speeds were measured."""

    hub_m: float
    measured_m: float = 10.0


def pv_day(weather: pd.DataFrame | None, threshold: float = 150.0) -> pd.DataFrame:
    """Output of a PV plant over its rating, by period, beside the weather.

    With temperatures (degC) it is that of panels whose cells warm, else that of the threshold
    model; with deviations (W/m2) the expected one over a Beta distribution. Without weather it is
    that of a bell-shaped day of 24 hours.
    """
    if weather is None:
        bell = bell_day()
        plant = ThresholdPv(RATED_MW, threshold)
        told = pd.DataFrame({IRRADIANCE: [w.mean * w.ceiling for w in bell]})
        return told.assign(**{FACTOR: [expected_mw(plant, w) for w in bell]})

    def factor(row: pd.Series) -> float:
        plant: Plant = ThresholdPv(RATED_MW, threshold)
        if TEMPERATURE in row:
            area = RATED_MW * 1e6 / (EFFICIENCY * STANDARD_IRRADIANCE)
            plant = PanelPv(RATED_MW, area, float(row[TEMPERATURE]), EFFICIENCY)
        mean = float(row[IRRADIANCE])
        if DEVIATION not in row or row[DEVIATION] == 0.0:
            return float(plant.power_mw(mean))
        shares = (mean / SOLAR_CONSTANT, float(row[DEVIATION]) / SOLAR_CONSTANT)
        return expected_mw(plant, BetaIrradiance(*shares, SOLAR_CONSTANT))

    return _with_factor(weather, factor)


def wind_day(weather: pd.DataFrame, plant: WindPlant, hub: Hub | None = None) -> pd.DataFrame:
    """Output of a wind plant over its rating, by period, beside the weather.

    With a shape the speed is the mean of a Weibull distribution, over which output is expected.
    """

    def factor(row: pd.Series) -> float:
        speed = float(row[SPEED])
        if hub is not None:
            speed = float(at_hub(speed, hub.hub_m, hub.measured_m))
        if SHAPE not in row or speed == 0.0:
            return float(plant.power_mw(speed)) / plant.rated_mw
        shape = float(row[SHAPE])
        scale = speed / math.gamma(1 + 1 / shape)
        return expected_mw(plant, WeibullWind(scale, shape)) / plant.rated_mw

    return _with_factor(weather, factor)


def _with_factor(weather: pd.DataFrame, factor: Callable[[pd.Series], float]) -> pd.DataFrame:
    values = np.array([factor(row) for _, row in weather.iterrows()])
    return weather.assign(**{FACTOR: np.clip(values, 0.0, 1.0)})


def write_profile(day: pd.DataFrame, name: str, out: Path) -> None:
    """The profile as rows of the table `profiles`, the weather beside it, and its picture."""
    told = day.assign(period=range(1, len(day) + 1))
    with new_folder(out, FOLDER) as (part, _):
        rows = pd.DataFrame(profile_rows(name, list(day[FACTOR])))
        write_frames(part, {"profiles": rows, "weather": told})
        section = Section(name, TITLE.format(name), CAPTION, draw_profile(told, FACTOR))
        (part / PAGE).write_text(figure_page("profile", section), encoding="utf-8")


def put_into(folder: Path, name: str, day: pd.DataFrame) -> list[str]:
    """Give a scenario the profile, in place of one of that name; tells who follows it.

    Raises InvalidInput where the scenario has not as many periods.
    """
    scenario = read_scenario(folder)
    if len(scenario.periods) != len(day):
        finding = f"rows: {len(day)}, periods of {str(folder)!r}: {len(scenario.periods)}"
        raise InvalidInput("the weather", [Finding("--into", finding, "give a row for each")])
    kept = tuple(row for row in scenario.profiles if row.profile != name)
    changed = replace(scenario, profiles=(*kept, *profile_rows(name, list(day[FACTOR]))))
    findings = check_scenario(changed)
    if findings:
        raise InvalidInput(f"scenario {str(folder)!r}", findings)
    write_scenario(changed, folder)
    return [f"{g.area}/{g.generator}" for g in changed.generators if g.profile == name]
