"""The text of a MATPOWER case file."""

import math
from collections.abc import Mapping, Sequence

Rows = Sequence[Sequence[float]]


def case_text(function: str, base_mva: float, tables: Mapping[str, Rows], words: str) -> str:
    """A case file of version 2; numbers as exact as they are, rows filled up with zeros."""
    parts = [
        f"function mpc = {function}",
        *(f"% {line}" for line in words.splitlines()),
        "mpc.version = '2';",
        f"mpc.baseMVA = {base_mva!r};",
    ]
    for name, rows in tables.items():
        width = max((len(row) for row in rows), default=0)
        if width or name == "branch":
            lines = ["  " + " ".join(map(_number, (*row, *[0.0] * (width - len(row))))) + ";"
                     for row in rows]  # fmt: skip
            parts += [f"mpc.{name} = [", *lines, "];"]
    return "\n".join(parts) + "\n"


def _number(value: float) -> str:
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
