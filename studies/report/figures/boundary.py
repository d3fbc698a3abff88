"""Boundary schedules and boundary prices over the day, one boundary at a time."""

from collections.abc import Hashable

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.style import Look, significant, styled

ALL = "all boundaries"
MOST_BOUNDARIES = 40  # a longer menu is no help
VISIBLE_GAP = 0.01  # $/MWh; root-bus prices closer than this to the boundary bus's are not drawn
_PLACE = ["design", "period"]


def boundary_schedules(boundary: pd.DataFrame) -> pd.DataFrame:
    """Power into distribution (MW) by design, boundary and period, with the sum of all first.

    Of many boundaries, those with the greatest flows.
    """
    total = boundary.groupby(_PLACE, sort=False, as_index=False)["p_mw"].sum()
    both: pd.DataFrame = pd.concat(
        [total.assign(boundary=ALL), _greatest(boundary)], ignore_index=True
    )
    return both[["design", "boundary", "period", "p_mw"]]


def boundary_prices(boundary: pd.DataFrame) -> pd.DataFrame:
    """Prices ($/MWh) on both sides of each boundary, with the plain mean of all first.

    Of many boundaries, those with the greatest flows.
    """
    prices = ["lmp_usd_per_mwh", "dlmp_usd_per_mwh"]
    mean = boundary.groupby(_PLACE, sort=False, as_index=False)[prices].mean()
    both: pd.DataFrame = pd.concat(
        [mean.assign(boundary=ALL), _greatest(boundary)], ignore_index=True
    )
    return both[["design", "boundary", "period", *prices]]


def _greatest(boundary: pd.DataFrame) -> pd.DataFrame:
    flow = boundary["p_mw"].abs().groupby(boundary["boundary"], sort=False).max()
    return boundary[boundary["boundary"].isin(flow.nlargest(MOST_BOUNDARIES).index)]


def draw_schedules(
    schedules: pd.DataFrame, look: Look, title: str = "power into distribution, MW"
) -> go.Figure:
    """A line per design; the menu chooses the boundary."""
    by_line = schedules.groupby(["boundary", "design"], sort=False)
    lines = [_line(own, "p_mw", name, look) for name, own in by_line]
    return _selectable(lines, title, look)


def draw_prices(prices: pd.DataFrame, look: Look) -> go.Figure:
    """A line per design, and a dashed one where distribution's price differs."""
    lines = []
    for name, own in prices.groupby(["boundary", "design"], sort=False):
        lines.append(_line(own, "lmp_usd_per_mwh", name, look))
        apart = (own["lmp_usd_per_mwh"] - own["dlmp_usd_per_mwh"]).abs().max()
        if apart > VISIBLE_GAP:
            lines.append(_line(own, "dlmp_usd_per_mwh", name, look, below=True))
    return _selectable(lines, f"price, {look.price}", look)


def _line(
    own: pd.DataFrame, column: str, name: tuple[Hashable, ...], look: Look, *, below: bool = False
) -> go.Scatter:
    boundary, design = map(str, name)
    later = 1 - list(look.colours).index(design) / len(look.colours)
    width = 2.0 if below else 1.5 + 4 * later  # wide, so that it shows under later ones
    return go.Scatter(
        x=list(own["period"]),
        y=significant(own[column]),
        name=f"{design}, in distribution" if below else design,
        showlegend=not below,
        legendgroup=design,
        mode="lines",
        line=look.line(design, width=width, shape="hvh", **({"dash": "dot"} if below else {})),
        visible=boundary == ALL,
        meta=boundary,
    )


def _selectable(lines: list[go.Scatter], title: str, look: Look) -> go.Figure:
    """The lines of one boundary at a time, chosen from a menu."""
    places = list(dict.fromkeys(line.meta for line in lines))
    shown = places[1:] if places[0] == ALL and len(places) == 2 else places
    for line in lines:
        line.visible = line.meta == shown[0]
    buttons = [
        {
            "label": place,
            "method": "update",
            "args": [{"visible": [line.meta == place for line in lines]}],
        }
        for place in shown
    ]
    menu = {"buttons": buttons, "x": 1, "xanchor": "right", "y": -0.1, "yanchor": "top"}
    figure = styled(go.Figure(lines), 400, updatemenus=[menu])
    figure.update_xaxes(**look.time_axis)
    return figure.update_yaxes(title_text=title)
