"""The data dictionary: every table and column with its unit and meaning, as Markdown."""

import dataclasses
import types
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scenarios.check.header import Header
from scenarios.records import MANDATORY, TABLES
from scenarios.results import RESULTS

INTRODUCTION = """\
# Data dictionary

Every file of a scenario and of a result, column by column. The Arrow schemas are made from the
same declarations, so each Parquet file carries these units and meanings in its own metadata.

**Signs.** A generator's power is its production, a load's power its consumption. Boundary power
is positive from transmission into distribution. A price is the cost of one more MW of load.

**Columns.** The *keys* of a table together name a row. A column with a default may be left out
of the file; every other one must be there, and only a column that says so may hold null. Unit 1
is a plain factor. Periods count from 1. Reading refuses a file whose units differ from these.

This page is written by `python -m scenarios.dictionary`.
"""

WORDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "flag",
    Sequence[float]: "list of numbers",
    Sequence[str]: "list of texts",
    types.NoneType: "null",
}
INPUT = ("column", "type", "unit", "default", "meaning")
RESULT = ("column", "type", "unit", "meaning")


def data_dictionary() -> str:
    """Markdown of `scenario.toml`, of the scenario tables and of the result tables."""
    lines = [INTRODUCTION, "## Scenario: a folder\n", "### scenario.toml\n"]
    lines += _table(Header, ("key", *INPUT[1:]))
    for name, record in TABLES.items():
        lines += _section(name, record, INPUT)
        if name not in MANDATORY:
            lines.append(f"Without the file there is no such row: `{name}` is optional.\n")
    lines.append("## Result of a design: a folder\n")
    for name, record in RESULTS.items():
        lines += _section(name, record, RESULT)
    return "\n".join(lines)


def _section(name: str, record: type, heads: Sequence[str]) -> Iterator[str]:
    yield f"### {name}.parquet\n"
    meaning = (record.__doc__ or "").strip().split("\n")
    yield "\n".join(line.strip() for line in meaning) + "\n"
    yield from _table(record, heads)


def _table(record: type, heads: Sequence[str]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for f in dataclasses.fields(record):
        cells = {
            heads[0]: f"`{f.name}`" + (" (key)" if f.metadata["key"] else ""),
            "type": _type(f.type),
            "unit": f.metadata["unit"],
            "default": _default(f),
            "meaning": str(f.metadata["meaning"]).replace("|", "\\|"),
        }
        yield f"| {' | '.join(cells[head] for head in heads)} |"
    yield ""


def _type(declared: Any) -> str:
    arms = typing.get_args(declared) if isinstance(declared, types.UnionType) else (declared,)
    return " or ".join(WORDS[arm] for arm in arms)


def _default(f: "dataclasses.Field[Any]") -> str:
    if isinstance(f.default, bool):
        return str(f.default).lower()
    words = {dataclasses.MISSING: "", None: "null", (): "[]"}
    return words[f.default] if f.default in words else str(f.default)


if __name__ == "__main__":
    Path("docs/data_dictionary.md").write_text(data_dictionary(), encoding="utf-8")
