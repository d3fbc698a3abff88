"""Who gains and who loses between two designs, as a waterfall from welfare to welfare."""

from itertools import permutations

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.style import Look, significant, styled

MOST_PAIRS = 132  # twelve designs; a longer menu is no help


def changes(split: pd.DataFrame, first: str, last: str) -> pd.Series:
    """Change of surplus of the day ($) by group, from design `first` to design `last`."""
    sums = split.pivot_table(
        index="group", columns="design", values="surplus_usd", aggfunc="sum", sort=False
    ).fillna(0.0)
    change: pd.Series = sums[last] - sums[first]
    return change


def draw_waterfall(split: pd.DataFrame, first: str, last: str, look: Look) -> go.Figure:
    """Steps by group from `first` to `last`; a menu offers every other pair of designs."""
    designs = list(split["design"].drop_duplicates())
    pairs = [(first, last), *(p for p in permutations(designs, 2) if p != (first, last))]
    figure = go.Figure([_bars(split, *pair, look) for pair in pairs[:MOST_PAIRS]])
    for trace in figure.data[1:]:
        trace.visible = False
    buttons = [
        {
            "label": f"{a} to {b}",
            "method": "update",
            "args": [{"visible": [n == shown for n in range(len(pairs[:MOST_PAIRS]))]}],
        }
        for shown, (a, b) in enumerate(pairs[:MOST_PAIRS])
    ]
    menu = {"buttons": buttons, "x": 1, "xanchor": "right", "y": -0.2, "yanchor": "top"}
    figure = styled(figure, 460, showlegend=False, updatemenus=[menu])
    figure.update_xaxes(type="category", title_text="")
    return figure.update_yaxes(title_text=f"change of surplus, {look.currency}")


def step_text(value: float) -> str:
    """A change in whole units; what rounds to nothing has no sign.

    >>> step_text(-1681.4), step_text(-2e-6)
    ('-1,681', '0')
    """
    text = f"{value:+,.0f}"
    return "0" if text in ("+0", "-0") else text


def _bars(split: pd.DataFrame, first: str, last: str, look: Look) -> go.Waterfall:
    """One step per group; the last bar is the change of welfare."""
    change = changes(split, first, last)
    return go.Waterfall(
        x=[*(str(group) for group in change.index), "welfare"],
        y=significant([*change, 0.0]),
        measure=[*(["relative"] * len(change)), "total"],
        text=[step_text(value) for value in [*change, change.sum()]],
        textposition="outside",
        increasing={"marker": {"color": "#009e73"}},
        decreasing={"marker": {"color": "#d55e00"}},
        totals={"marker": {"color": "#0072b2"}},
        connector={"line": {"width": 1, "color": "#9aa5b1"}},
        hovertemplate=f"%{{x}}: %{{delta:,.2f}} {look.currency}<extra></extra>",
        cliponaxis=False,
    )
