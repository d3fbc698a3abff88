"""What assets with wholesale offers gain over the day, by three measures."""

import pandas as pd
import plotly.graph_objects as go

from scenarios.names import joined
from studies.report.figures.side_by_side import rows_of, side_by_side
from studies.report.figures.style import Look, significant, styled

MEASURES = {
    "i1_usd": ("profit against no wholesale offers", "#0072b2"),
    "i2_usd": ("margin over the offer price", "#e69f00"),
    "i3_usd": ("premium over the local price", "#009e73"),
}


def draw_incentives(of_day: pd.DataFrame, look: Look) -> go.Figure:
    """Grouped bars per design: one group per asset, one bar per measure."""
    designs = list(of_day["design"].drop_duplicates())
    tall = 400 * rows_of(designs)
    figure, places = side_by_side(designs, tall, look, f"gain of the day, {look.currency}")
    for design, row, column in places:
        own = of_day[of_day["design"] == design]
        for name, (words, colour) in MEASURES.items():
            figure.add_trace(
                go.Bar(
                    x=[joined(a, g) for a, g in zip(own["area"], own["asset"], strict=True)],
                    y=significant(own[name]),
                    name=words,
                    legendgroup=name,
                    showlegend=design == designs[0],
                    marker_color=colour,
                ),
                row=row,
                col=column,
            )
    figure = styled(figure, tall, barmode="group", bargap=0.25)
    return figure.update_xaxes(type="category", title_text="", tickmode="auto", range=None)
