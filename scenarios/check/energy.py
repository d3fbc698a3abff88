"""Rules on energy over the day: stores reach their end, shiftable loads fit their window."""

from collections.abc import Iterator

from scenarios.check.rows import Row, rows
from scenarios.findings import Finding
from scenarios.records import ShiftableLoad, Storage
from scenarios.scenario import Scenario

ROUNDING = 1e-9  # relative


def stores_reach_their_end(scenario: Scenario) -> Iterator[Finding]:
    """Charging at full power all day fills a store to its final energy."""
    day = sum(scenario.hours)
    for row in rows(scenario, "storage"):
        s: Storage = row.record
        reached = s.energy_initial_mwh + s.charge_efficiency * s.p_charge_max_mw * day
        possible = s.p_charge_max_mw >= 0 and 0 < s.charge_efficiency <= 1
        if possible and exceeds(s.energy_final_mwh, reached):
            finding = f"{row.shown('energy_final_mwh')} at the end, but {reached!r} MWh is the most"
            cure = "lower energy_final_mwh, or raise energy_initial_mwh or p_charge_max_mw"
            yield row.finding("energy_final_mwh", finding, cure)


def windows_are_in_the_day(scenario: Scenario) -> Iterator[Finding]:
    """The window of a shiftable load lies within the periods of the day."""
    last = len(scenario.hours)
    for row in rows(scenario, "shiftable_loads"):
        for column in ("first_period", "last_period"):
            period = getattr(row.record, column)
            if last and not 1 <= period <= last:
                finding = f"period {period} is not in the day of {last}"
                yield row.finding(column, finding, f"periods count from 1 to {last}")


def shiftable_energy_fits_its_window(scenario: Scenario) -> Iterator[Finding]:
    """Full power during the whole window serves the energy of the day."""
    for row in rows(scenario, "shiftable_loads"):
        load: ShiftableLoad = row.record
        if 1 <= load.first_period <= load.last_period <= len(scenario.hours):
            yield from _fit(row, scenario.hours[load.first_period - 1 : load.last_period])


def _fit(row: Row, window: tuple[float, ...]) -> Iterator[Finding]:
    load: ShiftableLoad = row.record
    room = load.p_max_mw * sum(window)
    if load.p_max_mw >= 0 and exceeds(load.energy_mwh, room):
        finding = f"{row.shown('energy_mwh')}, but the window has room for {room!r} MWh"
        yield row.finding("energy_mwh", finding, "lower energy_mwh, raise p_max_mw or widen it")


def exceeds(energy_mwh: float, limit_mwh: float) -> bool:
    """Whether an energy lies above a limit by more than rounding."""
    return energy_mwh > limit_mwh + ROUNDING * max(1.0, abs(limit_mwh))
