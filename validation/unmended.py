"""Limits that a design leaves to others: it does not promise them, and tells what it exceeds."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.clearing import Clearing
from scenarios.scenario import Scenario
from scenarios.variants.unlimited import without_limits
from validation.check import Check, Missed, check

TABLE = "unmended"
EXACT = 1e-6  # MVA or p.u.


def promised(scenario: Scenario, clearing: Clearing) -> Scenario:
    """The scenario with those limits alone that the clearing promises to keep."""
    areas = _told(clearing)["area"]
    return without_limits(scenario, set(areas)) if len(areas) else scenario


def excesses_are_as_told(scenario: Scenario, clearing: Clearing) -> Iterator[Check]:
    """What is told of limits that are left to others is what flows and voltages exceed them by."""
    told = _told(clearing)
    if not len(told):
        return
    over = _by_area(_overloads(scenario, clearing), told["area"])
    beyond = _by_area(_voltages(scenario, clearing), told["area"])
    found = np.column_stack([*over, *beyond])
    named = told[["ratings", "overload_mva", "voltages", "beyond_pu"]].to_numpy(dtype=float)
    missed = Missed([str(area) for area in told["area"]], found - named)
    yield check("excesses of limits left to others are as told", EXACT, "MVA or p.u.", missed)


def _told(clearing: Clearing) -> pd.DataFrame:
    if TABLE not in clearing.tables:
        return pd.DataFrame({"area": []})
    return clearing.frame(TABLE)


def _overloads(scenario: Scenario, clearing: Clearing) -> pd.DataFrame:
    """By how much (MVA) every branch exceeds its rating in every period."""
    limits = pd.DataFrame(
        [(k.area, k.branch, k.rating_mva) for k in scenario.branches if k.rating_mva is not None],
        columns=["area", "branch", "most"],
    )
    rows = clearing.frame("flow").merge(limits, on=["area", "branch"])
    size = (rows["p_mw"] ** 2 + rows["q_mvar"].astype(float).fillna(0.0) ** 2) ** 0.5
    return rows.assign(by=size - rows["most"].astype(float))


def _voltages(scenario: Scenario, clearing: Clearing) -> pd.DataFrame:
    """By how much (p.u.) every voltage is outside its band in every period."""
    bands = pd.DataFrame(
        [(b.area, b.bus, b.v_min_pu, b.v_max_pu) for b in scenario.buses],
        columns=["area", "bus", "low", "high"],
    )
    rows = clearing.frame("voltage").merge(bands, on=["area", "bus"])
    outside = pd.concat([rows["low"] - rows["v_pu"], rows["v_pu"] - rows["high"]], axis=1)
    return rows.assign(by=outside.max(axis=1))


def _by_area(rows: pd.DataFrame, areas: pd.Series) -> tuple[list[float], list[float]]:
    """How many are exceeded in each area, and by how much at most."""
    by = [rows.loc[rows["area"] == area, "by"] for area in areas]
    return [float((one > EXACT).sum()) for one in by], [max(0.0, *one, 0.0) for one in by]
