"""What each distribution area gains from the day."""

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.style import Look, significant, styled


def payoffs(dso_payoff: pd.DataFrame) -> pd.DataFrame:
    """Payoff of the day ($) by area, one column per design."""
    wide = dso_payoff.pivot_table(
        index="area", columns="design", values="payoff_usd", aggfunc="sum", sort=False
    )
    return wide[list(dso_payoff["design"].drop_duplicates())]


def draw_payoffs(wide: pd.DataFrame, look: Look) -> go.Figure:
    """Grouped bars: one group per area, one bar per design."""
    bars = [
        go.Bar(
            x=[str(area) for area in wide.index],
            y=significant(wide[design]),
            name=str(design),
            marker_color=look.colours[str(design)],
        )
        for design in wide.columns
    ]
    figure = styled(go.Figure(bars), 400, barmode="group", bargap=0.25)
    figure.update_xaxes(title_text="distribution area", type="category")
    return figure.update_yaxes(title_text=f"payoff of the day, {look.currency}")
