"""Who produces over the day, by technology and side of the boundary."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from scenarios.assets import all_assets
from scenarios.results import GENERATOR, UNSERVED, consuming
from studies.report.figures.side_by_side import rows_of, side_by_side
from studies.report.figures.style import Look, significant, styled

LOCAL = " in distribution"
CHARGING, DISCHARGING, NOT_SERVED = "storage, charging", "storage, discharging", "not served"
OTHER = "other"
COLOURS = {
    "thermal": "#7b8794",
    "hydro": "#2f6f9f",
    "wind": "#4fb3a5",
    "pv": "#e8b93c",
    "thermal" + LOCAL: "#b8a089",
    "hydro" + LOCAL: "#8fbbda",
    "wind" + LOCAL: "#a7dcd3",
    "pv" + LOCAL: "#f5dd93",
    OTHER: "#c9cdd2",
    OTHER + LOCAL: "#e1e4e8",
    DISCHARGING: "#9b72cf",
    CHARGING: "#cdb8ea",
    NOT_SERVED: "#c0392b",
}
_KEYS = ["design", "period", "source"]


def production(
    dispatch: pd.DataFrame, technology: Mapping[tuple[str, str], str], transmission: str
) -> pd.DataFrame:
    """Power (MW) by design, period and source; charging is negative.

    `technology` is that of each (area, generator).
    """
    rows = [_generation(dispatch, technology, transmission), _stores(dispatch), _shed(dispatch)]
    both: pd.DataFrame = pd.concat(rows)
    return both.groupby(_KEYS, sort=False, as_index=False)[["p_mw"]].sum()


def consumption(dispatch: pd.DataFrame) -> pd.DataFrame:
    """Power (MW) that consumers asked for, by design and period; spilled energy included."""
    taken = dispatch["p_mw"].where(dispatch["kind"].isin(consuming()), 0.0)
    asked = dispatch.assign(p_mw=taken + dispatch["unserved_mw"])
    return asked.groupby(["design", "period"], sort=False, as_index=False)[["p_mw"]].sum()


def _generation(
    dispatch: pd.DataFrame, technology: Mapping[tuple[str, str], str], transmission: str
) -> pd.DataFrame:
    own = dispatch[dispatch["kind"].isin(_of_group("producer"))]
    source = [
        (technology[area, asset] if kind == GENERATOR else OTHER)
        + ("" if area == transmission else LOCAL)
        for kind, area, asset in zip(own["kind"], own["area"], own["asset"], strict=True)
    ]
    return own.assign(source=source)[[*_KEYS, "p_mw"]]


def _stores(dispatch: pd.DataFrame) -> pd.DataFrame:
    own = dispatch[dispatch["kind"].isin(_of_group("storage"))]
    charging = own["p_mw"].lt(0).map({True: CHARGING, False: DISCHARGING})
    return own.assign(source=charging)[[*_KEYS, "p_mw"]]


def _of_group(group: str) -> list[str]:
    return [kind for kind, asset in all_assets().items() if asset.group == group]


def _shed(dispatch: pd.DataFrame) -> pd.DataFrame:
    at_bus = dispatch["p_mw"].where(dispatch["kind"] == UNSERVED, 0.0)
    shed = dispatch.assign(p_mw=at_bus + dispatch["unserved_mw"], source=NOT_SERVED)
    return shed[[*_KEYS, "p_mw"]]


def draw_dispatch(produced: pd.DataFrame, consumed: pd.DataFrame, look: Look) -> go.Figure:
    """Stacked bars per design, and a line for consumption; sources without energy are left out."""
    designs = list(produced["design"].unique())
    height = 140 + 340 * rows_of(designs)
    figure, places = side_by_side(designs, height, look, "power, MW")
    total = produced["p_mw"].abs().groupby(produced["source"]).sum()
    sources = [s for s in COLOURS if total.get(s, 0.0) > 1e-6]
    for design, row, column in places:
        own = produced[produced["design"] == design]
        for source in sources:
            bars = _bars(own[own["source"] == source], source, first=column == row == 1)
            figure.add_trace(bars, row=row, col=column)
        line = _line(consumed[consumed["design"] == design], first=column == row == 1)
        figure.add_trace(line, row=row, col=column)
    return styled(figure, height, top=90, barmode="relative", bargap=0.08)


def _bars(own: pd.DataFrame, source: str, *, first: bool) -> go.Bar:
    return go.Bar(
        x=list(own["period"]),
        y=significant(own["p_mw"]),
        name=source,
        legendgroup=source,
        showlegend=first,
        marker={"color": COLOURS[source], "line": {"width": 0}},
    )


def _line(own: pd.DataFrame, *, first: bool) -> go.Scatter:
    return go.Scatter(
        x=list(own["period"]),
        y=significant(own["p_mw"]),
        name="consumption asked for",
        legendgroup="consumption",
        showlegend=first,
        mode="lines",
        line={"color": "#1f2933", "width": 1.6, "shape": "hvh"},
    )
