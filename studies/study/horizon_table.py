"""`[horizon]` of a study: days from a file of profiles, one after the other or each by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from scenarios.findings import Finding
from scenarios.horizon.series import UTC, zone_findings
from scenarios.option_fields import option
from studies.study.table_keys import table_findings

PLACE = "[horizon]"
WEIGHT_ROUNDING = 1e-6  # part of what weights must add up to


@dataclass(frozen=True)
class HorizonTable:
    """`[horizon]`: `profiles` is a CSV or Parquet file, relative to the study file.

    Days are those of `zone`: all of the file, those from `first` to `last`, so many
    `representative` ones of these, or the `days` that are named, each with the number of days that
    it stands for; these add up to `stands_for`. `in_sequence`, a day begins with what the day
    before has left; a clearing looks `look_ahead_h` beyond its day.
    """

    profiles: str
    zone: str = UTC
    first: str = ""
    last: str = ""
    days: dict[str, Any] = field(default_factory=dict)
    stands_for: float = option(0.0, lambda v: v >= 0, "write a number of days")
    representative: int = option(0, lambda v: v >= 0, "write a number of days")
    in_sequence: bool = False
    look_ahead_h: float = option(0.0, lambda v: 0 <= v <= 24, "write hours from 0 to 24")


@dataclass(frozen=True)
class Horizon:
    """Which days are cleared, and how one leads to the next; `days` are pairs of day and weight."""

    profiles: Path
    zone: str = UTC
    first: date | None = None
    last: date | None = None
    days: tuple[tuple[date, float], ...] = ()
    representative: int = 0
    in_sequence: bool = False
    look_ahead_h: float = 0.0


def horizon_findings(read: Mapping[str, Any]) -> Iterator[Finding]:
    """All that is wrong with the table."""
    wrong = list(table_findings(read, HorizonTable, place=PLACE))
    yield from wrong
    if wrong:
        return
    table = HorizonTable(**read)
    yield from zone_findings(table.zone)
    yield from _date_findings(table)
    yield from _weight_findings(table)
    yield from _choice_findings(table)


def horizon_from(read: Mapping[str, Any], folder: Path) -> Horizon | None:
    """The table as a value, for a study file in `folder`; None where there is none."""
    if not read:
        return None
    table = HorizonTable(**read)
    return Horizon(
        folder / table.profiles,
        table.zone,
        date.fromisoformat(table.first) if table.first else None,
        date.fromisoformat(table.last) if table.last else None,
        tuple(sorted((date.fromisoformat(day), float(w)) for day, w in table.days.items())),
        table.representative,
        table.in_sequence,
        table.look_ahead_h,
    )


def _date_findings(table: HorizonTable) -> Iterator[Finding]:
    named = {"first": table.first, "last": table.last} | {f"days.{d}": d for d in table.days}
    for key, text in named.items():
        if text and not _is_date(text):
            cure = 'write a date such as "2025-01-31"'
            yield Finding(f"{PLACE}, key {key!r}", f"the value is {text!r}", cure)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _weight_findings(table: HorizonTable) -> Iterator[Finding]:
    numbers = {}
    for day, weight in table.days.items():
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not weight > 0:
            cure = "write the number of days that it stands for"
            yield Finding(f"{PLACE}, key 'days.{day}'", f"the weight is {weight!r}", cure)
        else:
            numbers[day] = weight
    if len(numbers) < len(table.days):
        return
    total, wanted = sum(numbers.values()), table.stands_for
    if wanted and abs(total - wanted) > WEIGHT_ROUNDING * wanted:
        finding = f"the weights add up to {total:g}, not to stands_for = {wanted:g}"
        yield Finding(f"{PLACE}, key 'days'", finding, "mend the weights, or stands_for")
    if not wanted and any(weight != 1 for weight in numbers.values()):
        finding = f"days have weights, which add up to {total:g}"
        cure = "write stands_for, the number of days that they stand for together"
        yield Finding(f"{PLACE}, key 'stands_for'", finding, cure)


def _choice_findings(table: HorizonTable) -> Iterator[Finding]:
    """Keys that do not go together."""
    ways = {"first": table.first, "last": table.last, "representative": table.representative}
    for key, value in ways.items():
        if table.days and value:
            finding = "days are named one by one beside it"
            yield Finding(f"{PLACE}, key {key!r}", finding, "leave out this key, or days")
    if table.in_sequence and (table.representative or table.stands_for):
        finding = "days that stand for others do not follow one another"
        cure = "leave it out, or clear all days"
        yield Finding(f"{PLACE}, key 'in_sequence'", finding, cure)
    if table.stands_for and not table.days:
        finding = "no day has a weight"
        yield Finding(f"{PLACE}, key 'stands_for'", finding, "name days, or leave it out")
