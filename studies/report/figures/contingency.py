"""How full every branch is after every outage."""

import numpy as np
import plotly.graph_objects as go

from security.outages.contingency import Contingency
from studies.report.figures.style import significant, styled

FULLEST = 60  # branches on the map; the tables hold all
CELL = 15  # px
FULL_SCALE = 150.0  # percent; the colours turn to red towards 100 and beyond
TITLE = "Loading of transmission branches after outages"
CAPTION = (
    "Percent of the rating at the fuller end. Columns are outages, the most severe first; rows are "
    "branches with a rating, the fullest first. Colours end at 150 %. Columns without colour leave "
    "islands or have no solution."
)


def draw_loading(found: Contingency) -> go.Figure:
    """Heat map of the fullest branches (rows) by outage (columns), in percent of the rating."""
    grid, order = found.layout.upper, found.ranking
    peak = np.nanmax(np.nan_to_num(found.loading), axis=1, initial=0.0)
    rated = np.flatnonzero(np.isfinite(grid.rating_mva))
    rows = rated[np.argsort(-peak[rated], kind="stable")][:FULLEST]
    figure = go.Figure(
        go.Heatmap(
            x=[found.names[n] for n in order],
            y=[grid.branches[k] for k in rows],
            z=[significant(100 * found.loading[k, order], 4) for k in rows],
            colorscale="RdYlBu_r",
            zmin=0.0,
            zmax=FULL_SCALE,
            colorbar={"title": {"text": "%"}, "thickness": 14},
            hovertemplate="%{y} after %{x}: %{z} %<extra></extra>",
        )
    )
    styled(figure, 260 + CELL * len(rows), top=20)
    figure.update_xaxes(type="category", showgrid=False)
    return figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
