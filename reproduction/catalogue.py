"""All items in the order of the published list, and how they are asked for."""

from collections.abc import Sequence

from reproduction import appendix, chapter1, chapter2, chapter3, chapter4, chapter5
from reproduction.item import Item
from scenarios.findings import Finding, InvalidInput, near

ALL = "all"


def _in_order(items: Sequence[Item]) -> dict[str, Item]:
    """By chapter and appendix, tables before figures, by number."""

    def place(item: Item) -> tuple[bool, str, bool, int]:
        is_appendix = not item.part.isdigit()
        number = int(item.name.split(".")[1])
        return is_appendix, item.part, item.name.startswith("fig"), number

    return {item.name: item for item in sorted(items, key=place)}


CHAPTERS = (chapter1, chapter2, chapter3, chapter4, chapter5, appendix)
ITEMS = _in_order([item for chapter in CHAPTERS for item in chapter.ITEMS])
TITLES = {chapter.ITEMS[0].group: (chapter.__doc__ or "").strip() for chapter in CHAPTERS}
GROUPS = {group: [i for i in ITEMS.values() if i.group == group] for group in
          dict.fromkeys(i.group for i in ITEMS.values())}  # fmt: skip


def chosen_items(names: Sequence[str]) -> tuple[Item, ...]:
    """The items and groups of those names, each once; all where no name is given.

    Raises InvalidInput with every name that is unknown.
    """
    known = {name: [item] for name, item in ITEMS.items()} | GROUPS | {ALL: [*ITEMS.values()]}
    findings = [
        Finding(repr(name), "there is no such item or group", near(name, known))
        for name in names
        if name not in known
    ]
    if findings:
        raise InvalidInput("the items to reproduce", findings)
    wanted = [item for name in names or [ALL] for item in known[name]]
    return tuple(dict.fromkeys(wanted))
