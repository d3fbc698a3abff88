"""Many days at once: prices by day, hour and month, welfare and energy of the days."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.day_map import Scale
from studies.report.figures.price_map import colour_limits
from studies.report.figures.side_by_side import rows_of, side_by_side
from studies.report.figures.style import Look, significant, styled

PRICE = "price_usd_per_mwh"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
ENERGY = {
    "pv_mwh": ("PV", "#E69F00"),
    "wind_mwh": ("wind", "#56B4E9"),
    "other_mwh": ("other generation", "#7b8794"),
}
BAND = 0.18  # opacity


def weighted_quantiles(rows: pd.DataFrame, column: str) -> list[float]:
    """Values that are not exceeded in 5, 25, 50, 75 and 95 % of the time."""
    weights = rows["weight"] * rows["hours"]
    found = np.quantile(rows[column], QUANTILES, weights=weights, method="inverted_cdf")
    return [float(value) for value in found]


def draw_calendar(periods: pd.DataFrame, look: Look) -> go.Figure:
    """A heat map per design: days to the right, the clock upwards, prices as colours."""
    designs = [str(d) for d in periods["design"].unique()]
    tall = 330 * rows_of(designs)
    across = {"title_text": "day", "type": "category", "nticks": 12}
    figure, places = side_by_side(designs, tall, look, "time of day", across)
    low, high = colour_limits(periods[PRICE])
    scale = Scale("YlGnBu", low, high, look.price, digits=2)
    for design, row, column in places:
        own = periods[periods["design"] == design]
        wide = own.pivot_table(PRICE, "clock", "day", "mean")
        heat = go.Heatmap(
            x=list(wide.columns),
            y=list(wide.index),
            z=[significant(line) for line in wide.to_numpy()],
            coloraxis="coloraxis",
            hovertemplate=f"%{{x}} %{{y}}: %{{z:.2f}} {scale.unit}<extra></extra>",
        )
        figure.add_trace(heat, row=row, col=column)
    bar = {"title": {"text": scale.unit, "side": "right", "font": {"size": 13}}, "thickness": 14}
    colours = {"colorscale": scale.colours, "cmin": low, "cmax": high, "colorbar": bar}
    figure = styled(figure, tall, top=34, coloraxis=colours)
    return figure.update_yaxes(type="category", nticks=8, showgrid=False)


def draw_by_clock(periods: pd.DataFrame, look: Look) -> go.Figure:
    """A line per design through the middle prices of the day, in a band of nine tenths of them."""
    traces: list[go.Scatter] = []
    for design, own in periods.groupby("design", sort=False):
        colour = look.colours[str(design)]
        found = _quantiles_by(own, "clock")
        clock = list(found.index)
        style = {"mode": "lines", "legendgroup": str(design), "hoverinfo": "skip"}
        edge = {"line": {"width": 0}, "showlegend": False}
        traces += [
            go.Scatter(x=clock, y=significant(found[0.95]), **style, **edge),
            go.Scatter(
                x=clock,
                y=significant(found[0.05]),
                fill="tonexty",
                fillcolor=_faint(colour),
                **style,
                **edge,
            ),
            go.Scatter(
                x=clock,
                y=significant(found[0.5]),
                name=str(design),
                legendgroup=str(design),
                mode="lines",
                line=look.line(str(design), width=2),
            ),
        ]
    figure = styled(go.Figure(traces), 400, top=50)
    figure.update_xaxes(title_text="time of day", type="category", nticks=13)
    return figure.update_yaxes(title_text=f"price, {look.price}")


def draw_by_month(periods: pd.DataFrame, look: Look) -> go.Figure:
    """A box per month and design: the middle half of prices, whiskers over nine tenths."""
    boxes = []
    for design, own in periods.groupby("design", sort=False):
        found = _quantiles_by(own, "month")
        low, first, middle, third, high = (significant(found[q]) for q in QUANTILES)
        boxes.append(
            go.Box(
                x=list(found.index),
                lowerfence=low,
                q1=first,
                median=middle,
                q3=third,
                upperfence=high,
                name=str(design),
                marker={"color": look.colours[str(design)]},
            )
        )
    figure = styled(go.Figure(boxes), 400, top=50, boxmode="group")
    figure.update_xaxes(title_text="month", type="category")
    return figure.update_yaxes(title_text=f"price, {look.price}")


def draw_welfare(days: pd.DataFrame, look: Look) -> go.Figure:
    """A line per design over the days."""
    lines = [
        go.Scatter(
            x=list(own["day"]),
            y=significant(own["welfare_usd"].astype(float)),
            name=str(design),
            mode="lines+markers",
            line=look.line(str(design), width=1.5),
            marker={"size": 5, "symbol": look.mark(str(design))},
        )
        for design, own in days.groupby("design", sort=False)
    ]
    figure = styled(go.Figure(lines), 400, top=50)
    figure.update_xaxes(title_text="day", type="category", nticks=12)
    return figure.update_yaxes(title_text=f"welfare of the day, {look.currency}")


def draw_energy(days: pd.DataFrame, look: Look) -> go.Figure:
    """Bars of energy by source for every month, and what is consumed."""
    names = [*ENERGY, "consumed_mwh"]
    weighted = days[names].multiply(days["weight"], axis=0).assign(month=days["day"].str[:7])
    by_month = weighted.groupby("month").sum() / 1e3
    months = list(by_month.index)
    bars = [
        go.Bar(x=months, y=significant(by_month[name]), name=words, marker={"color": colour})
        for name, (words, colour) in ENERGY.items()
    ]
    used = go.Scatter(
        x=months,
        y=significant(by_month["consumed_mwh"]),
        name="consumed",
        mode="markers",
        marker={"color": "#1f2933", "symbol": "line-ew-open", "size": 24, "line": {"width": 2}},
    )
    figure = styled(go.Figure([*bars, used]), 400, top=50, barmode="stack")
    figure.update_xaxes(title_text="month", type="category")
    return figure.update_yaxes(title_text="energy, GWh")


def _quantiles_by(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Quantiles (columns) of prices for each value of a column."""
    found = {key: weighted_quantiles(own, PRICE) for key, own in rows.groupby(column)}
    return pd.DataFrame.from_dict(found, orient="index", columns=list(QUANTILES))


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return f"rgba({red},{green},{blue},{BAND})"
