"""Cells of pandapower's tables, in which a missing column and NaN mean that nothing is given."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

Row = Mapping[str, Any]


def number(row: Row, column: str, default: float = 0.0) -> float:
    """A number, or the default where none is given."""
    value = row.get(column)
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return default
    return default if math.isnan(found) else found


def given(row: Row, column: str) -> float | None:
    """A number, or None where none is given."""
    found = number(row, column, math.nan)
    return None if math.isnan(found) else found


def flag(row: Row, column: str, *, default: bool) -> bool:
    """A flag, or the default where none is given."""
    value = row.get(column)
    return default if pd.isna(value) else bool(value)


def text(row: Row, column: str) -> str:
    """A text, empty where none is given."""
    value = row.get(column)
    return value if isinstance(value, str) else ""


def in_service(row: Row) -> bool:
    """Whether an element takes part."""
    return flag(row, "in_service", default=True)
