"""Outages of a cleared day: states by hour, and how full branches get."""

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.side_by_side import rows_of, side_by_side
from studies.report.figures.style import Look, significant, styled

SHOWN = 40  # branches and outages on the map; the tables hold all
CELL = 15  # px
FULL_SCALE = 150.0  # percent
COLOURS = {
    "secure": "#009E73",
    "violated": "#E69F00",
    "unsolved": "#D55E00",
    "islanding": "#9aa5b1",
}


def draw_states(hours: pd.DataFrame, look: Look) -> go.Figure:
    """Outages by state, hour by hour, and those that exceed a limit kept before as a line."""
    designs = list(hours["design"].unique())
    tall = 340 * rows_of(designs)
    figure, places = side_by_side(designs, tall, look, "outages")
    for design, row, column in places:
        own = hours[hours["design"] == design]
        place = {"row": row, "col": column}
        first = design == designs[0]
        for state, colour in COLOURS.items():
            bars = go.Bar(
                x=own["period"], y=own[state], name=state, marker_color=colour,
                legendgroup=state, showlegend=first,
            )  # fmt: skip
            figure.add_trace(bars, **place)
        line = go.Scatter(
            x=own["period"], y=own["causing"], name="exceed a limit that was kept before",
            mode="lines+markers", line_color="#1f2933", legendgroup="causing", showlegend=first,
        )  # fmt: skip
        figure.add_trace(line, **place)
    return styled(figure, tall, barmode="stack")


def draw_peaks(peak: pd.DataFrame) -> go.Figure:
    """Heat map of the greatest loading of the day: fullest branches by worst outages, percent."""
    wide = peak.pivot_table(index="branch", columns="outage", values="loading")
    period = peak.pivot_table(index="branch", columns="outage", values="period")
    rows = wide.max(axis=1).nlargest(SHOWN).index
    columns = wide.loc[rows].max().nlargest(SHOWN).index
    figure = go.Figure(
        go.Heatmap(
            x=list(columns),
            y=list(rows),
            z=[significant(100 * line, 4) for line in wide.loc[rows, columns].to_numpy()],
            customdata=period.loc[rows, columns].to_numpy(),
            colorscale="RdYlBu_r",
            zmin=0.0,
            zmax=FULL_SCALE,
            colorbar={"title": {"text": "%"}, "thickness": 14},
            hovertemplate="%{y} after %{x}: %{z} % in period %{customdata:.0f}<extra></extra>",
        )
    )
    styled(figure, 260 + CELL * len(rows), top=20)
    figure.update_xaxes(type="category", showgrid=False)
    return figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
