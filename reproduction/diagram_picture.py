"""A diagram as a picture: PNG beside a page, SVG within it."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch, Polygon

from reproduction.diagram import Box, Diagram, Link
from studies.report.figures.style import INK, PALETTE

DPI = 120
LETTER, LINE = 0.075, 0.165  # inches of one letter's width and of one line's height
ROOM = (0.28, 0.2)  # inches around words
ROUND = 0.25  # inches by which a link goes round boxes
MARGIN, TITLE = 0.3, 0.4  # inches around boxes, and above them
AROUND, HEADING = 0.2, 0.4  # inches of a band around its boxes, and above them
HEAD = 0.15  # inches of an arrow's head
SOFT = "#52606d"
Point = tuple[float, float]


@dataclass(frozen=True)
class Place:
    """Where a box stands on paper (inches, upwards): its middle and half its size."""

    x: float
    y: float
    half_width: float
    half_height: float

    def side(self, dx: int, dy: int) -> Point:
        """Middle of the edge in that direction."""
        return self.x + dx * self.half_width, self.y + dy * self.half_height


def draw_diagram(diagram: Diagram, title: str, path: Path) -> None:
    """Write the diagram as PNG."""
    with rc_context({"font.size": 9}):
        _figure(diagram, title).savefig(path, dpi=DPI, format="png")


def svg_of(diagram: Diagram) -> str:
    """The diagram as an SVG element, the same for the same diagram."""
    written = StringIO()
    with rc_context({"font.size": 9, "svg.hashsalt": "diagram"}):
        _figure(diagram, "").savefig(written, format="svg", metadata={"Date": None})
    return "<svg" + written.getvalue().partition("<svg")[2]


def _figure(diagram: Diagram, title: str) -> Figure:
    at = {box.name: _place(box, diagram.pitch) for box in diagram.boxes}
    around = [_path(link, at, diagram.pitch) for link in diagram.links]
    x, y = _limits(diagram, at, around)
    height = y[1] - y[0] + (TITLE if title else 0.0)
    figure = Figure(figsize=(x[1] - x[0], height))
    axes = figure.add_axes((0, 0, 1, (y[1] - y[0]) / height), xlim=x, ylim=y)
    axes.set_axis_off()
    if title:
        figure.suptitle(title, fontsize=11, y=1 - 0.12 / height)
    for band in diagram.bands:
        _band(axes, [at[name] for name in band.boxes], band.words, PALETTE[band.colour])
    for link, path in zip(diagram.links, around, strict=True):
        _link(axes, link, path)
    for box in diagram.boxes:
        _box(axes, box, at[box.name])
    return figure


def _place(box: Box, pitch: tuple[float, float]) -> Place:
    lines = box.words.split("\n")
    width = LETTER * max(map(len, lines)) + ROOM[0]
    height = LINE * len(lines) + ROOM[1]
    if box.shape == "decision":
        width, height = 1.35 * width, 1.75 * height
    return Place(box.column * pitch[0], -box.row * pitch[1], width / 2, height / 2)


def _limits(
    diagram: Diagram, at: dict[str, Place], around: Sequence[Sequence[Point]]
) -> tuple[Point, Point]:
    """Ends of paper across and upwards (inches)."""
    corners = [p.side(dx, dy) for p in at.values() for dx, dy in ((-1, -1), (1, 1))]
    for band in diagram.bands:
        corners += _ground([at[name] for name in band.boxes])
    for link, path in zip(diagram.links, around, strict=True):
        x, y = _middle(path)
        half = LETTER * max(map(len, link.words.split("\n"))) / 2
        corners += [*path, (x - half, y), (x + half, y)]
    points = np.array(corners)
    (left, low), (right, high) = points.min(axis=0), points.max(axis=0)
    return (left - MARGIN, right + MARGIN), (low - MARGIN, high + MARGIN)


def _ground(inside: Sequence[Place]) -> tuple[Point, Point]:
    """Lower left and upper right corner of a band."""
    corners = np.array([p.side(dx, dy) for p in inside for dx, dy in ((-1, -1), (1, 1))])
    left, low = (corners.min(axis=0) - AROUND).tolist()
    right, high = corners.max(axis=0).tolist()
    return (left, low), (right + AROUND, high + HEADING)


def _path(link: Link, at: dict[str, Place], pitch: tuple[float, float]) -> list[Point]:
    """Corners of a link from its start to its end."""
    a, b = at[link.start], at[link.end]
    if link.way != "direct":
        return _round(a, b, -1 if link.way == "left" else 1, link.shift * pitch[0])
    if abs(a.x - b.x) < 1e-9:
        down, x = (-1 if b.y < a.y else 1), a.x + link.shift * pitch[0]
        return [(x, a.side(0, down)[1]), (x, b.side(0, -down)[1])]
    right = 1 if b.x > a.x else -1
    if abs(a.y - b.y) < 1e-9:
        y = a.y - link.shift * pitch[1]
        return [(a.side(right, 0)[0], y), (b.side(-right, 0)[0], y)]
    return [a.side(right, 0), (b.x, a.y), b.side(0, 1 if a.y > b.y else -1)]


def _round(a: Place, b: Place, side: int, shift: float) -> list[Point]:
    start, end = a.side(side, 0), b.side(side, 0)
    x = side * (max(side * start[0], side * end[0]) + ROUND + shift)
    return [start, (x, a.y), (x, b.y), end]


def _link(axes: Axes, link: Link, path: Sequence[Point]) -> None:
    colour = INK if link.colour is None else PALETTE[link.colour]
    style = "--" if link.faint else "-"
    x, y = np.array(path).T
    axes.plot(x, y, style, color=colour, lw=1.1, zorder=2, solid_joinstyle="round")
    if not link.plain:
        head = {"arrowstyle": "-|>", "color": colour, "lw": 1.1, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", path[-1], _before_end(path), arrowprops=head, zorder=2)
    if link.words:
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.9}
        soft = SOFT if link.colour is None else colour
        axes.text(*_middle(path), link.words, color=soft, fontsize=8, ha="center", va="center",
                  bbox=ground, zorder=3)  # fmt: skip


def _middle(path: Sequence[Point]) -> Point:
    """The middle of a link's longest part, where its words stand."""
    x, y = np.array(path).T
    n = int(np.argmax(np.hypot(np.diff(x), np.diff(y))))
    return float(x[n] + x[n + 1]) / 2, float(y[n] + y[n + 1]) / 2


