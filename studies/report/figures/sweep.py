"""One figure of merit over the grid of a sweep: lines, or a heat map per design."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from studies.report.figures.side_by_side import rows_of, side_by_side
from studies.report.figures.style import Look, significant, styled

SCALE, AROUND_ZERO = "YlGnBu", "RdBu"
SHADES = (0.35, 1.0)  # part of the scale whose lines stand out from white
CELL = 24  # px
LEGEND_ROW, LEGEND_COLUMNS = 20, 7  # px, and as many entries as fit into a row


@dataclass(frozen=True)
class Axis:
    """A swept parameter: its column, its title, and whether its values are numbers."""

    column: str
    title: str
    is_number: bool


@dataclass(frozen=True)
class Measure:
    """A column of the results, what its axis says, and whether its sign matters."""

    column: str
    title: str
    is_signed: bool = False


def draw_over_one(rows: pd.DataFrame, axis: Axis, measure: Measure, look: Look) -> go.Figure:
    """A line per design."""
    lines = [
        _line(own, axis, measure, str(design), look.line(str(design)), look.mark(str(design)))
        for design, own in rows.groupby("design", sort=False)
    ]
    figure = styled(go.Figure(lines), 400, top=50)
    figure.update_xaxes(**_across(axis))
    return figure.update_yaxes(title_text=measure.title)


def draw_places(rows: pd.DataFrame, axis: Axis, look: Look) -> go.Figure:
    """A line per design through its places by welfare, the best on top; equal ones are apart."""
    shown = rows.assign(place=rows["place"].astype(float) + _apart(rows))
    figure = draw_over_one(shown, axis, Measure("place", "place by welfare"), look)
    most = int(rows["place"].max())
    return figure.update_yaxes(range=[most + 0.6, 0.4], dtick=1, zeroline=False)


def _apart(rows: pd.DataFrame) -> pd.Series:
    """A little for every design that shares its place at a point, so that no line hides another."""
    return 0.12 * rows.groupby([rows["point"], rows["place"]]).cumcount()


def draw_lines(
    rows: pd.DataFrame, axis: Axis, other: Axis, measure: Measure, look: Look
) -> go.Figure:
    """A panel per design, with a line over `axis` for every value of `other`."""
    designs = [str(d) for d in rows["design"].unique()]
    shades = _shades(list(rows[other.column].unique()))
    tall = 120 + 340 * rows_of(designs)
    figure, places = side_by_side(designs, tall, look, measure.title, _across(axis))
    for design, row, column in places:
        own = rows[rows["design"] == design]
        for value, part in own.groupby(other.column, sort=False):
            name = f"{other.column} = {_text(value)}"
            style = {"color": shades[value]}
            line = _line(part, axis, measure, name, style, legend=design == designs[0])
            figure.add_trace(line, row=row, col=column)
    legend = LEGEND_ROW * -(-len(shades) // LEGEND_COLUMNS)
    return styled(figure, tall, top=46 + legend)


def draw_maps(
    rows: pd.DataFrame, across: Axis, up: Axis, measure: Measure, look: Look
) -> go.Figure:
    """A heat map per design, all with one colour scale."""
    designs = [str(d) for d in rows["design"].unique()]
    tall = (110 + max(200, CELL * rows[up.column].nunique())) * rows_of(designs)
    axis = {"title_text": across.title, "type": "category"}
    figure, places = side_by_side(designs, tall, look, up.title, axis)
    for design, row, column in places:
        figure.add_trace(_map(rows[rows["design"] == design], across, up, measure), row, column)
    figure = styled(figure, tall, top=50, coloraxis=_colours(rows[measure.column], measure))
    return figure.update_yaxes(type="category", showgrid=False)


def _map(own: pd.DataFrame, across: Axis, up: Axis, measure: Measure) -> go.Heatmap:
    wide = own.pivot_table(
        measure.column, up.column, across.column, "first", dropna=False, sort=False
    )
    return go.Heatmap(
        x=[_text(value) for value in wide.columns],
        y=[_text(value) for value in wide.index],
        z=[significant(line) for line in wide.to_numpy(dtype=float)],
        coloraxis="coloraxis",
        hovertemplate=f"{across.column} %{{x}}, {up.column} %{{y}}: %{{z}}<extra></extra>",
    )


def _colours(values: pd.Series, measure: Measure) -> dict[str, Any]:
    bar = {"title": {"text": measure.title, "side": "right", "font": {"size": 13}}, "thickness": 14}
    if measure.is_signed and values.min() < 0 < values.max():
        return {"colorscale": AROUND_ZERO, "cmid": 0.0, "colorbar": bar}
    return {"colorscale": SCALE, "colorbar": bar}


def _line(
    own: pd.DataFrame,
    axis: Axis,
    measure: Measure,
    name: str,
    style: dict[str, Any],
    mark: str = "circle",
    *,
    legend: bool = True,
) -> go.Scatter:
    values = own[axis.column]
    return go.Scatter(
        x=list(values) if axis.is_number else [_text(value) for value in values],
        y=significant(own[measure.column].astype(float)),
        name=name,
        legendgroup=name,
        showlegend=legend,
        mode="lines+markers",
        line={**style, "width": 2},
        marker={"size": 6, "symbol": mark},
    )


def _across(axis: Axis) -> Mapping[str, Any]:
    return {"title_text": axis.title, "type": "linear" if axis.is_number else "category"}


def _shades(values: Sequence[Hashable]) -> dict[Hashable, str]:
    """A colour for each value, from light to dark."""
    low, high = SHADES
    step = (high - low) / max(1, len(values) - 1)
    places = [high - step * n for n in range(len(values))][::-1]
    return dict(zip(values, sample_colorscale(SCALE, places), strict=True))


def _text(value: Hashable) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
