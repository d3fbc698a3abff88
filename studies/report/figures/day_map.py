"""Heat maps over the day, one per design, all with one colour scale."""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.side_by_side import rows_of, side_by_side
from studies.report.figures.style import Look, significant, styled


@dataclass(frozen=True)
class Scale:
    """Colours from `low` to `high`; `unit` is that of the numbers, `digits` what hovering shows."""

    colours: str
    low: float
    high: float
    unit: str
    digits: int


def draw_day_maps(
    wide: pd.DataFrame, look: Look, axis: str, scale: Scale, *, row_height: int
) -> go.Figure:
    """`wide` has rows (design, member) and one column per period; `axis` names the members."""
    designs = list(wide.index.get_level_values("design").unique())
    tall = min(640, 120 + row_height * len(wide.loc[designs[0]])) * rows_of(designs)
    figure, places = side_by_side(designs, tall, look, axis)
    hover = f"{axis} %{{y}}, %{{x}}: %{{z:.{scale.digits}f}} {scale.unit}<extra></extra>"
    for design, row, column in places:
        own = wide.loc[design]
        heat = go.Heatmap(
            x=list(own.columns),
            y=[str(member) for member in own.index],
            z=[significant(line) for line in own.to_numpy()],
            coloraxis="coloraxis",
            hovertemplate=hover,
        )
        figure.add_trace(heat, row=row, col=column)
    colours = {
        "colorscale": scale.colours,
        "cmin": scale.low,
        "cmax": scale.high,
        "colorbar": {
            "title": {"text": scale.unit, "side": "right", "font": {"size": 13}},
            "thickness": 14,
        },
    }
    figure = styled(figure, tall, top=34, coloraxis=colours)
    return figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