def _before_end(path: Sequence[Point]) -> Point:
    """A point a little before the last one, from which the head is drawn."""
    end, before = np.array(path[-1]), np.array(path[-2])
    x, y = end + (before - end) * min(1.0, HEAD / float(np.linalg.norm(before - end)))
    return float(x), float(y)


def _box(axes: Axes, box: Box, at: Place) -> None:
    colour = PALETTE[box.colour]
    if box.shape != "plain":
        axes.add_patch(_outline(box, at, colour))
    strong = box.shape == "party"
    axes.text(at.x, at.y, box.words, ha="center", va="center", zorder=5, linespacing=1.25,
              color="white" if strong else INK, weight="bold" if strong else "normal")  # fmt: skip


def _outline(box: Box, at: Place, colour: str) -> Patch:
    face = colour if box.shape == "party" else _tint(colour, 0.12)
    look: dict[str, Any] = {"facecolor": face, "edgecolor": colour, "linewidth": 1.2, "zorder": 4}
    if box.shape == "decision":
        return Polygon([at.side(*d) for d in ((-1, 0), (0, 1), (1, 0), (0, -1))], **look)
    corner = at.half_height if box.shape == "end" else 0.06
    left, low = at.x - at.half_width, at.y - at.half_height
    style = f"round,pad=0,rounding_size={corner}"
    width, height = 2 * at.half_width, 2 * at.half_height
    return FancyBboxPatch((left, low), width, height, boxstyle=style, **look)


def _band(axes: Axes, inside: Sequence[Place], words: str, colour: str) -> None:
    (left, low), (right, high) = _ground(inside)
    look: dict[str, Any] = {"facecolor": _tint(colour, 0.07), "edgecolor": _tint(colour, 0.35)}
    style = "round,pad=0,rounding_size=0.08"
    ground = FancyBboxPatch((left, low), right - left, high - low, boxstyle=style, zorder=0, **look)
    axes.add_patch(ground)
    axes.text(left + 0.12, high - 0.1, words, color=colour, weight="bold", va="top", zorder=1)


def _tint(colour: str, strength: float) -> tuple[float, float, float]:
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(colour))
    return red, green, blue
