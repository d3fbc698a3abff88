"""One look for all figures: colours, type, axes."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

# M. Okabe, K. Ito, "Color Universal Design", 2008: told apart by colour-blind readers.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7A6A00", "#555555")
# Where the palette has no colour left it begins again: in lighter, then darker shades, with other
# dashes of lines and other marks.
SHADES = (("#ffffff", 0.0), ("#ffffff", 0.6), ("#000000", 0.45))
DASHES, MARKS = ("solid", "dash", "longdashdot"), ("circle", "diamond", "square")
FONT = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
INK, GRID = "#1f2933", "#e4e7eb"
WIDTH = 1040  # px, inside a page of 1100
_AXIS = {
    "gridcolor": GRID,
    "zerolinecolor": "#9aa5b1",
    "linecolor": "#9aa5b1",
    "ticks": "outside",
    "tickcolor": "#9aa5b1",
    "automargin": True,
    "title_font_size": 13,
    "title_standoff": 10,
}


@dataclass(frozen=True)
class Look:
    """What all figures of a report share: the colour of each design, and words on the axes."""

    colours: Mapping[str, str]
    currency: str
    time: str
    periods: int

    def line(self, design: str, **more: Any) -> dict[str, Any]:
        """Colour and dashes of a design's line, with more of its style."""
        return {"color": self.colours[design], "dash": DASHES[self._turn(design)], **more}

    def mark(self, design: str) -> str:
        """The mark of a design's points."""
        return MARKS[self._turn(design)]

    def _turn(self, design: str) -> int:
        """How often the palette has begun again before the design, as far as styles go."""
        return list(self.colours).index(design) // len(PALETTE) % len(DASHES)

    @property
    def time_axis(self) -> dict[str, Any]:
        """Title and ticks of an axis of periods: each of a few, every sixth of a day's hours."""
        step = 1 if self.periods <= 12 else 6 * math.ceil(self.periods / 48)
        return {"title_text": self.time, "tick0": 0, "dtick": step}

    @property
    def price(self) -> str:
        """Unit of prices."""
        return f"{self.currency}/MWh"


def look_of(designs: Sequence[str], currency: str, hours: Sequence[float]) -> Look:
    """Colours in the order of the designs; a day of whole hours counts hours."""
    colours = {name: _colour(n) for n, name in enumerate(designs)}
    time = "hour of the day" if set(hours) == {1.0} else "period"
    return Look(colours, currency, time, len(hours))


def _colour(n: int) -> str:
    """The n-th colour: of the palette, or a shade of one where it has begun again."""
    towards, part = SHADES[n // len(PALETTE) % len(SHADES)]
    mixed = zip(*map(_bytes, (PALETTE[n % len(PALETTE)], towards)), strict=True)
    return "#" + "".join(f"{round(a + part * (b - a)):02x}" for a, b in mixed)


def _bytes(colour: str) -> bytes:
    return bytes.fromhex(colour[1:])


def styled(figure: go.Figure, height: int, top: int = 66, **layout: Any) -> go.Figure:
    """The figure with the report's type and axes; `top` (px) is free for legend and titles."""
    figure.update_layout(
        template="none",
        height=height,
        font={"family": FONT, "size": 13, "color": INK},
        margin={"l": 70, "r": 20, "t": top, "b": 50},
        hovermode="closest",
        legend={"orientation": "h", "yref": "container", "y": 1.0, "yanchor": "top", "x": 0},
        **layout,
    )
    figure.update_xaxes(**_AXIS)
    figure.update_yaxes(**_AXIS)
    figure.update_annotations(font_size=14)
    return figure


def significant(values: Iterable[float], digits: int = 6) -> list[float | None]:
    """Values rounded to significant digits, None where there is no finite one."""
    return [float(f"{v:.{digits}g}") if abs(v) < float("inf") else None for v in values]
