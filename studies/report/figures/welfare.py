"""Welfare that each design loses against the best one."""

import math

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.style import Look, significant, styled


def welfare_loss(welfare: pd.Series) -> pd.DataFrame:
    """Loss of each design ($, and % of the best welfare); `welfare` ($) is indexed by design.

    >>> welfare_loss(pd.Series({"a": 90.0, "b": 100.0}))["loss_percent"].to_dict()
    {'a': 10.0, 'b': 0.0}
    """
    best = welfare.max()
    loss = best - welfare
    share = 100 * loss / abs(best) if best else float("nan") * loss
    return pd.DataFrame({"welfare_usd": welfare, "loss_usd": loss, "loss_percent": share})


def share_text(percent: float) -> str:
    """A share in three digits, or that it is too small to matter.

    >>> share_text(14.2857), share_text(1e-5)
    ('14.3 %', '< 0.001 %')
    """
    if math.isnan(percent):  # of a best welfare of zero
        return "–"
    return "< 0.001 %" if 0 < percent < 1e-3 else f"{percent:.3g} %"


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
