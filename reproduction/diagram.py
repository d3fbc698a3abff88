"""What a diagram shows, free of who draws it: boxes on a grid, and links between them."""

from dataclasses import dataclass
from typing import Literal

Shape = Literal["box", "end", "decision", "party", "plain"]
Way = Literal["direct", "left", "right"]


@dataclass(frozen=True)
class Box:
    """A step (`box`), a start or stop (`end`), a `decision`, somebody (`party`), or `plain` words.

    Its middle stands at a column and a row of the grid; rows count downwards. Lines of `words`
    are parted by line ends.
    """

    name: str
    words: str
    column: float
    row: float
    shape: Shape = "box"
    colour: int = 0


@dataclass(frozen=True)
class Link:
    """An arrow between two boxes, straight or with one bend, or round their `left` or `right`.

    `shift` (columns or rows) moves a straight one aside, so that two can run side by side;
    `plain` has no head, `faint` is dashed.
    """

    start: str
    end: str
    words: str = ""
    way: Way = "direct"
    shift: float = 0.0
    plain: bool = False
    faint: bool = False
    colour: int | None = None


@dataclass(frozen=True)
class Band:
    """A tinted ground behind the named boxes, with its own heading."""

    words: str
    boxes: tuple[str, ...]
    colour: int = 7


@dataclass(frozen=True)
class Diagram:
    """Boxes, links and bands; `pitch` is the size (inches) of a column and of a row."""

    boxes: tuple[Box, ...]
    links: tuple[Link, ...] = ()
    bands: tuple[Band, ...] = ()
    pitch: tuple[float, float] = (2.6, 0.95)

    def __post_init__(self) -> None:
        """Raise ValueError where a link or a band names no box."""
        known = {box.name for box in self.boxes}
        named = {end for link in self.links for end in (link.start, link.end)}
        named.update(name for band in self.bands for name in band.boxes)
        if named - known:
            raise ValueError(f"no box is called {sorted(named - known)}")
