"""Rules on shiftable loads."""

from collections.abc import Iterator

from scenarios.check.assets import asset_rules
from scenarios.check.assets.contract import AssetRules
from scenarios.check.energy import exceeds
from scenarios.check.laws import not_negative
from scenarios.check.rows import Row, rows
from scenarios.findings import Finding
from scenarios.records import ShiftableLoad
from scenarios.scenario import Scenario


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


asset_rules.register(
    "shiftable_load",
    AssetRules(
        laws=(not_negative("energy_mwh"), not_negative("p_max_mw")),
        orders=(("first_period", "last_period"),),
        of_day=((windows_are_in_the_day, ()), (shiftable_energy_fits_its_window, ())),
    ),
)
