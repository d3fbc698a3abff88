"""Rules on boundary limits: what they ask of a distribution area is what it can take or give."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from scenarios.check.profiles import factors
from scenarios.check.rows import Row, rows
from scenarios.findings import Finding
from scenarios.scenario import Hourly, Scenario

ROUNDING_MW = 1e-9


def boundary_limits_suit_the_area(scenario: Scenario) -> Iterator[Finding]:
    """No boundary asks for more import, or more export, than all devices together allow."""
    whole = factors(scenario)
    for row in rows(scenario, "boundaries"):
        least, most = row.record.p_min_mw, row.record.p_max_mw
        if least is not None and least > 0:
            taken = _greatest_consumption(scenario, row.record.area, whole)
            yield from _within(row, "p_min_mw", "take", taken)
        if most is not None and most < 0:
            given = _greatest_production(scenario, row.record.area, whole)
            yield from _within(row, "p_max_mw", "give", given)


def _within(row: Row, column: str, verb: str, possible: Hourly) -> Iterator[Finding]:
    asked = abs(getattr(row.record, column))
    if np.any(asked > possible + ROUNDING_MW):  # false for NaN: that has its own finding
        t = int(np.argmin(possible))
        finding = (
            f"the value is {row.shown(column)}, but area {row.record.area!r} "
            f"can {verb} {float(possible[t])!r} MW at most in period {t + 1}"
        )
        yield row.finding(column, finding, "bring it nearer to 0, or leave it null")


def _greatest_consumption(
    scenario: Scenario, area: str, whole: Mapping[str | None, Hourly]
) -> Hourly:
    """Loads, bids, stores, shiftable loads and shunts of an area together (MW)."""
    total: Hourly = np.zeros(len(scenario.hours))
    for load in _of(scenario.loads, area):
        total = total + max(load.p_mw, 0.0) * whole.get(load.profile, np.nan)
    for bid in _of(scenario.bids, area):
        total = total + bid.p_max_mw * whole.get(bid.profile, np.nan)
    fixed = [s.p_charge_max_mw for s in _of(scenario.storage, area)]
    fixed += [s.p_max_mw for s in _of(scenario.shiftable_loads, area)]
    fixed += [max(b.g_shunt_mw, 0.0) for b in _of(scenario.buses, area)]
    return total + float(sum(fixed))


def _greatest_production(
    scenario: Scenario, area: str, whole: Mapping[str | None, Hourly]
) -> Hourly:
    """Generators, stores and negative loads of an area together (MW)."""
    total: Hourly = np.zeros(len(scenario.hours))
    for generator in _of(scenario.generators, area):
        total = total + generator.p_max_mw * whole.get(generator.profile, np.nan)
    for load in _of(scenario.loads, area):
        total = total + max(-load.p_mw, 0.0) * whole.get(load.profile, np.nan)
    return total + float(sum(s.p_discharge_max_mw for s in _of(scenario.storage, area)))


def _of(records: tuple[Any, ...], area: str) -> list[Any]:
    return [record for record in records if record.area == area]
