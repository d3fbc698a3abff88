"""An item as a page that needs nothing else: figure, reading, table."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from markupsafe import Markup
from plotly.subplots import make_subplots

from reproduction.chart import Chart, Heat, Panel, Series
from reproduction.diagram import Diagram
from reproduction.item import Item, Reproduced
from studies.report.figures.style import PALETTE, styled
from studies.report.rendering import Section, drawing_library, html_of, rendered

ROW_HEIGHT = 380  # px
MOST_ROWS = 400  # of a table on a page; the files hold all
THIN = "#9aa5b1"
MODES = {"dots": "markers", "wires": "lines", "line": "lines+markers"}


def page(item: Item, made: Reproduced) -> str:
    """HTML of the item; plotly's source is in it where there is a figure."""
    drawn = _drawn(item, made.chart)
    return rendered(
        "reproduced.html",
        "reproduction",
        item=item,
        finding=made.finding,
        html=drawn,
        plotly=drawing_library() if isinstance(made.chart, Chart) else "",
        table=Markup(_table(made.table)),
        left=max(0, len(made.table) - MOST_ROWS),
    )


def _drawn(item: Item, chart: Chart | Diagram | None) -> str:
    if chart is None:
        return ""
    if isinstance(chart, Chart):
        return html_of(Section(item.name, item.title, item.reading, figure(chart)))
    from reproduction.diagram_picture import svg_of  # matplotlib is slow to import

    return Markup('<div class="figure">{}</div>').format(Markup(svg_of(chart)))


def figure(chart: Chart) -> go.Figure:
    """All panels, with one legend entry for each name."""
    height = 60 + ROW_HEIGHT * chart.rows
    drawn = make_subplots(
        chart.rows,
        chart.width,
        subplot_titles=[panel.title for panel in chart.panels],
        vertical_spacing=min(110 / height, 0.5 / chart.rows),
        horizontal_spacing=0.14 if chart.width < 3 else 0.08,
    )
    seen: set[str] = set()
    for n, panel in enumerate(chart.panels):
        _add(drawn, panel, n // chart.width + 1, n % chart.width + 1, seen)
    styled(drawn, height, top=100, barmode="group", bargap=0.2)
    for n, panel in enumerate(chart.panels):
        if panel.bare:
            place = {"row": n // chart.width + 1, "col": n % chart.width + 1}
            drawn.update_xaxes(visible=False, **place)
            drawn.update_yaxes(visible=False, **place)
    return drawn


def _add(drawn: go.Figure, panel: Panel, row: int, column: int, seen: set[str]) -> None:
    for n, series in enumerate(panel.series):
        legend = series.kind != "wires" and series.name not in seen
        seen.add(series.name)
        colour = PALETTE[(n if series.colour is None else series.colour) % len(PALETTE)]
        drawn.add_trace(_trace(series, colour, legend=legend), row=row, col=column)
    place = {"row": row, "col": column}
    if panel.heat:
        drawn.add_trace(_heat(drawn, panel.heat, row, column), **place)
    ticks = {"tickvals": [*range(len(panel.ticks))], "ticktext": panel.ticks} if panel.ticks else {}
    names = any(isinstance(x, str) for series in panel.series for x in series.x)
    drawn.update_xaxes(title_text=panel.x, type="category" if names else None, **place)
    drawn.update_yaxes(title_text=panel.y, type="log" if panel.log_y else None, **ticks, **place)


def _heat(drawn: go.Figure, heat: Heat, row: int, column: int) -> go.Heatmap:
    """Values in colours, with their scale beside the panel."""
    x, y = (axis.domain for axis in drawn.get_subplot(row, column))
    bar = {
        "title": {"text": heat.unit},
        "x": x[1],
        "y": (y[0] + y[1]) / 2,
        "len": y[1] - y[0],
        "thickness": 12,
    }
    least, most = heat.limits or (None, None)
    return go.Heatmap(
        zmin=least, zmax=most, x=heat.x, y=heat.y, z=heat.values, colorscale="Viridis", colorbar=bar
    )


def _trace(series: Series, colour: str, *, legend: bool) -> go.Bar | go.Scatter:
    y = [None if np.isnan(v) else v for v in series.y]
    named = {"name": series.name, "legendgroup": series.name, "showlegend": legend}
    if series.kind == "bars":
        return go.Bar(x=list(series.x), y=y, marker={"color": colour}, **named)
    mode = MODES.get(series.kind, "lines")
    line = {"color": THIN if series.kind == "wires" else colour, "width": 1.6}
    if series.kind == "dashed":
        line["dash"] = "dash"
    if series.kind == "step":
        line["shape"] = "hv"
    marker: dict[str, object] = {"color": colour, "size": 6}
    if series.kind == "arrows":
        mode = "lines+markers"
        marker = {"color": colour, "size": 9, "symbol": "arrow", "angleref": "previous"}
        marker["opacity"] = [0, 1, 0] * (len(y) // 3)
    text = {"text": series.labels, "textposition": "top center"} if series.labels else {}
    mode += "+text" if series.labels else ""
    return go.Scatter(x=list(series.x), y=y, mode=mode, line=line, marker=marker, **text, **named)


def _table(table: pd.DataFrame) -> str:
    return table.head(MOST_ROWS).to_html(
        index=False, border=0, float_format=lambda v: f"{v:,.4f}", na_rep="–"
    )
