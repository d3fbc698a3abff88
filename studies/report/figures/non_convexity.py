"""What plants that start and stop cost by pricing rule, and who pays: the rules side by side."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from studies.report.figures.style import PALETTE, Look, significant, styled
from studies.runs.by_rule import ByRule

WORDS = {"lmp": "integers held", "relaxed": "relaxed", "convex_hull": "convex hull"}
CENTS = 2  # digits: what is less is arithmetic, and no bar
TALL, TITLES = 330, 96  # px a design, and above the first for legend and titles


def draw_non_convexity(found: Sequence[ByRule], look: Look) -> go.Figure:
    """Lost opportunity costs by rule on the left; on the right what groups gain against the first.

    A row per design; diamonds are what makes plants whole.
    """
    designs = list(dict.fromkeys(one.design for one in found))
    titles = [
        f"{design}: {what}"
        for design in designs
        for what in ("lost opportunity cost", "change of surplus by rule")
    ]
    figure = make_subplots(
        len(designs), 2, subplot_titles=titles, column_widths=[0.42, 0.58],
        vertical_spacing=0.4 / len(designs),
    )  # fmt: skip
    for row, design in enumerate(designs, start=1):
        own = [one for one in found if one.design == design]
        _add_lost(figure, own, row)
        _add_changes(figure, own, row)
        figure.update_yaxes(title_text=look.currency, row=row, col=1)
    styled(figure, TITLES + TALL * len(designs), TITLES, barmode="relative", bargap=0.3)
    return figure.update_xaxes(type="category")


def _add_lost(figure: go.Figure, own: Sequence[ByRule], row: int) -> None:
    rules = [WORDS.get(one.rule, one.rule) for one in own]
    lost = pd.DataFrame([one.lost for one in own])
    for n, who in enumerate(lost.columns):
        figure.add_bar(
            x=rules, y=significant(lost[who].round(CENTS)), name=str(who), legendgroup=str(who),
            showlegend=row == 1, marker_color=PALETTE[n], row=row, col=1,
        )  # fmt: skip
    figure.add_scatter(
        x=rules, y=significant(round(one.make_whole_usd, CENTS) for one in own),
        name="make-whole payments", mode="markers",
        marker={"symbol": "diamond", "size": 11, "color": "#1f2933"},
        legendgroup="whole", showlegend=row == 1, row=row, col=1,
    )  # fmt: skip


def _add_changes(figure: go.Figure, own: Sequence[ByRule], row: int) -> None:
    first, *others = own
    for n, one in enumerate(others):
        change = (one.surplus - first.surplus).round(CENTS)
        name = f"{WORDS.get(one.rule, one.rule)} against {WORDS.get(first.rule, first.rule)}"
        figure.add_bar(
            x=[str(group) for group in change.index], y=significant(change), name=name,
            legendgroup=name, showlegend=row == 1, marker_color=PALETTE[4 + n],
            offsetgroup=str(n), row=row, col=2,
        )  # fmt: skip
