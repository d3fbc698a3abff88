"""Profiles over many days: a file with a time stamp and a column for each profile."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.findings import Finding, InvalidInput, near

TIME = "time"
UTC = "UTC"


@dataclass(frozen=True, eq=False)
class Series:
    """Factors of profiles (columns) in periods by their starts (rows), in the zone of the days.

    All periods are equally long; `step` is their length.
    """

    factors: pd.DataFrame
    step: pd.Timedelta

    @property
    def stamps(self) -> pd.DatetimeIndex:
        """Starts of all periods."""
        return pd.DatetimeIndex(self.factors.index)

    @property
    def step_h(self) -> float:
        """Length of a period (h)."""
        return float(self.step / pd.Timedelta(hours=1))

    @property
    def days(self) -> tuple[date, ...]:
        """Every date from the first stamp to the last."""
        return tuple(pd.date_range(self.stamps[0].date(), self.stamps[-1].date()).date)


def read_series(path: Path, zone: str, profiles: Collection[str]) -> Series:
    """The series in a CSV or Parquet file; `profiles` are those that the scenario knows.

    Time stamps are starts of periods. With an offset from UTC they mean that instant; without one
    they are the clock of the zone, the hour that autumn has twice being its first and second.
    Raises InvalidInput with all that is wrong with it.
    """
    findings = list(zone_findings(zone))
    table = None
    try:
        table = _read(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        finding = f"it cannot be read ({str(error).splitlines()[0]})"
        findings.append(Finding(str(path), finding, "name a CSV or Parquet file"))
    if table is not None and not findings:
        findings = list(_column_findings(path.name, table, profiles))
    if table is None or findings:
        raise InvalidInput(f"profiles {str(path)!r}", findings)
    stamps = _stamps(path.name, table[TIME], zone)
    values = table.drop(columns=TIME).astype(float)
    values.index = pd.DatetimeIndex(stamps)
    if findings := [*_order_findings(path.name, stamps), *_gaps(path.name, values)]:
        raise InvalidInput(f"profiles {str(path)!r}", findings)
    lengths = stamps[1:] - stamps[:-1]
    return Series(values, pd.Timedelta(lengths.value_counts().index[0]))


def zone_findings(zone: str) -> Iterator[Finding]:
    """Nothing, or that there is no such zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        cure = f"write one such as 'Europe/Berlin'; {near(zone, available_timezones())}"
        yield Finding(f"zone {zone!r}", "there is no such zone of time", cure)


def _read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        table: pd.DataFrame = pd.read_parquet(path)
        return table if TIME in table.columns else table.reset_index()
    return pd.read_csv(path)


def _column_findings(
    file: str, table: pd.DataFrame, profiles: Collection[str]
) -> Iterator[Finding]:
    if TIME not in table.columns:
        cure = f"add a column {TIME!r} with the start of every period"
        yield Finding(file, f"there is no column {TIME!r}", cure)
    named = [column for column in table.columns if column != TIME]
    for column in named:
        if column not in profiles:
            cure = f"leave it out, or name a profile of the scenario; {near(str(column), profiles)}"
            yield Finding(f"{file}, column {column!r}", "the scenario has no such profile", cure)
        elif not pd.api.types.is_numeric_dtype(table[column]):
            yield Finding(f"{file}, column {column!r}", "it holds no numbers", "write numbers")
    if not named:
        yield Finding(file, "it holds no profile", "add a column for each profile")
    if len(table) < 2:
        yield Finding(file, f"it has {len(table)} rows", "add a row for each period")


def _stamps(file: str, column: "pd.Series[str]", zone: str) -> pd.DatetimeIndex:
    """The stamps in the zone; raises InvalidInput where they cannot be read."""
    try:
        if pd.api.types.is_datetime64_any_dtype(column):
            read = pd.DatetimeIndex(column)
        elif _have_offsets(column):
            read = pd.DatetimeIndex(pd.to_datetime(column, format="ISO8601", utc=True))
        else:
            read = pd.DatetimeIndex(pd.to_datetime(column, format="ISO8601"))
        if read.tz is None:
            return _localized(read, zone)
        return read.tz_convert(zone)
    except (ValueError, TypeError, pd.errors.OutOfBoundsDatetime) as error:
        finding = f"they cannot be read in zone {zone!r} ({str(error).splitlines()[0]})"
        cure = "write them like 2025-01-31T13:00+01:00, all with an offset from UTC"
        place = Finding(f"{file}, column {TIME!r}", finding, cure)
        raise InvalidInput(f"profiles {file!r}", [place]) from error


def _localized(read: pd.DatetimeIndex, zone: str) -> pd.DatetimeIndex:
    """Stamps by the clock of a zone; raises ValueError for one that the clock skips."""
    stamps = read.tz_localize(zone, ambiguous="infer", nonexistent="NaT")
    if (skipped := stamps.isna()).any():
        raise ValueError(f"there is no {read[skipped][0].isoformat()}")
    return stamps


def _have_offsets(column: "pd.Series[str]") -> bool:
    return bool(column.astype(str).str.contains(r"(?:[+-]\d\d:?\d\d|Z)$").any())


def _order_findings(file: str, stamps: pd.DatetimeIndex) -> Iterator[Finding]:
    for n in np.flatnonzero(np.diff(stamps.asi8) <= 0)[:1].tolist():
        finding = f"{stamps[n + 1].isoformat()} follows {stamps[n].isoformat()}"
        yield Finding(f"{file}, row {n + 2}", finding, "give each period one row, in order")


def _gaps(file: str, values: pd.DataFrame) -> Iterator[Finding]:
    """Values that are missing or no numbers."""
    for column in values.columns:
        missing = ~np.isfinite(values[column].to_numpy())
        if missing.any():
            first = values.index[missing][0].isoformat()
            finding = f"{int(missing.sum())} values are missing, the first at {first}"
            yield Finding(f"{file}, column {column!r}", finding, "give every period a number")
