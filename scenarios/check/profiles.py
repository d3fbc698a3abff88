"""Rules on profiles: one value for each period."""

from collections.abc import Iterator

import numpy as np

from scenarios.assets import all_assets
from scenarios.assets.contract import profile_of
from scenarios.check.rows import Row, noun, rows
from scenarios.findings import Finding
from scenarios.scenario import Hourly, Scenario


def profile_periods_are_in_the_day(scenario: Scenario) -> Iterator[Finding]:
    """No value stands outside the periods of the day."""
    last = len(scenario.hours)
    for row in rows(scenario, "profiles"):
        if last and not 1 <= row.record.period <= last:
            finding = f"period {row.record.period} is not in the day of {last}"
            yield row.finding("period", finding, f"periods count from 1 to {last}")


def profiles_cover_the_day(scenario: Scenario) -> Iterator[Finding]:
    """Every profile has a value in every period."""
    held: dict[str, list[Row]] = {}
    for row in rows(scenario, "profiles"):
        held.setdefault(row.record.profile, []).append(row)
    for profile, mine in held.items():
        missing = sorted(set(scenario.periods) - {row.record.period for row in mine})
        if missing:
            finding = f"no value for {periods(missing)}"
            yield Finding(f"table 'profiles', profile {profile!r}", finding, "add the rows")


def negative_factors_are_of_loads(scenario: Scenario) -> Iterator[Finding]:
    """No profile with a negative value scales what cannot change its sign."""
    users: dict[str, Row] = {}
    for kind in all_assets().values():
        for row in () if kind.may_turn else rows(scenario, kind.table):
            if name := profile_of(row.record):
                users.setdefault(name, row)
    for row in rows(scenario, "profiles"):
        user, value = users.get(row.record.profile), row.record.value
        if user and value < 0:
            finding = f"the value is {value}, and {noun(user.table)} {user.name!r} has it"
            cure = "it must be >= 0; loads alone may change their sign"
            yield row.finding("value", finding, cure)


def factors(scenario: Scenario) -> dict[str | None, Hourly]:
    """Every whole profile as an array of shape (periods,); 1 where no profile is named."""
    values: dict[str, dict[int, float]] = {}
    for row in scenario.profiles:
        values.setdefault(row.profile, {})[row.period] = row.value
    whole: dict[str | None, Hourly] = {None: np.ones(len(scenario.hours))}
    for profile, by_period in values.items():
        if set(by_period) == set(scenario.periods):
            whole[profile] = np.array([by_period[t] for t in scenario.periods])
    return whole


def periods(missing: list[int]) -> str:
    """Periods in words, the first few of them.

    >>> periods([3]), periods([1, 2])
    ('period 3', 'periods 1, 2')
    """
    more = f" and {len(missing) - 8} more" if len(missing) > 8 else ""
    return f"period{'s'[: len(missing) > 1]} " + ", ".join(map(str, missing[:8])) + more
