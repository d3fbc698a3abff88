"""Scenarios from SimBench grids with their profiles (Meinecke et al., doi:10.3390/en13123290).

simbench itself, which carries the data, and pandapower are needed: the extra `simbench`.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from scenarios.findings import Finding, InvalidInput, near
from scenarios.importers.optional import quietly, required
from scenarios.importers.pandapower import Year, scenario_of
from scenarios.importers.pandapower.setting import Profiles
from scenarios.importers.technologies import technologies
from scenarios.scenario import Scenario

FIRST_DAY = datetime.date(2016, 6, 15)
STEP_MINUTES = 15  # of the data
LENGTHS = (15, 30, 60)  # of periods, in minutes
TIMES = "%d.%m.%Y %H:%M"


@dataclass(frozen=True)
class Days:
    """Days of the data's year from `first` on, in periods of so many minutes."""

    first: datetime.date = FIRST_DAY
    count: int = 1
    minutes: int = 60


def days_of(text: str, minutes: int = 60) -> Days:
    """Days from `2016-06-15`, or from the first and the last as `2016-06-15..2016-06-21`."""
    first, _, last = text.partition("..")
    try:
        start = datetime.date.fromisoformat(first)
        end = datetime.date.fromisoformat(last or first)
    except ValueError as error:
        cure = "write it like 2016-06-15, or 2016-06-15..2016-06-21"
        raise InvalidInput("the days", [Finding("days", f"{text!r} is no date", cure)]) from error
    return Days(start, (end - start).days + 1, minutes)


def import_simbench(
    code: str,
    *,
    name: str = "imported",
    days: Days | None = None,
    cut_kv: float | None = None,
    costs: Path | None = None,
    voll_per_mwh: float = 3000.0,
    spill_per_mwh: float | None = None,
) -> Scenario:
    """Scenario of a SimBench grid, cut as `import_pandapower` does, on days of its year.

    P and Q of loads, and P of static generators, follow their profiles; power plants and stores
    are free to be scheduled. Periods longer than a quarter of an hour have its mean. Raises
    InvalidInput with everything that cannot be imported.
    """
    days = days or Days()
    net = _net(code)
    rows = _rows(net, days)
    values: dict[str, Sequence[float]] = {}
    findings: list[Finding] = []
    clipped: list[str] = []
    follows: Profiles = dict(_follow(net, rows, days, values, findings, clipped))
    if findings:
        raise InvalidInput(f"SimBench grid {code}", findings)
    _free(net)
    per_day = 24 * 60 // days.minutes
    until = days.first + datetime.timedelta(days=days.count - 1)
    said = [
        f"SimBench grid {code}, {days.first} to {until}, {days.minutes} minutes a period",
        "profiles of power plants and stores are not used: they are scheduled; plants may stop, "
        "and stores use their rated power both ways",
    ]
    if clipped:
        said.append(f"generation below 0 is taken as 0: {', '.join(sorted(set(clipped)))}")
    return scenario_of(
        net,
        name=name,
        cut_kv=cut_kv,
        held=technologies(costs),
        year=Year((days.minutes / 60.0,) * (per_day * days.count), values, follows),
        voll_per_mwh=voll_per_mwh,
        spill_per_mwh=voll_per_mwh if spill_per_mwh is None else spill_per_mwh,
        said=said,
    )


def _net(code: str) -> Any:
    simbench = required("simbench", "simbench")
    with quietly():
        collect = simbench.collect_all_simbench_codes
        known = [c for scenario in range(3) for c in collect(scenario=scenario)]
        if code not in known:
            cure = f"name a grid; {near(code, known)}"
            raise InvalidInput("SimBench", [Finding("the code", f"there is no {code!r}", cure)])
        return simbench.get_simbench_net(code)


def _rows(net: Any, days: Days) -> slice:
    """Rows of the profiles that belong to the days; raises InvalidInput where there are none."""
    times = pd.to_datetime(net.profiles["load"]["time"], format=TIMES)
    start = np.flatnonzero(times == pd.Timestamp(days.first))
    per_day = 24 * 60 // STEP_MINUTES
    if days.minutes not in LENGTHS:
        wrong = Finding("minutes", f"periods of {days.minutes} minutes", "use 15, 30 or 60")
        raise InvalidInput("the days", [wrong])
    until = int(start[0]) + days.count * per_day if start.size else len(times) + 1
    if days.count < 1 or until > len(times):
        finding = f"{days.count} from {days.first} are not in the profiles"
        cure = f"choose days from {times.iloc[0].date()} to {times.iloc[-1].date()}"
        raise InvalidInput("the days", [Finding("days", finding, cure)])
    return slice(int(start[0]), int(start[0]) + days.count * per_day)


def _follow(
    net: Any,
    rows: slice,
    days: Days,
    values: dict[str, Sequence[float]],
    findings: list[Finding],
    clipped: list[str],
) -> Iterator[tuple[tuple[str, int], tuple[str, str | None]]]:
    """Which element follows which profiles; fills `values`, and says what is missing."""
    held = _Profiles(net.profiles, rows, days.minutes // STEP_MINUTES)
    for i, profile in net.load.profile.items():
        pair = (f"{profile}_pload", f"{profile}_qload")
        for one in pair:
            values[one] = held.values("load", one, f"load {i}", findings)
        yield ("load", int(i)), pair
    for i, profile in net.sgen.profile.items():
        given = held.values("renewables", str(profile), f"sgen {i}", findings)
        if min(given, default=0.0) < 0:
            clipped.append(str(profile))
        values[str(profile)] = [max(v, 0.0) for v in given]
        yield ("sgen", int(i)), (str(profile), None)


@dataclass(frozen=True)
class _Profiles:
    """Tables of profiles, of which rows are used, so many to a period."""

    tables: Mapping[str, pd.DataFrame]
    rows: slice
    together: int

    def values(self, table: str, name: str, user: str, findings: list[Finding]) -> list[float]:
        """Means of a profile over the periods."""
        frame = self.tables[table]
        if name not in frame:
            cure = f"name one that is; {near(name, [str(c) for c in frame])}"
            findings.append(Finding(user, f"profile {name!r} is not in the data", cure))
            return []
        given = frame[name].to_numpy(dtype=float)[self.rows]
        gaps = int(np.isnan(given).sum())
        if gaps:
            cure = "choose other days"
            findings.append(Finding(user, f"profile {name!r} has {gaps} gaps on these days", cure))
        means: list[float] = given.reshape(-1, self.together).mean(axis=1).tolist()
        return means


def _free(net: Any) -> None:
    """Plants may stop, and stores charge and discharge at their rated power."""
    for table in ("gen", "ext_grid"):
        if "min_p_mw" in net[table]:
            given = net[table]["min_p_mw"]
            net[table]["min_p_mw"] = given.where(given.isna(), 0.0)
    if len(net.storage):
        net.storage["max_p_mw"] = net.storage["sn_mva"]
        net.storage["min_p_mw"] = -net.storage["sn_mva"]
