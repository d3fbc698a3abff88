"""The days of a study's horizon with their weights, checked before anything is cleared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from scenarios.check import check_scenario
from scenarios.findings import Finding, InvalidInput, near
from scenarios.horizon.days import base_findings, scenario_of
from scenarios.horizon.representative import representative_days
from scenarios.horizon.series import Series, read_series
from scenarios.horizon.windows import Window, day_findings, window_of
from scenarios.scenario import Scenario
from studies.study.horizon_table import PLACE, Horizon
from studies.study.study import Study

MOST_SHOWN = 3  # findings on one day


@dataclass(frozen=True)
class Plan:
    """Days in their order, the number of days that each stands for, and where they come from."""

    horizon: Horizon
    series: Series
    weights: Mapping[date, float]

    @property
    def days(self) -> tuple[date, ...]:
        """Days in their order."""
        return tuple(self.weights)

    def window(self, day: date) -> Window:
        """Periods of a day, and those that its clearing looks ahead to."""
        return window_of(self.series, day, self.horizon.look_ahead_h)

    def scenario(self, base: Scenario, day: date) -> Scenario:
        """The scenario of a day and of what its clearing looks ahead to."""
        return scenario_of(base, self.series, self.window(day))


def plan_of(study: Study, scenario: Scenario) -> Plan:
    """The days of a study that has a horizon; raises InvalidInput with all that is wrong."""
    horizon = study.horizon
    if horizon is None:
        finding = Finding(f"study {study.name!r}", "it has no horizon", f"add a table {PLACE}")
        raise InvalidInput("horizon", [finding])
    series = read_series(horizon.profiles, horizon.zone, scenario.profile_arrays)
    asked = _asked(horizon, series)
    findings = [*base_findings(scenario, series), *_sequence_findings(horizon, asked)]
    findings += day_findings(series, asked)
    if horizon.representative > len(asked):
        words = f"{horizon.representative} of {len(asked)} days"
        findings.append(Finding(f"{PLACE}, key 'representative'", words, "ask for fewer"))
    if findings:
        raise InvalidInput(f"horizon of study {study.name!r}", findings)
    return Plan(horizon, series, _weights(horizon, series, asked))


def day_of(study: Study, scenario: Scenario, day: str) -> Scenario:
    """The scenario of one day of a study's horizon; raises InvalidInput where there is none."""
    plan = plan_of(study, scenario)
    known = [str(one) for one in plan.days]
    if day not in known:
        cure = f"name a day of the horizon; {near(day, known)}"
        raise InvalidInput(
            "horizon", [Finding(f"day {day!r}", "the horizon has no such day", cure)]
        )
    found = plan.scenario(scenario, date.fromisoformat(day))
    if wrong := check_scenario(found):
        raise InvalidInput(f"day {day}", wrong)
    return found


def refuse_unsound_days(plan: Plan, scenario: Scenario) -> None:
    """Raise InvalidInput where the scenario of a day cannot be cleared, with all findings."""
    findings: list[Finding] = []
    for day in plan.days:
        wrong = check_scenario(plan.scenario(scenario, day))
        findings += [
            Finding(f"day {day}: {f.place}", f.finding, f.cure) for f in wrong[:MOST_SHOWN]
        ]
    if findings:
        raise InvalidInput("horizon", findings)


def _asked(horizon: Horizon, series: Series) -> Sequence[date]:
    if horizon.days:
        return [day for day, _ in horizon.days]
    first, last = horizon.first or series.days[0], horizon.last or series.days[-1]
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _weights(horizon: Horizon, series: Series, asked: Sequence[date]) -> Mapping[date, float]:
    if horizon.representative:
        return dict(sorted(representative_days(series, asked, horizon.representative).items()))
    return dict(horizon.days) if horizon.days else dict.fromkeys(asked, 1.0)


def _sequence_findings(horizon: Horizon, asked: Sequence[date]) -> Iterator[Finding]:
    if not asked:
        finding = f"no day from {horizon.first} to {horizon.last}"
        yield Finding(f"{PLACE}, key 'last'", finding, "let the last day follow the first")
    if not horizon.in_sequence:
        return
    for one, after in pairwise(asked):
        if after != one + timedelta(days=1):
            finding = f"{after} does not follow {one}"
            cure = "name days without a gap, or leave in_sequence out"
            yield Finding(f"{PLACE}, key 'in_sequence'", finding, cure)
