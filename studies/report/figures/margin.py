"""Curves of voltage by loading and by load served."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from scenarios.names import joined
from studies.report.figures.style import PALETTE, significant, styled

TITLE = "Voltage-stability margin"
CAPTION = (
    "The bus with the lowest voltage of every area, as load grows to (1 + lambda) times its base. "
    "Left: by lambda. Right: by the load that is served in the area, as a multiple of its base; "
    "loads that depend on voltage are served less as it falls. Loading can grow no further than to "
    "the nose of the curve."
)
AREAS = 12  # with the lowest voltages; the tables hold all


def draw_curves(curve: pd.DataFrame) -> go.Figure:
    """Voltage of the weakest bus of each area (p.u.) by lambda, and by load served."""
    figure = make_subplots(cols=2, horizontal_spacing=0.1)
    top = curve.loc[curve["lambda"] == curve["lambda"].max()]
    weakest = top.loc[top.groupby("area")["v_pu"].idxmin()].nsmallest(AREAS, "v_pu")
    load = curve.pivot_table("p_mw", "point", "area", aggfunc="sum")
    load = load / load.iloc[0]
    for n, (area, bus) in enumerate(zip(weakest["area"], weakest["bus"], strict=True)):
        rows = curve[(curve["area"] == area) & (curve["bus"] == bus)]
        for column, x in ((1, rows["lambda"]), (2, load[area])):
            figure.add_scatter(
                x=significant(x),
                y=significant(rows["v_pu"]),
                mode="lines+markers",
                marker_size=4,
                name=joined(area, bus),
                legendgroup=area,
                showlegend=column == 1,
                line_color=PALETTE[n % len(PALETTE)],
                row=1,
                col=column,
            )
    styled(figure, 460)
    figure.update_xaxes(title_text="lambda", col=1)
    figure.update_xaxes(title_text="load served in the area, times its base", col=2)
    return figure.update_yaxes(title_text="voltage (p.u.)", col=1)
