"""`tandem profiles`: hourly profiles of PV and wind plants from the weather."""

from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
import typer

from scenarios.findings import Finding, InvalidInput
from scenarios.renewables.wind import CUBIC, LINEAR, WindPlant
from studies.analyses.profiles import FACTOR, Hub, put_into, pv_day, wind_day, write_profile
from studies.analyses.weather_file import read_weather
from studies.commands.options import Json
from studies.commands.speech import speaking

Technology = Literal["pv", "wind"]


def profiles(
    technology: Annotated[Technology, typer.Argument(help="What the plant runs on.")],
    weather: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV, a row for each period. pv: irradiance_w_per_m2, and if known "
            "deviation_w_per_m2, temperature_c. wind: speed_m_per_s, and if known shape. Without "
            "one, pv has a bell-shaped day.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Of the profile; the technology if left out.")
    ] = None,
    threshold: Annotated[
        float, typer.Option(help="Irradiance (W/m2) below which PV output rises with its square.")
    ] = 150.0,
    cut_in: Annotated[float, typer.Option(help="Wind speed (m/s) at which output begins.")] = 3.0,
    rated_speed: Annotated[float, typer.Option(help="... at which it is the rating.")] = 12.0,
    cut_out: Annotated[float, typer.Option(help="... from which on there is none.")] = 25.0,
    hub: Annotated[
        float | None, typer.Option(metavar="M", help="Height of the hub, if speeds are of another.")
    ] = None,
    measured_at: Annotated[
        float, typer.Option(metavar="M", help="Height at which speeds were measured.")
    ] = 10.0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder for the tables and the picture.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(metavar="SCENARIO", help="Scenario folder that gets the profile.")
    ] = None,
    *,
    cubic: Annotated[
        bool, typer.Option("--cubic", help="Wind output rises with the cube of the speed.")
    ] = False,
    json: Json = False,
) -> None:
    """Make the profile of a PV or wind plant: its output over its rating in every period.

    Example:  tandem profiles wind --weather speeds.csv --hub 100 --out wind
    """
    with speaking(as_json=json) as speech:
        read = None if weather is None else read_weather(weather, technology)
        if technology == "pv":
            day = pv_day(read, threshold)
        else:
            plant = WindPlant(1.0, cut_in, rated_speed, cut_out, CUBIC if cubic else LINEAR)
            day = wind_day(_due(read), plant, None if hub is None else Hub(hub, measured_at))
        called = name or technology
        if out is not None:
            write_profile(day, called, out)
            speech.text.print(f"tables: {out}", markup=False, highlight=False)
        followers = [] if into is None else put_into(into, called, day)
        if into is not None:
            who = ", ".join(followers) or "no generator yet: name it in their column 'profile'"
            words = f"{into} has profile {called!r}; it is followed by {who}"
            speech.text.print(words, markup=False, highlight=False)
        factors = [round(value, 6) for value in day[FACTOR]]
        words = f"{called}: mean {day[FACTOR].mean():.3f}, greatest {day[FACTOR].max():.3f}"
        speech.text.print(f"{words} of the rating, {len(day)} periods")
        found = {"profile": called, "factors": factors, "followed_by": followers}
        speech.result({"status": "ok", **found})


def _due(read: pd.DataFrame | None) -> pd.DataFrame:
    if read is None:
        cure = "name a CSV file with the column speed_m_per_s"
        raise InvalidInput("the command", [Finding("--weather", "wind needs speeds", cure)])
    return read
