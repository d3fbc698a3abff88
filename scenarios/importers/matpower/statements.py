"""A MATPOWER case file cut into its statements (MATPOWER User's Manual, appendix B)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

OPENING, CLOSING = "[{(", "]})"
CONTINUED = "\v"  # stands for a line end after `...`: counts as a line, separates no rows

_TOKEN = re.compile(
    r"(?P<string>(?<![\w)\]}.'])'(?:[^'\n]|'')*'|\"[^\"\n]*\")"
    r"|(?P<continued>\.\.\.[^\n]*\n?)"
    r"|(?P<comment>[%#][^\n]*)"
    r"|(?P<bracket>[\[\]{}()])"
    r"|(?P<end>[;,\n])"
    r"|(?P<other>(?:[^\n'\"%#.,;\[\]{}()]|\.(?!\.\.))+|.)",
    re.DOTALL,
)
OPENS_BLOCK, CLOSES_BLOCK = ("%{", "#{"), ("%}", "#}")  # comments of several lines


@dataclass(frozen=True)
class Statement:
    """One statement without its comments; line breaks inside brackets are kept."""

    line: int
    text: str

    @property
    def shown(self) -> str:
        """The statement on one line, shortened."""
        words = " ".join(self.text.split())
        return words if len(words) <= 60 else words[:57] + "..."


def statements(text: str) -> Iterator[Statement]:
    """Statements in the order of the file."""
    parts: list[str] = []
    line, start, depth = 1, 1, 0
    for match in _TOKEN.finditer(_without_block_comments(text) + "\n"):
        kind, token = match.lastgroup, match.group()
        if kind == "bracket":
            depth += 1 if token in OPENING else -1
        if kind == "end" and depth <= 0:
            yield from _closed(start, parts)
            parts, depth = [], 0
        elif kind == "continued":
            parts.append(CONTINUED)
        elif kind != "comment":
            start = start if parts else line
            if parts or not token.isspace():
                parts.append(token)
        line += token.count("\n")
    yield from _closed(start, parts)


def _without_block_comments(text: str) -> str:
    """The text with the lines of block comments, which may be nested, left empty."""
    depth, kept = 0, []
    for line in text.split("\n"):
        word = line.strip()
        closes = depth > 0 and word in CLOSES_BLOCK
        depth += (word in OPENS_BLOCK) - closes
        kept.append("" if depth or closes else line)
    return "\n".join(kept)


def _closed(start: int, parts: list[str]) -> Iterator[Statement]:
    text = "".join(parts).strip(" \t\n")
    if text:
        yield Statement(start, text)


def matrix_rows(line: int, body: str) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row of a matrix; its body, between the brackets, starts in `line`."""
    for raw in body.split("\n"):
        for row in raw.split(";"):
            cells = row.replace(",", " ").replace(CONTINUED, " ").split()
            if cells:
                yield line, cells
        line += 1 + raw.count(CONTINUED)
