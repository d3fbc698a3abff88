"""A flow chart whose steps name the code that takes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reproduction.diagram import Band, Box, Diagram, Link


@dataclass(frozen=True)
class Step:
    """A box, and the function or class that does what it says; None for a start or a stop."""

    box: Box
    done_by: Callable[..., Any] | None = None


def flow_chart(
    steps: Sequence[Step],
    links: Sequence[Link],
    bands: Sequence[Band] = (),
    pitch: tuple[float, float] = (2.9, 0.95),
) -> tuple[pd.DataFrame, Diagram]:
    """The steps as a table with the code of each, and the chart."""
    rows = [
        (step.box.name, step.box.words.replace("\n", " "), code_of(step.done_by)) for step in steps
    ]
    table = pd.DataFrame(rows, columns=["step", "words", "code"])
    boxes = tuple(step.box for step in steps)
    return table, Diagram(boxes, tuple(links), tuple(bands), pitch)


def code_of(member: Callable[..., Any] | None) -> str:
    """Where a function or class is, as module.name; empty where there is none."""
    return "" if member is None else f"{member.__module__}.{member.__qualname__}"
