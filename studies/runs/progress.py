"""What a run says while it works: nothing, or bars on a terminal."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from scenarios.results import Round


class Watcher(Protocol):
    """Told about each design in turn, and about each round within a coordinated one."""

    def begin(self, design: str) -> None:
        """The design is about to be cleared."""

    def round(self, state: Round) -> None:
        """A round of the coordination is over."""

    def end(self, design: str) -> None:
        """The design is cleared, settled and checked."""


class Silent:
    """Says nothing."""

    def begin(self, design: str) -> None: ...
    def round(self, state: Round) -> None: ...
    def end(self, design: str) -> None: ...


class Bars:
    """One line per design, with rounds and the current gap."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = TaskID(0)

    def begin(self, design: str) -> None:
        self._task = self._progress.add_task(design, total=None, state="clearing")

    def round(self, state: Round) -> None:
        self._progress.update(self._task, state=round_words(state))

    def end(self, design: str) -> None:
        state = f"{self._progress.tasks[self._task].fields['state']}"
        self._progress.update(self._task, total=1, completed=1, state=state)


def round_words(state: Round) -> str:
    """Round number and what is known of the distance to the optimum."""
    gap = math.inf if state.gap_relative is None else state.gap_relative
    words = f"gap {gap:.1e}" if math.isfinite(gap) else "no bound yet"
    return f"round {state.round}, {words}"


@contextmanager
def watching(console: Console) -> Iterator[Watcher]:
    """Bars where the console is a terminal, silence where it is not."""
    if not console.is_terminal:
        yield Silent()
        return
    columns = (
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield Bars(progress)
