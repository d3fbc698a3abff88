"""`tandem reproduce`: the published tables and figures, made again."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from reproduction import Item, chosen_items
from reproduction import reproduce as make
from reproduction.make import INDEX
from studies.commands.options import Json
from studies.commands.speech import speaking


def reproduce(
    items: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ITEM...]", help="table-4.3, fig-4.9, chapter-4, all, ..."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="New folder; runs/reproduce if left out.")
    ] = None,
    *,
    listed: Annotated[
        bool, typer.Option("--list", help="Say what there is; make nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Make the published tables and figures again, on shipped systems.

    Example:  tandem reproduce table-4.3 fig-4.9
    """
    with speaking(as_json=json) as speech:
        chosen = chosen_items(items or [])
        speech.text.print(_table(chosen))
        if listed:
            speech.result({"status": "ok", "items": [_told(i) for i in chosen]})
            return
        with speech.errors.status("to begin") as status:
            folder = make(chosen, out, lambda i: status.update(f"{i.name}: {i.title}"))
        speech.text.print(f"tables and figures: {folder / INDEX}", markup=False, highlight=False)
        told = {"folder": str(folder), "items": [_told(i) for i in chosen]}
        speech.result({"status": "ok", **told})


def _told(item: Item) -> dict[str, str]:
    return {"name": item.name, "title": item.title, "reading": item.reading}


def _table(items: tuple[Item, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("item", "title", "reading"):
        table.add_column(head, overflow="fold")
    for item in items:
        table.add_row(item.name, item.title, item.reading)
    return table
