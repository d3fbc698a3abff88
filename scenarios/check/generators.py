"""Rules on generators: how they take part, and whether their ramps let them run."""

import math
from collections.abc import Iterator

from scenarios.check.profiles import factors
from scenarios.check.rows import Row, Tables, rows
from scenarios.findings import Finding
from scenarios.records import DISTRIBUTION, TRANSMISSION, Generator
from scenarios.scenario import Hourly, Scenario

ROUNDING_MW = 1e-9  # relative to the greatest output


def type1_names_its_wholesale_offer(tables: Tables) -> Iterator[Finding]:
    """A type1 generator says which share it offers wholesale, and at which price."""
    for row in rows(tables, "generators"):
        for column in ("gamma", "beta"):
            if row.record.participation == "type1" and getattr(row.record, column) is None:
                yield row.finding(column, "null for participation 'type1'", f"give {column}")


def types_are_for_distribution(scenario: Scenario) -> Iterator[Finding]:
    """Only resources in distribution choose between the local and the wholesale market."""
    transmission = {a.area for a in scenario.areas if a.kind == TRANSMISSION}
    for row in rows(scenario, "generators", "storage"):
        if row.record.area in transmission and row.record.participation in ("type1", "type2"):
            finding = f"{row.record.participation!r} in transmission area {row.record.area!r}"
            yield row.finding("participation", finding, "use 'wholesale' or null in transmission")


def types_need_a_local_market(scenario: Scenario) -> Iterator[Finding]:
    """Where generators choose between two markets, the area says that it has a local one."""
    untyped = {a.area for a in scenario.areas if a.kind == DISTRIBUTION and a.type is None}
    for row in rows(scenario, "generators"):
        if row.record.area in untyped and row.record.participation in ("type1", "wholesale"):
            finding = f"{row.record.participation!r}, but area {row.record.area!r} has no type"
            yield row.finding("participation", finding, "set the area's type to 'B'")


def ramps_let_generators_run(scenario: Scenario) -> Iterator[Finding]:
    """From its initial output a generator can stay within its limits in every period."""
    whole = factors(scenario)
    for row in rows(scenario, "generators"):
        g = row.record
        if g.ramp_mw_per_h is not None and g.ramp_mw_per_h > 0 and g.profile in whole:
            yield from _run(row, whole[g.profile], scenario.hours)


def _run(row: Row, factor: Hourly, hours: tuple[float, ...]) -> Iterator[Finding]:
    g: Generator = row.record
    start = g.p_min_mw if g.p_initial_mw is None else g.p_initial_mw
    if g.ramp_mw_per_h is None or not 0 <= g.p_min_mw <= start <= g.p_max_mw:
        return
    least, most = (0.0, g.p_max_mw) if g.p_initial_mw is None else (start, start)
    for t, (f, h) in enumerate(zip(factor.tolist(), hours, strict=True), start=1):
        free = t == 1 and g.p_initial_mw is None
        step = math.inf if free else g.ramp_mw_per_h * h
        high = g.p_max_mw * f
        least, most = max(min(g.p_min_mw, high), least - step), min(high, most + step)
        if least > most + ROUNDING_MW * max(1.0, g.p_max_mw):
            finding = f"{row.shown('ramp_mw_per_h')} cannot follow the limits of period {t}"
            cure = "raise ramp_mw_per_h, or mend p_initial_mw, p_min_mw or the profile"
            yield row.finding("ramp_mw_per_h", finding, cure)
            return
