"""Items made and written: tables as Parquet and CSV, figures as PNG and HTML, and an index."""

from collections.abc import Callable, Sequence
from pathlib import Path

from reproduction.html import page
from reproduction.index import index_page
from reproduction.item import Item, Reproduced
from reproduction.solved import Solved
from studies.runs.run_folder import new_folder, write_frames

NAME, INDEX = "reproduce", "index.html"


def reproduce(
    items: Sequence[Item],
    out: Path | str | None = None,
    begin: Callable[[Item], None] = lambda _: None,
) -> Path:
    """Make the items and write them to a new folder, with an index page; gives the folder.

    It is `out`, or the next free one of `runs/reproduce`, ... `begin` is told of each item.
    Raises `InvalidInput` and `SolveFailed`; then no folder is left.
    """
    solved, made = Solved(), []
    with new_folder(Path(out) if out else None, NAME) as (part, target):
        for item in items:
            begin(item)
            made.append((item, item.make(solved)))
            write_item(part, *made[-1])
        (part / INDEX).write_text(index_page(made), encoding="utf-8")
    return target


def write_item(folder: Path, item: Item, made: Reproduced) -> None:
    """Write the item's files, all of its name."""
    write_frames(folder, {item.name: made.table})
    (folder / f"{item.name}.html").write_text(page(item, made), encoding="utf-8")
    if made.chart is not None:
        from reproduction.png import draw_picture  # matplotlib is slow to import

        draw_picture(made.chart, item.title, folder / f"{item.name}.png")
