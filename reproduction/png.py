"""A chart as a picture file, drawn without a browser."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter

from reproduction.chart import Chart, Heat, Panel, Series
from reproduction.diagram import Diagram
from reproduction.diagram_picture import draw_diagram
from studies.report.figures.style import GRID, INK, PALETTE

DPI = 120
PANEL = (5.6, 3.5)  # inches
THIN = "#9aa5b1"
WIDE = 64  # characters below a panel, beyond which they are turned
MANY = 12  # names below a panel, beyond which they are turned further
TURN, TURN_OF_MANY = 15, 60  # degrees
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.edgecolor": THIN,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "grid.color": GRID,
    "axes.axisbelow": True,
}
MARKS = {"line": "o-", "dashed": "--", "dots": "o", "step": "-"}


def draw_picture(picture: Chart | Diagram, title: str, path: Path) -> None:
    """Write what is to be seen as PNG."""
    if isinstance(picture, Diagram):
        draw_diagram(picture, title, path)
    else:
        draw(picture, title, path)


def draw(chart: Chart, title: str, path: Path) -> None:
    """Write the chart as PNG."""
    size = (PANEL[0] * chart.width + 0.4, PANEL[1] * chart.rows + 0.9)
    with rc_context(STYLE):
        figure = Figure(figsize=size, layout="constrained")
        figure.suptitle(title, fontsize=11)
        axes = figure.subplots(chart.rows, chart.width, squeeze=False).ravel()
        for panel, place in zip(chart.panels, axes, strict=False):
            _panel(figure, place, panel)
        for place in axes[len(chart.panels) :]:
            place.set_axis_off()
        _legend(figure, list(axes))
        figure.savefig(path, dpi=DPI, format="png")


def _panel(figure: Figure, place: Axes, panel: Panel) -> None:
    place.set_title(panel.title)
    place.set_xlabel(panel.x)
    place.set_ylabel(panel.y)
    if panel.log_y:
        place.set_yscale("log")
        place.yaxis.set_major_formatter(LogFormatter())
        place.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 0.4)))
    if panel.bare:
        place.set_axis_off()
    else:
        place.grid(visible=True)
    bars = [s for s in panel.series if s.kind == "bars"]
    for n, series in enumerate(panel.series):
        colour = PALETTE[(n if series.colour is None else series.colour) % len(PALETTE)]
        if series.kind == "bars":
            _bars(place, series, colour, bars.index(series), len(bars))
        else:
            _curve(place, series, colour)
    if panel.ticks:
        place.set_yticks(range(len(panel.ticks)), panel.ticks)
    if panel.heat:
        _heat(figure, place, panel.heat)


def _heat(figure: Figure, place: Axes, heat: Heat) -> None:
    least, most = heat.limits or (None, None)
    drawn = place.imshow(
        np.array(heat.values), aspect="auto", cmap="viridis", origin="lower", vmin=least, vmax=most
    )
    place.set_yticks(range(len(heat.y)), heat.y)
    step = max(1, len(heat.x) // 12)
    place.set_xticks(range(0, len(heat.x), step), [str(v) for v in heat.x[::step]])
    place.grid(visible=False)
    figure.colorbar(drawn, ax=place, label=heat.unit)


def _bars(place: Axes, series: Series, colour: str, n: int, count: int) -> None:
    width = 0.8 / count
    at = np.arange(len(series.x)) + (n - (count - 1) / 2) * width
    place.bar(at, np.asarray(series.y, dtype=float), width, color=colour, label=series.name)
    names = [str(x) for x in series.x]
    wide = sum(map(len, names)) > WIDE
    place.set_xticks(range(len(names)), names)
    turn = TURN_OF_MANY if len(names) > MANY else TURN
    place.tick_params("x", labelrotation=turn if wide else 0)


def _curve(place: Axes, series: Series, colour: str) -> None:
    x, y = np.asarray(series.x), np.asarray(series.y, dtype=float)
    if series.kind == "wires":
        place.plot(x, y, "-", color=THIN, linewidth=1.0, zorder=1)
    elif series.kind == "arrows":
        _arrows(place, series, colour)
    else:
        shape = "steps-post" if series.kind == "step" else "default"
        mark = MARKS[series.kind]
        place.plot(x, y, mark, color=colour, label=series.name, ms=3.5, lw=1.4, drawstyle=shape)
    for at, height, text in zip(x, y, series.labels or (), strict=False):
        place.annotate(text, (at, height), (0, 5), textcoords="offset points", ha="center")


def _arrows(place: Axes, series: Series, colour: str) -> None:
    place.plot([], [], color=colour, label=series.name)
    x, y = np.asarray(series.x, dtype=float), np.asarray(series.y, dtype=float)
    head = {"arrowstyle": "-|>", "color": colour}
    for n in range(0, x.size - 1, 3):
        place.annotate("", (x[n + 1], y[n + 1]), (x[n], y[n]), arrowprops=head)
        place.plot(x[n : n + 2], y[n : n + 2], alpha=0.0)


def _legend(figure: Figure, axes: list[Axes]) -> None:
    named = {
        label: handle
        for place in axes
        for handle, label in zip(*place.get_legend_handles_labels(), strict=True)
    }
    if len(named) > 1:
        inches = 0.6 + 0.07 * max(map(len, named))  # of one entry
        columns = max(1, min(len(named), int(figure.get_figwidth() / inches)))
        figure.legend(named.values(), named.keys(), loc="outside lower center", ncols=columns)
