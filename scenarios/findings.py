"""What is wrong with an input: every finding has a place, a statement and a cure."""

import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

# A name of an element (quoted, with a digit or an area in it) or a number; and the row of a table.
_INDIVIDUAL = re.compile(r"'[^']*[\d/][^']*'|-?\d[\d.e+-]*")
_ROW = re.compile(r"(mpc\.\w+ )?row \d+")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong: where, what, and what to do about it."""

    place: str
    finding: str
    cure: str

    def __str__(self) -> str:
        return f"{self.place}: {self.finding}; {self.cure}"


class InvalidInput(ValueError):
    """An input cannot be used; carries all findings together."""

    def __init__(self, what: str, findings: Sequence[Finding]) -> None:
        self.what = what
        self.findings = tuple(findings)
        count = f"{len(self.findings)} problem" + ("s" if len(self.findings) != 1 else "")
        super().__init__("\n  ".join([f"{count} in {what}", *grouped(self.findings)]))

    def __reduce__(self) -> tuple[type, tuple[str, tuple[Finding, ...]]]:
        """What makes it again in another process."""
        return type(self), (self.what, self.findings)


def grouped(findings: Iterable[Finding], most: int = 3) -> list[str]:
    """Findings as text; of more than `most` of one kind the first, and where the others are.

    >>> grouped([Finding(f"row {n}", f"x is -{n}", "mend it") for n in range(1, 6)])
    ['row 1: x is -1; mend it (5 like this: row 1, row 2, row 3, row 4, row 5)']
    """
    kinds: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        kind = (_INDIVIDUAL.sub("", one.place), _INDIVIDUAL.sub("", one.finding), one.cure)
        kinds.setdefault(kind, []).append(one)
    texts: list[str] = []
    for alike in kinds.values():
        if len(alike) > most:
            texts.append(f"{alike[0]} ({len(alike)} like this: {_places(alike)})")
        else:
            texts += map(str, alike)
    return texts


def _places(findings: Sequence[Finding], most: int = 8) -> str:
    """What tells the places of the first few apart."""
    some = ", ".join(_row(one.place) for one in findings[:most])
    return some if len(findings) <= most else f"{some}, ..."


def _row(place: str) -> str:
    found = _ROW.search(place)
    return found[0] if found else place


def near(name: str, known: Collection[str]) -> str:
    """A hint that names the closest known names.

    >>> near("buss", ["bus", "branch"])
    "near: 'bus'"
    """
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    if close:
        return "near: " + ", ".join(repr(c) for c in close)
    some = sorted(known)[:6]
    return "known: " + ", ".join(repr(c) for c in some) + (", ..." if len(known) > 6 else "")


def listed(names: Iterable[str], most: int = 8) -> str:
    """The first few of many names, and how many there are.

    >>> listed(["4", "9", "12"], most=2)
    '4, 9, ... (3)'
    """
    known = list(names)
    some = ", ".join(known[:most])
    return some if len(known) <= most else f"{some}, ... ({len(known)})"
