"""Who gains and who loses between two designs, as a waterfall from welfare to welfare."""

import pandas as pd
import plotly.graph_objects as go

from studies.figures.style import Look, significant, styled


def changes(split: pd.DataFrame, first: str, last: str) -> pd.Series:
    """Change of surplus of the day ($) by group, from design `first` to design `last`."""
    sums = split.pivot_table(
        index="group", columns="design", values="surplus_usd", aggfunc="sum", sort=False
    ).fillna(0.0)
    change: pd.Series = sums[last] - sums[first]
    return change


def draw_waterfall(change: pd.Series, first: str, last: str, look: Look) -> go.Figure:
    """One step per group; the last bar is the change of welfare."""
    bars = go.Waterfall(
        x=[*(str(group) for group in change.index), "welfare"],
        y=significant([*change, 0.0]),
        measure=[*(["relative"] * len(change)), "total"],
        text=[f"{value:+,.0f}" for value in [*change, change.sum()]],
        textposition="outside",
        increasing={"marker": {"color": "#009e73"}},
        decreasing={"marker": {"color": "#d55e00"}},
        totals={"marker": {"color": "#0072b2"}},
        connector={"line": {"width": 1, "color": "#9aa5b1"}},
        hovertemplate=f"%{{x}}: %{{delta:,.2f}} {look.currency}<extra></extra>",
        cliponaxis=False,
    )
    figure = styled(go.Figure([bars]), 440, showlegend=False)
    figure.update_xaxes(type="category", title_text=f"from {first} to {last}")
    return figure.update_yaxes(title_text=f"change of surplus, {look.currency}")
