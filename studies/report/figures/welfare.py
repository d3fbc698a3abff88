"""Welfare that each design loses against the best one."""

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.style import Look, significant, styled
from studies.runs.welfare_loss import share_text


def draw_welfare_loss(losses: pd.DataFrame, look: Look) -> go.Figure:
    """One bar per design, in the order of the study."""
    shown = losses.iloc[::-1]
    figure = go.Figure(
        go.Bar(
            x=significant(shown["loss_usd"]),
            y=list(shown.index),
            orientation="h",
            width=0.6,
            marker_color=[look.colours[str(name)] for name in shown.index],
            text=[
                f" {loss:,.2f}  ({share_text(share)})"
                for loss, share in zip(shown["loss_usd"], shown["loss_percent"], strict=True)
            ],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(
        title_text=f"welfare loss of the day, {look.currency}",
        range=[0, 1.25 * float(losses["loss_usd"].max()) or 1.0],
    )
    figure = styled(figure, 70 + 46 * len(losses), top=14)
    return figure.update_yaxes(ticks="", showgrid=False)
