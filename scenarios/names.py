"""Names of several parts as one text that no other parts give."""


def joined(*parts: str) -> str:
    """The parts with slashes between them; a part that has one itself stands in quotes.

    For people to read, never to take apart again.

    >>> joined("north", "pv1"), joined("north/D10", "pv1")
    ('north/pv1', "'north/D10'/pv1")
    """
    return "/".join(_quoted(p) if "/" in p or p.startswith("'") else p for p in parts)


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
