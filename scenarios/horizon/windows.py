"""Days of a series, by the clock of their zone: 23 or 25 hours where the clock changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from scenarios.findings import Finding
from scenarios.horizon.series import Series


@dataclass(frozen=True, eq=False)
class Window:
    """One day: the starts of its `periods`, and of those that its clearing looks ahead to."""

    day: date
    stamps: pd.DatetimeIndex
    periods: int


def window_of(series: Series, day: date, ahead_h: float = 0.0) -> Window:
    """The day, with what the series has of the time ahead of its end."""
    own, end = _of_day(series, day), _midnight(series, day + timedelta(days=1))
    last = end + pd.Timedelta(hours=ahead_h)
    ahead = pd.date_range(end, last, freq=series.step)
    ahead = ahead[ahead < last]
    known = np.logical_and.accumulate(ahead.isin(series.stamps))
    return Window(day, pd.DatetimeIndex(own.append(ahead[known])), len(own))


def day_findings(series: Series, days: Sequence[date]) -> Iterator[Finding]:
    """Days that the series does not have, and days with periods that it does not have."""
    known = series.stamps
    for day in days:
        expected = _of_day(series, day)
        start, end = expected[0], _midnight(series, day + timedelta(days=1))
        held = known[(known >= start) & (known < end)]
        missing, strange = expected[~expected.isin(held)], held[~held.isin(expected)]
        if not len(held):
            cure = "add its rows, or leave the day out"
            yield Finding(f"day {day}", "the profiles have no row of it", cure)
        elif len(strange):
            finding = f"{strange[0].isoformat()} is no start of a period of {series.step_h:g} h"
            yield Finding(f"day {day}", finding, "let all periods be equally long, from midnight")
        elif len(missing):
            first, last = missing[0].strftime("%H:%M"), missing[-1].strftime("%H:%M")
            finding = f"{len(missing)} of {len(expected)} periods are missing, {first} to {last}"
            yield Finding(f"day {day}", finding, "add their rows, or leave the day out")


def _of_day(series: Series, day: date) -> pd.DatetimeIndex:
    start, end = _midnight(series, day), _midnight(series, day + timedelta(days=1))
    return pd.date_range(start, end, freq=series.step, inclusive="left")


def _midnight(series: Series, day: date) -> pd.Timestamp:
    """The first moment of a day; where the clock skips midnight, the first after it."""
    zone = series.stamps.tz
    return pd.Timestamp(day).tz_localize(zone, nonexistent="shift_forward", ambiguous=True)
