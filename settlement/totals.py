"""Sums by period and area."""

from collections.abc import Iterable, Sequence

import pandas as pd

from scenarios.scenario import Scenario

PERIOD_AREA = ["period", "area"]


def period_areas(scenario: Scenario, areas: Iterable[str]) -> pd.MultiIndex:
    """Index of every period and area."""
    return pd.MultiIndex.from_product([scenario.periods, list(areas)], names=PERIOD_AREA)


def stack(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all parts; a part without rows has no say in the column types."""
    return pd.concat([p for p in parts if len(p)] or [parts[0]], ignore_index=True)


def total(part: pd.DataFrame, amount: pd.Series, every: pd.MultiIndex) -> pd.Series:
    """Sum of `amount` ($) in every period and area, which `part` gives; 0 where there is no row."""
    sums = amount.groupby([part["period"], part["area"]]).sum()
    return sums.reindex(every, fill_value=0.0)
