"""Lowest voltage of every area over the day, by load flow."""

import pandas as pd
import plotly.graph_objects as go

from studies.figures.columns import rows_of, side_by_side
from studies.figures.style import Look, significant, styled

SHOWN = (0.9, 1.0)  # p.u.: the range that the colours tell apart at least


def lowest_voltages(voltage: pd.DataFrame) -> pd.DataFrame:
    """Lowest voltage (p.u.) by (design, area), one column per period."""
    areas = voltage["area"].drop_duplicates()
    designs = voltage["design"].drop_duplicates()
    wide = voltage.pivot_table(
        index=["design", "area"], columns="period", values="v_pu", aggfunc="min"
    )
    return wide.reindex(pd.MultiIndex.from_product([designs, areas], names=["design", "area"]))


def draw_voltage_map(lowest: pd.DataFrame, look: Look) -> go.Figure:
    """A heat map per design, all with one colour scale."""
    designs = list(lowest.index.get_level_values("design").unique())
    tall = min(640, 130 + 22 * len(lowest.loc[designs[0]])) * rows_of(designs)
    figure, places = side_by_side(designs, tall, look, "area")
    for design, row, column in places:
        own = lowest.loc[design]
        figure.add_trace(
            go.Heatmap(
                x=list(own.columns),
                y=[str(area) for area in own.index],
                z=[significant(line) for line in own.to_numpy()],
                coloraxis="coloraxis",
                hovertemplate="area %{y}, %{x}: %{z:.4f} p.u.<extra></extra>",
            ),
            row=row,
            col=column,
        )
    scale = {
        "colorscale": "RdYlBu",
        "cmin": min(SHOWN[0], float(lowest.min().min())),
        "cmax": max(SHOWN[1], float(lowest.max().max())),
        "colorbar": {
            "title": {"text": "p.u.", "side": "right", "font": {"size": 13}},
            "thickness": 14,
        },
    }
    figure = styled(figure, tall, top=34, coloraxis=scale)
    return figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
