"""Margins of a cleared day: by hour, and the curves of the critical buses."""

import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale
from plotly.subplots import make_subplots

from scenarios.names import joined
from studies.report.figures.side_by_side import rows_of, side_by_side
from studies.report.figures.style import Look, significant, styled

SCALE = "Viridis"


def draw_margins(hours: pd.DataFrame, look: Look) -> go.Figure:
    """Greatest loading and load served beyond the base (MW) by hour, a line for each design."""
    figure = make_subplots(cols=2, horizontal_spacing=0.1)
    for design, own in hours.groupby("design", sort=False):
        for column, value in ((1, "lambda_max"), (2, "margin_mw")):
            figure.add_scatter(
                x=own["period"],
                y=significant(own[value].astype(float)),
                customdata=own["critical_bus"],
                name=str(design),
                legendgroup=str(design),
                showlegend=column == 1,
                mode="lines+markers",
                line=look.line(str(design)),
                marker={"symbol": look.mark(str(design))},
                hovertemplate="%{y}, critical bus %{customdata}",
                row=1,
                col=column,
            )
    styled(figure, 380)
    figure.update_xaxes(**look.time_axis)
    figure.update_yaxes(title_text="lambda", rangemode="tozero", col=1)
    return figure.update_yaxes(title_text="more load served, MW", rangemode="tozero", col=2)


def draw_noses(curve: pd.DataFrame, look: Look) -> go.Figure:
    """Voltage of each hour's critical bus by lambda; early hours dark, late ones bright."""
    designs = list(curve["design"].unique())
    tall = 380 * rows_of(designs)
    across = {"title_text": "lambda", "autorange": True}
    figure, places = side_by_side(designs, tall, look, "voltage, p.u.", across)
    for design, row, column in places:
        for _, own in curve[curve["design"] == design].groupby("period"):
            period = int(own["period"].iloc[0])
            share = (period - 1) / max(look.periods - 1, 1)
            figure.add_scatter(
                x=significant(own["lambda"]),
                y=significant(own["v_pu"]),
                name=f"hour {period}, {joined(own['area'].iloc[0], own['bus'].iloc[0])}",
                showlegend=False,
                mode="lines",
                line_color=sample_colorscale(SCALE, [share])[0],
                row=row,
                col=column,
            )
    return styled(figure, tall)
