"""Sums by period and area, and the lengths of periods."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.scenario import Scenario

PERIOD_AREA = ["period", "area"]


def hours_of(scenario: Scenario, period: pd.Series) -> NDArray[np.float64]:
    """Length (h) of each row's period."""
    hours: NDArray[np.float64] = np.array(scenario.hours)[period.to_numpy(dtype=int) - 1]
    return hours


def period_areas(scenario: Scenario, areas: Iterable[str]) -> pd.MultiIndex:
    """Index of every period and area."""
    return pd.MultiIndex.from_product([scenario.periods, list(areas)], names=PERIOD_AREA)


def stack(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all parts; a part without rows has no say in the column types."""
    return pd.concat([p for p in parts if len(p)] or [parts[0]], ignore_index=True)


def total(part: pd.DataFrame, amount: pd.Series, every: pd.MultiIndex) -> pd.Series:
    """Sum of `amount` ($) in every period and area, which `part` gives; 0 where there is no row.

    `amount` may be that of some rows alone; what is no number adds nothing.
    """
    whole = len(amount) == len(part)
    places = [
        _places(part[key] if whole else part[key].loc[amount.index], level)
        for key, level in zip(PERIOD_AREA, every.levels, strict=True)
    ]
    known = (places[0] >= 0) & (places[1] >= 0) & amount.notna().to_numpy()
    sums = np.zeros(every.levshape)
    np.add.at(sums, tuple(p[known] for p in places), amount.to_numpy(dtype=float)[known])
    return pd.Series(sums[tuple(every.codes)], index=every)


def _places(keys: pd.Series, level: pd.Index) -> NDArray[np.intp]:
    """Where each key stands in `level`, -1 where it does not; every key is looked up once."""
    codes, found = pd.factorize(keys)
    return np.append(level.get_indexer(pd.Index(found)), -1)[codes]
