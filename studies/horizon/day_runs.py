"""Runs of single days, with a report each: the best and the worst day of every design."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from scenarios.files import write_scenario
from scenarios.horizon.carry import begun_with
from scenarios.scenario import Scenario
from studies.analyses.study_run import run_study
from studies.horizon.figures_of_day import DayFigures
from studies.horizon.folder import Finished
from studies.runs.finished import REPORT
from studies.study.horizon_plan import Plan
from studies.study.study import Study

RUNS_OF_DAYS = "days"


@dataclass(frozen=True)
class DayRun:
    """A day to be run by itself, its designs, and the name of its folder."""

    day: date
    designs: tuple[str, ...]
    name: str


Links = Mapping[tuple[str, str], str]  # place of a report in the folder, by design and day


def run_best_and_worst(
    folder: Path,
    study: Study,
    scenario: Scenario,
    plan: Plan,
    rows: Sequence[DayFigures],
    known: Mapping[tuple[str, date], Finished],
) -> Links:
    """Run the days of greatest and least welfare of each design; reports that are there stay."""
    links: dict[tuple[str, str], str] = {}
    for one in _chosen(study, plan, rows):
        place = folder / RUNS_OF_DAYS / one.name
        if not place.exists():
            before = known.get((one.designs[0], one.day - timedelta(days=1)))
            own = plan.scenario(scenario, one.day)
            state = before.state if before and plan.horizon.in_sequence else None
            _run(place, study, one, begun_with(own, state) if state else own)
        for design in one.designs:
            links[design, str(one.day)] = f"{RUNS_OF_DAYS}/{one.name}/{REPORT}"
    return links


def _chosen(study: Study, plan: Plan, rows: Sequence[DayFigures]) -> Iterator[DayRun]:
    """In a sequence each design has a day of its own, since it begins as that design left it."""
    ends: dict[str, list[str]] = {}
    for name in study.designs:
        held = [(r.welfare_usd, r.day) for r in rows if r.design == name and not r.error]
        ranked = sorted((usd, day) for usd, day in held if usd is not None)
        ends[name] = [day for _, day in (ranked[:1] + ranked[-1:])]
    if plan.horizon.in_sequence:
        for name, days in ends.items():
            for day in dict.fromkeys(days):
                yield DayRun(date.fromisoformat(day), (name,), f"{day}-{name}")
    else:
        for day in dict.fromkeys(day for days in ends.values() for day in days):
            yield DayRun(date.fromisoformat(day), tuple(study.designs), day)


def _run(place: Path, study: Study, one: DayRun, scenario: Scenario) -> None:
    """Run one day into a folder that is whole or not there."""
    held = place.with_name(f".{place.name}.scenario")
    shutil.rmtree(held, ignore_errors=True)
    try:
        write_scenario(scenario, held)
        designs = {name: study.designs[name] for name in one.designs}
        own = replace(study, scenario=held, designs=designs, horizon=None)
        run_study(replace(own, name=f"{study.name}-{one.day}"), place)
    finally:
        shutil.rmtree(held, ignore_errors=True)
