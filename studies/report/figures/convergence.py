"""How the operators come to agree: certified bounds and gap, round by round."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from studies.report.figures.style import Look, significant, styled

LEAST_GAP = 1e-10  # a smaller gap is arithmetic; a logarithmic axis has no zero


def rounds(round_: pd.DataFrame) -> pd.DataFrame:
    """Bounds ($) and relative gap by design and round, from the first finite bound on."""
    bounded = np.isfinite(round_["gap_relative"].to_numpy(dtype=float))
    columns = ["design", "round", "lower_usd", "upper_usd", "gap_relative"]
    own: pd.DataFrame = round_.loc[bounded, columns]
    return own.assign(gap_relative=own["gap_relative"].clip(lower=LEAST_GAP))


def draw_rounds(states: pd.DataFrame, look: Look) -> go.Figure:
    """Left the gap on a logarithmic scale, right both bounds."""
    titles = ["certified gap", "bounds on the welfare"]
    figure = make_subplots(1, 2, subplot_titles=titles, horizontal_spacing=0.12)
    for design, own in states.groupby("design", sort=False):
        columns = {"gap_relative": 1, "upper_usd": 2, "lower_usd": 2}
        for column, place in columns.items():
            figure.add_trace(_line(own, column, str(design), look), row=1, col=place)
    figure.update_xaxes(title_text="round", tickformat="d")
    figure.update_yaxes(
        type="log", title_text="gap, part of the welfare", tickformat=".0e", row=1, col=1
    )
    figure.update_yaxes(title_text=f"welfare, {look.currency}", row=1, col=2)
    return styled(figure, 400)


def _line(own: pd.DataFrame, column: str, design: str, look: Look) -> go.Scatter:
    words = {
        "gap_relative": design,
        "upper_usd": f"{design}: no schedule is better",
        "lower_usd": f"{design}: reached",
    }
    return go.Scatter(
        x=list(own["round"]),
        y=significant(own[column], 9),
        name=words[column],
        legendgroup=design,
        showlegend=column == "gap_relative",
        mode="lines+markers",
        line=look.line(design, width=2, **({"dash": "dot"} if column == "upper_usd" else {})),
        marker={"symbol": look.mark(design)},
    )
