"""What owners choose, round by round, under every design."""

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.side_by_side import rows_of, side_by_side
from studies.report.figures.style import Look, look_of, significant, styled


def draw_choices(choices: pd.DataFrame, look: Look) -> go.Figure:
    """A panel per design, with a line of steps for every owner."""
    designs, owners = ([str(one) for one in choices[name].unique()] for name in ("design", "owner"))
    of_owner = look_of(owners, look.currency, ())
    tall = 120 + 260 * rows_of(designs)
    units = ", ".join(choices["chooses"].unique())
    across = {"title_text": "round", "dtick": 1 if choices["round"].max() < 12 else 5}
    figure, places = side_by_side(designs, tall, look, units, across)
    for design, row, column in places:
        own = choices[choices["design"] == design]
        for owner in owners:
            line = own[own["owner"] == owner]
            trace = go.Scatter(
                x=list(line["round"]),
                y=significant(line["choice"]),
                name=owner,
                legendgroup=owner,
                showlegend=design == designs[0],
                mode="lines+markers",
                line=of_owner.line(owner),
                marker={"size": 7, "symbol": of_owner.mark(owner)},
            )
            figure.add_trace(trace, row=row, col=column)
    return styled(figure, tall, top=66)
