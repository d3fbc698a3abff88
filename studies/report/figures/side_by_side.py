"""Figures side by side: one column per design, in rows of three."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from studies.report.figures.style import Look

PER_ROW = 3
ROW_GAP = 90  # px between rows, for the time axis and the next row's titles
Place = tuple[str, int, int]  # design, row, column


def side_by_side(
    designs: Sequence[str],
    height: int,
    look: Look,
    value: str,
    across: Mapping[str, Any] | None = None,
) -> tuple[go.Figure, list[Place]]:
    """An empty figure with the same axes for every design, and the place of each.

    `height` (px) is that of the whole figure; `across` is the axis that runs to the right, that
    of periods if None.
    """
    columns = min(PER_ROW, len(designs))
    rows = -(-len(designs) // PER_ROW)
    figure = make_subplots(
        rows,
        columns,
        subplot_titles=list(designs),
        shared_yaxes="all",
        horizontal_spacing=0.03,
        vertical_spacing=min(ROW_GAP / height, 0.5 / rows),
    )
    places = list(_places(designs))
    for _, row, column in places:
        figure.update_xaxes(**(across or look.time_axis), row=row, col=column)
        if column == 1:
            figure.update_yaxes(title_text=value, row=row, col=1)
    return figure, places


def rows_of(designs: Sequence[str]) -> int:
    """Number of rows that the designs take."""
    return -(-len(designs) // PER_ROW)


def _places(designs: Sequence[str]) -> Iterator[Place]:
    for n, design in enumerate(designs):
        yield design, n // PER_ROW + 1, n % PER_ROW + 1
