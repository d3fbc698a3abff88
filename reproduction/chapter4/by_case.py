"""Boundary results of the cases and CMO side by side."""

from collections.abc import Sequence

import pandas as pd

from reproduction.chapter4.designs import CASES_AND_CMO
from reproduction.chart import Kind, Panel
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by


def at_boundaries(solved: Solved, system: str, column: str) -> pd.DataFrame:
    """A column of the boundary table of a system's day by case, area and period."""
    parts = [
        solved.clearing(system, design).tables["boundary"].to_pandas().assign(case=name)
        for name, design in CASES_AND_CMO.items()
    ]
    table: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return table[["case", "area", "period", column]]


def in_hours(table: pd.DataFrame, hours: Sequence[int]) -> pd.DataFrame:
    """The rows of some hours."""
    return table[table["period"].isin(hours)].reset_index(drop=True)


def panels_by_hour(
    table: pd.DataFrame,
    hours: Sequence[int],
    values: tuple[str, str],
    kind: Kind,
    title: str = "",
) -> tuple[Panel, ...]:
    """One panel for each hour, a series for each case; `values` are a column and its words."""
    column, axis = values
    return tuple(
        Panel(
            f"{title}hour {hour}",
            "distribution area",
            axis,
            series_by(table[table["period"] == hour], "case", "area", column, kind),
        )
        for hour in hours
    )
