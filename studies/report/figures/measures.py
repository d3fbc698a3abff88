"""Bars for each question that is asked of designs, and welfare against what is disclosed."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from studies.report.figures.style import Look, significant, styled

ALIKE = 1e-6  # of welfare: designs that differ by less are as good as each other


def draw_measures(table: pd.DataFrame, titles: dict[str, str], look: Look) -> go.Figure:
    """One panel of bars for each of the columns that `titles` name; one bar per design."""
    shown = table.iloc[::-1]
    figure = make_subplots(1, len(titles), shared_yaxes=True, horizontal_spacing=0.08)
    for column, (name, title) in enumerate(titles.items(), start=1):
        values = shown[name].astype(float)
        figure.add_bar(
            x=significant(values),
            y=list(shown.index),
            orientation="h",
            marker_color=[look.colours[str(design)] for design in shown.index],
            text=[_short(value) for value in values],
            textposition="auto",
            hoverinfo="skip",
            showlegend=False,
            row=1,
            col=column,
        )
        figure.update_xaxes(title_text=title, nticks=5, row=1, col=column)
    figure = styled(figure, 80 + 26 * len(table), top=14)
    return figure.update_yaxes(ticks="", showgrid=False)


def _short(value: float) -> str:
    if pd.isna(value):
        return "not known"
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:,.2f}"


def pareto(table: pd.DataFrame) -> Sequence[str]:
    """Designs than which no other has more welfare for as few numbers disclosed."""
    best, kept = float("-inf"), []
    alike = ALIKE * max(1.0, float(table["welfare_usd"].abs().max()))
    ordered = table.sort_values(["disclosed", "welfare_usd"], ascending=[True, False])
    for name, row in ordered.iterrows():
        if row["welfare_usd"] > best + alike:
            best = row["welfare_usd"]
            kept.append(str(name))
    return kept


def draw_pareto(table: pd.DataFrame, look: Look) -> go.Figure:
    """Welfare loss against numbers that distribution operators gave away; a line of the best."""
    loss = table["welfare_usd"].max() - table["welfare_usd"]
    front = list(pareto(table))
    figure = go.Figure(
        go.Scatter(
            x=list(table.loc[front, "disclosed"]),
            y=significant(loss[front]),
            mode="lines",
            line={"shape": "hv", "color": "#9aa5b1", "dash": "dot"},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    spent = table["disclosed"].astype(int)
    for n, name in enumerate(map(str, table.index)):
        figure.add_scatter(
            x=[int(spent[name])],
            y=significant([float(loss[name])]),
            name=name,
            mode="markers",
            cliponaxis=False,
            marker={
                "size": 16 - 8 * n / len(table),
                "color": look.colours[name],
                "symbol": look.mark(name),
            },
            hovertemplate="%{x:,} numbers, %{y:,.0f} lost",
        )
    figure.update_xaxes(
        title_text="numbers that distribution operators gave away", rangemode="tozero"
    )
    figure.update_yaxes(title_text=f"welfare loss, {look.currency}")
    return styled(figure, 460, top=80)
