"""One table or figure of the published list, and the mark that adds it."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from reproduction.chart import Chart
from reproduction.diagram import Diagram
from reproduction.solved import Solved


@dataclass(frozen=True)
class Reproduced:
    """An item's numbers, one observation per row, and the picture where there is one.

    `finding` says in two sentences what these numbers show; it is written from them.
    """

    table: pd.DataFrame
    chart: Chart | Diagram | None = None
    finding: str = ""


Make = Callable[[Solved], Reproduced]


@dataclass(frozen=True)
class Item:
    """A table or figure.

    `reading` says in one line how its caption is read and on which data it rests.
    """

    name: str
    title: str
    reading: str
    make: Make

    @property
    def part(self) -> str:
        """Number of its chapter, or letter of its appendix."""
        return self.name.split("-")[1].split(".")[0]

    @property
    def group(self) -> str:
        """The group that asks for it together with its neighbours: its chapter or appendix."""
        return f"chapter-{self.part}" if self.part.isdigit() else f"appendix-{self.part}"


def item(name: str, title: str, reading: str) -> Callable[[Make], Item]:
    """Turn the function below into an item."""

    def mark(make: Make) -> Item:
        return Item(name, title, reading, make)

    return mark
