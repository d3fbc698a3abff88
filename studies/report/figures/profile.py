"""A plant's profile beside the weather that it comes from."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from studies.report.figures.style import PALETTE, styled

TITLE = "Profile {}"
CAPTION = "Output over the plant's rating in every period, and the weather that it was made from."
WORDS = {
    "irradiance_w_per_m2": "irradiance, W/m²",
    "deviation_w_per_m2": "its deviation, W/m²",
    "temperature_c": "temperature, °C",
    "speed_m_per_s": "wind speed, m/s",
    "shape": "shape of the Weibull distribution",
}


def draw_profile(day: pd.DataFrame, factor: str) -> go.Figure:
    """Output as bars, and below it a curve for every column of weather."""
    told = [name for name in WORDS if name in day]
    figure = make_subplots(1 + len(told), 1, shared_xaxes=True, vertical_spacing=0.08)
    bars = go.Bar(x=day["period"], y=day[factor], marker={"color": PALETTE[0]})
    figure.add_trace(bars, row=1, col=1)
    for n, name in enumerate(told, start=2):
        colour = PALETTE[n - 1]
        curve = go.Scatter(x=day["period"], y=day[name], line={"color": colour})
        figure.add_trace(curve, row=n, col=1)
        figure.update_yaxes(title_text=WORDS[name], row=n, col=1)
    styled(figure, 240 * (1 + len(told)) + 60, top=20, showlegend=False)
    figure.update_yaxes(title_text="output over rating", row=1, col=1)
    return figure.update_xaxes(title_text="period", row=1 + len(told), col=1)
