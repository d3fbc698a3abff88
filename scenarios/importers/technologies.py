"""What plants cost where their data do not say: a table of technologies."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from scenarios.check.laws import TECHNOLOGIES
from scenarios.findings import Finding, InvalidInput

COLUMNS = ("technology", "kind", "words", "price_per_mwh")
OTHER, GRID, GRID_EXPORT = "other", "grid", "grid export"


@dataclass(frozen=True)
class Technology:
    """A technology, its kind in the table of generators, and its price (per MWh).

    `words` are those by which a plant's type tells that it is one.
    """

    technology: str
    kind: str
    words: tuple[str, ...]
    price_per_mwh: float


Technologies = Mapping[str, Technology]


def technologies(file: Path | None = None) -> Technologies:
    """The table that ships, with the rows of a file of the same columns in place of its own.

    Raises InvalidInput with all that is wrong with the file.
    """
    shipped = files("scenarios") / "data" / "technologies" / "costs.csv"
    held = {t.technology: t for t in _read(shipped)}
    if file is not None:
        held |= {t.technology: t for t in _read(file)}
    return held


def technology_of(words: str, held: Technologies) -> Technology:
    """The technology one of whose words begins a word of a text, the first; else `other`."""
    text = _plain(words)
    found = [
        (match.start(), -len(word), name)
        for name, technology in held.items()
        for word in technology.words
        if (match := re.search(rf"\b{re.escape(_plain(word))}", text))
    ]
    return held[min(found)[2]] if found else held[OTHER]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.lower())


def _read(file: Traversable | Path) -> list[Technology]:
    try:
        rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        finding = Finding(str(file), f"cannot be read ({error})", "name a CSV file")
        raise InvalidInput("the table of technologies", [finding]) from error
    findings = [f for n, row in enumerate(rows, start=2) for f in _findings(file.name, n, row)]
    if findings:
        raise InvalidInput("the table of technologies", findings)
    return [
        Technology(
            row["technology"],
            row["kind"],
            tuple(word for word in row["words"].lower().split("|") if word),
            float(row["price_per_mwh"]),
        )
        for row in rows
    ]


def _findings(file: str, line: int, row: Mapping[str, str | None]) -> Iterator[Finding]:
    place = f"{file}, line {line}"
    for column in COLUMNS:
        if row.get(column) is None:
            yield Finding(place, f"no {column!r}", f"give the columns {', '.join(COLUMNS)}")
    kind, price = row.get("kind"), row.get("price_per_mwh")
    if kind is not None and kind not in TECHNOLOGIES:
        yield Finding(place, f"kind is {kind!r}", f"use one of {', '.join(TECHNOLOGIES)}")
    if price is not None and not _is_number(price):
        yield Finding(place, f"price_per_mwh is {price!r}", "write a finite number")


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False
