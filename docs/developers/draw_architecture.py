"""Draws `architecture.svg` from the imports between the packages of this repository.

Run it after a change of what a package imports:  python docs/developers/draw_architecture.py
"""

import ast
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[2]
PICTURE = Path(__file__).with_name("architecture.svg")
WIDE, HIGH, ACROSS, UP, EDGE = 196, 62, 24, 62, 20  # px: a box, gaps between boxes, the margin
ROOM_LETTERS = 30  # of the rooms' names in a line
COLUMN = {
    "tandem": 1, "reproduction": 1, "studies": 1, "security": 0, "settlement": 1,
    "validation": 2, "formulations": 3, "market": 3.2, "solvers": 4, "scenarios": 1.5,
}  # fmt: skip
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" font-family="sans-serif">\n'
    '<rect width="{0}" height="{1}" fill="#ffffff"/>\n'
)
ARROW = '<path d="M {} {} L {} {}" stroke="#9aa5b1" fill="none"/>\n'
BOX = (
    '<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="6" fill="#f5f7fa" stroke="#1f2933"/>\n'
    '<text x="{c}" y="{a}" text-anchor="middle" font-size="15" font-weight="600">{name}</text>\n'
)
ROOMS = '<text x="{}" y="{}" text-anchor="middle" font-size="10" fill="#52606d">{}</text>\n'

Below = Mapping[str, frozenset[str]]


def packages() -> list[str]:
    """Packages of the project; tests and benchmarks are not part of it."""
    found = sorted(p.parent.name for p in ROOT.glob("*/__init__.py"))
    return [name for name in found if name not in ("benchmarks", "tests")]


def imports() -> Below:
    """The packages of the project that each one imports."""
    every = packages()
    return {name: frozenset(_imported(name) & set(every) - {name}) for name in every}


def floors(below: Below) -> dict[str, int]:
    """Floor of each package: one above the highest that it imports."""
    known: dict[str, int] = {}
    while len(known) < len(below):
        for name, under in below.items():
            if name not in known and under <= known.keys():
                known[name] = 1 + max((known[n] for n in under), default=-1)
    return known


def direct(below: Below) -> Below:
    """The imports without those that another import leads to as well."""
    return {
        name: frozenset(n for n in under if not any(n in _all(m, below) for m in under - {n}))
        for name, under in below.items()
    }


def picture() -> str:
    """The SVG: packages as boxes with their rooms, an arrow from each down to what it imports."""
    below = imports()
    at = _places(floors(below))
    right, deep = (max(place[n] for place in at.values()) for n in (0, 1))
    parts = [HEAD.format(right + WIDE + EDGE, deep + HIGH + EDGE)]
    for name, under in direct(below).items():
        x, y = at[name]
        for other in sorted(under):
            u, v = at[other]
            parts.append(ARROW.format(x + WIDE // 2, y + HIGH, u + WIDE // 2, v))
    for name, (x, y) in at.items():
        parts.append(BOX.format(x=x, y=y, w=WIDE, h=HIGH, c=x + WIDE // 2, a=y + 21, name=name))
        for n, line in enumerate(_rooms(name)):
            parts.append(ROOMS.format(x + WIDE // 2, y + 37 + 13 * n, escape(line)))
    return "".join([*parts, "</svg>\n"])


def _imported(package: str) -> set[str]:
    found: set[str] = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                found.add((node.module or "").split(".")[0])
            elif isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
    return found


def _all(name: str, below: Below) -> frozenset[str]:
    return below[name].union(*(_all(n, below) for n in below[name]))


def _places(floor: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Corner (px) of each package's box, the highest floor on top."""
    top = max(floor.values())
    return {
        name: (
            EDGE + round(COLUMN.get(name, len(COLUMN)) * (WIDE + ACROSS)),
            EDGE + (top - level) * (HIGH + UP),
        )
        for name, level in floor.items()
    }


def _rooms(package: str) -> list[str]:
    """Names of the rooms of a package, in two lines at most."""
    names = sorted(p.parent.name for p in (ROOT / package).glob("*/__init__.py"))
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > ROOM_LETTERS:
            lines.append("")
        lines[-1] += f"{'  ' if lines[-1] else ''}{name}"
    return lines[:2]


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
