"""What is wrong with an input: every finding has a place, a statement and a cure."""

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass


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
        super().__init__("\n  ".join([f"{count} in {what}", *map(str, self.findings)]))


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
    return (
        ", ".join(known) if len(known) <= most else f"{', '.join(known[:most])}, ... ({len(known)})"
    )
