"""Rules on generators."""

import math
from collections.abc import Iterator

from scenarios.assets.capability import Capability
from scenarios.assets.generator import CAPABILITY
from scenarios.check.assets import asset_rules
from scenarios.check.assets.contract import AssetRules
from scenarios.check.laws import (
    NO_LIMIT,
    PARTICIPATIONS,
    TECHNOLOGIES,
    among,
    not_negative,
    positive,
    share,
)
from scenarios.check.profiles import factors
from scenarios.check.rows import Row, rows
from scenarios.findings import Finding
from scenarios.records import Generator
from scenarios.scenario import Hourly, Scenario

AS_BID = "; model what consumes as a bid or a load"
ROUNDING_MW = 1e-9  # relative to the greatest output


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


def capabilities_leave_room(scenario: Scenario) -> Iterator[Finding]:
    """Lines that limit Q by P are whole, and some Q is left from the least to the greatest P."""
    for row in rows(scenario, "generators"):
        g: Generator = row.record
        missing = [name for name in CAPABILITY if getattr(g, name) is None]
        if 0 < len(missing) < len(CAPABILITY):
            cure = f"give all of {', '.join(CAPABILITY)}, or none"
            yield row.finding(missing[0], "it is null while others of its kind are given", cure)
        elif g.capability is not None:
            yield from _room(row, g, g.capability)


def _room(row: Row, g: Generator, lines: Capability) -> Iterator[Finding]:
    if not lines.p_mw[0] < lines.p_mw[1]:
        yield row.finding("p_2_mw", f"{row.shown('p_2_mw')} is not above p_1_mw", "swap both ends")
        return
    if any(low > high for low, high in zip(lines.q_min_mvar, lines.q_max_mvar, strict=True)):
        return  # a finding of its own
    for column in ("p_min_mw", "p_max_mw"):
        low, high = g.reactive_limits(getattr(g, column))
        if low > high + ROUNDING_MW * max(1.0, g.p_max_mw):
            finding = f"at {row.shown(column)} Q is at least {low:g} and at most {high:g} Mvar"
            yield row.finding("q_max_2_mvar", finding, "mend the lines that limit Q by P")


asset_rules.register(
    "generator",
    AssetRules(
        laws=(
            not_negative("p_min_mw", AS_BID),
            positive("v_set_pu"),
            positive("ramp_mw_per_h", NO_LIMIT),
            positive("s_max_mva", NO_LIMIT),
            among("technology", TECHNOLOGIES),
            among("participation", PARTICIPATIONS),
            share("gamma"),
        ),
        orders=(
            ("p_min_mw", "p_max_mw"),
            ("q_min_mvar", "q_max_mvar"),
            ("p_min_mw", "p_initial_mw"),
            ("p_initial_mw", "p_max_mw"),
            ("p_min_mw", "s_max_mva"),
            ("q_min_1_mvar", "q_max_1_mvar"),
            ("q_min_2_mvar", "q_max_2_mvar"),
        ),
        of_day=((ramps_let_generators_run, ("profiles",)), (capabilities_leave_room, ())),
    ),
)
