"""What a picture shows, free of who draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["line", "dashed", "step", "dots", "bars", "wires", "arrows"]
X = Sequence[float] | Sequence[str]


@dataclass(frozen=True)
class Series:
    """One curve, or one set of bars or dots; NaN in `y` interrupts a line.

    `wires` are thin lines without a legend; `arrows` are lines of three entries each, from, to
    and an interruption, with a head at the second. `labels` stand beside the points.
    """

    name: str
    x: X
    y: Sequence[float]
    kind: Kind = "line"
    labels: Sequence[str] | None = None
    colour: int | None = None


@dataclass(frozen=True)
class Heat:
    """Values over a grid: one row per name in `y`, one column per entry of `x`.

    `limits` are the ends of the colour scale, so that panels can share one.
    """

    x: X
    y: Sequence[str]
    values: Sequence[Sequence[float]]
    unit: str
    limits: tuple[float, float] | None = None


@dataclass(frozen=True)
class Panel:
    """One pair of axes; axis names carry their units. `ticks` names places on the y axis."""

    title: str
    x: str
    y: str
    series: tuple[Series, ...] = ()
    heat: Heat | None = None
    log_y: bool = False
    ticks: Sequence[str] | None = None
    bare: bool = False


@dataclass(frozen=True)
class Chart:
    """Panels side by side, `columns` in a row."""

    panels: tuple[Panel, ...]
    columns: int = 2

    @property
    def rows(self) -> int:
        """Number of rows of panels."""
        return -(-len(self.panels) // self.width)

    @property
    def width(self) -> int:
        """Number of panels in the first row."""
        return min(self.columns, len(self.panels))
