"""The scenario of one day of a series, from a scenario whose own day stands for all others.

What is given by period (offers, reserves, windows of shiftable loads, profiles that the series
does not have) goes by the clock: the hour that spring leaves out is left out, that which autumn has
twice is there twice, and a quarter of an hour is like its hour.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.findings import Finding
from scenarios.horizon.series import Series
from scenarios.horizon.windows import Window
from scenarios.records import TABLES, ProfileValue, ShiftableLoad
from scenarios.scenario import Scenario

DAY_H = 24.0
ROUNDING_H = 1e-9
PERIOD, PROFILES = "period", "profiles"
Slots = NDArray[np.int64]  # period of the scenario's own day, for every period


def scenario_of(scenario: Scenario, series: Series, window: Window) -> Scenario:
    """The scenario of a day and of what its clearing looks ahead to.

    Shiftable loads are those of the day alone.
    """
    slots = _slots(scenario.hours, window.stamps)
    by_period = {
        name: _repeated(scenario.table(name), slots) for name in _by_period() if name != PROFILES
    }
    own = slots[: window.periods]
    changed = replace(
        scenario.with_tables(by_period),
        hours=(series.step_h,) * len(slots),
        profiles=tuple(_profiles(scenario, series, window, slots)),
        shiftable_loads=tuple(_shifted(load, own) for load in scenario.shiftable_loads),
    )
    return replace(changed, name=f"{scenario.name} {window.day}")


def first_periods(scenario: Scenario, count: int) -> Scenario:
    """The scenario of the first periods alone."""
    kept = {
        name: tuple(r for r in scenario.table(name) if r.period is None or r.period <= count)
        for name in _by_period()
    }
    return replace(scenario.with_tables(kept), hours=scenario.hours[:count])


def base_findings(scenario: Scenario, series: Series) -> Iterator[Finding]:
    """What keeps the scenario's own day from standing for those of the series."""
    hours = scenario.hours
    if len(hours) == 1:
        return
    if abs(sum(hours) - DAY_H) > ROUNDING_H:
        finding = f"its day lasts {sum(hours):g} h"
        cure = "give it 24 h by the clock, or one period that all others are like"
        yield Finding(f"scenario {scenario.name!r}", finding, cure)
    elif series.step_h > min(hours) + ROUNDING_H:
        finding = f"its periods are shorter than {series.step_h:g} h, those of the profiles"
        cure = "give the profiles in its periods, or the scenario longer ones"
        yield Finding(f"scenario {scenario.name!r}", finding, cure)


def _by_period() -> list[str]:
    """Tables whose rows may be of one period."""
    known = TABLES.items()
    return [n for n, record in known if PERIOD in {f.name for f in dataclasses.fields(record)}]


def _slots(hours: Sequence[float], stamps: pd.DatetimeIndex) -> Slots:
    if len(hours) == 1:
        return np.ones(len(stamps), dtype=np.int64)
    clock = (stamps.hour + stamps.minute / 60 + stamps.second / 3600).to_numpy()
    return np.searchsorted(np.cumsum(hours), clock + ROUNDING_H, side="right") + 1


def _profiles(
    scenario: Scenario, series: Series, window: Window, slots: Slots
) -> Iterator[ProfileValue]:
    values = series.factors.loc[window.stamps]
    for name, own in scenario.profile_arrays.items():
        factors = values[name].to_numpy() if name in values else own[slots - 1]
        for t, factor in enumerate(factors.tolist(), start=1):
            yield ProfileValue(name, t, factor)


def _repeated(rows: Sequence[Any], slots: Slots) -> tuple[Any, ...]:
    """Rows of a period, for all periods that are like it; those of every period as they are."""
    of_slot: dict[int, list[Any]] = {}
    for row in rows:
        of_slot.setdefault(row.period, []).append(row)
    always = of_slot.pop(None, [])  # type: ignore[call-overload]
    placed = (
        replace(row, period=t)
        for t, slot in enumerate(slots.tolist(), start=1)
        for row in of_slot.get(slot, ())
    )
    return (*always, *placed)


def _shifted(load: ShiftableLoad, slots: Slots) -> ShiftableLoad:
    """The load with its window in the periods of a day; one that spring leaves out comes after."""
    within = np.flatnonzero((load.first_period <= slots) & (slots <= load.last_period)) + 1
    if not within.size:
        within = np.array([np.count_nonzero(slots < load.first_period) + 1])
    return replace(load, first_period=int(within[0]), last_period=int(within[-1]))
