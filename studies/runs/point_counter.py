"""What work on many points says while it goes on: nothing, or a bar with the time left."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

SPEED_S = 3600.0  # points are slow: all that were cleared within the hour tell the speed


class Counter(Protocol):
    """Told how many points there are, and about each that is finished."""

    def begin(self, points: int, kept: int) -> None:
        """So many points, of which so many were finished before."""

    def step(self) -> None:
        """One more point is finished."""


class Uncounted:
    """Says nothing."""

    def begin(self, points: int, kept: int) -> None: ...
    def step(self) -> None: ...


class Bar:
    """One bar for all points, called by their noun."""

    def __init__(self, progress: Progress, noun: str) -> None:
        self._progress, self._noun = progress, noun
        self._task = TaskID(0)

    def begin(self, points: int, kept: int) -> None:
        words = f"{self._noun} ({kept} finished before)" if kept else self._noun
        self._task = self._progress.add_task(words, total=points - kept)

    def step(self) -> None:
        self._progress.advance(self._task)


@contextmanager
def counting(console: Console, noun: str = "points") -> Iterator[Counter]:
    """A bar where the console is a terminal, silence where it is not."""
    if not console.is_terminal:
        yield Uncounted()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, speed_estimate_period=SPEED_S) as progress:
        yield Bar(progress, noun)
