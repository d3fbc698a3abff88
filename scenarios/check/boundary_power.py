"""Rules on boundary limits: what they ask of a distribution area is what it can take or give."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from scenarios.assets import all_assets
from scenarios.assets.contract import profile_of
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
            taken = _greatest(scenario, row.record.area, whole)[1]
            yield from _within(row, "p_min_mw", "take", taken)
        if most is not None and most < 0:
            given = _greatest(scenario, row.record.area, whole)[0]
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


def _greatest(
    scenario: Scenario, area: str, whole: Mapping[str | None, Hourly]
) -> tuple[Hourly, Hourly]:
    """What all assets of an area together can give, and they and its shunts take (MW)."""
    given, taken = np.zeros((2, len(scenario.hours)))
    for asset in all_assets().values():
        for record in _of(scenario.table(asset.table), area):
            produced, consumed = asset.greatest_mw(record)
            factor = whole.get(profile_of(record), np.nan)
            ways = [mw * factor if mw else np.zeros_like(given) for mw in (produced, -consumed)]
            given = given + sum(np.maximum(way, 0.0) for way in ways)
            taken = taken + sum(np.maximum(-way, 0.0) for way in ways)
    shunts = sum(max(b.g_shunt_mw, 0.0) for b in _of(scenario.buses, area))
    return given, taken + shunts


def _of(records: tuple[Any, ...], area: str) -> list[Any]:
    return [record for record in records if record.area == area]
