"""Limits after outages that bind, and what they are worth over the day."""

import pandas as pd
import plotly.graph_objects as go

from scenarios.results import FIXED_RULE
from studies.report.figures.style import Look, significant, styled

MOST = 15


def worth_of_limits(limits: pd.DataFrame, hours: tuple[float, ...]) -> pd.DataFrame:
    """What limits after outages are worth ($), by pair and design, the dearest pairs first."""
    own = limits[limits["rule"] == FIXED_RULE]
    length = pd.Series(hours)[own["period"].to_numpy(dtype=int) - 1].to_numpy()
    worth = own["shadow_usd_per_mwh"] * own["p_mw"] * length
    named = own.assign(pair=own["branch"] + " after " + own["outage"], worth_usd=worth)
    sums = named.pivot_table(
        index="pair", columns="design", values="worth_usd", aggfunc="sum", fill_value=0.0
    )
    order = sums.sum(axis=1).sort_values(ascending=False).index
    return sums.loc[order[:MOST], list(own["design"].drop_duplicates())]


def draw_limits(worth: pd.DataFrame, look: Look) -> go.Figure:
    """Grouped bars, one group per pair and one bar per design."""
    figure = go.Figure()
    for design in worth.columns:
        figure.add_bar(
            y=[str(pair) for pair in worth.index],
            x=significant(worth[design]),
            name=str(design),
            orientation="h",
            marker_color=look.colours[str(design)],
        )
    styled(figure, 140 + 34 * len(worth), barmode="group", bargap=0.25)
    figure.update_yaxes(type="category", autorange="reversed")
    return figure.update_xaxes(title_text=f"worth of the limit over the day, {look.currency}")
