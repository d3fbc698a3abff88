"""Rules on stores."""

from collections.abc import Iterator

from scenarios.check.assets import asset_rules
from scenarios.check.assets.contract import AssetRules
from scenarios.check.energy import exceeds
from scenarios.check.laws import PARTICIPATIONS, among, efficiency, not_negative, share
from scenarios.check.rows import rows
from scenarios.findings import Finding
from scenarios.records import Storage
from scenarios.scenario import Scenario


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


def values_stay_below_shedding(scenario: Scenario) -> Iterator[Finding]:
    """No store is filled by shedding load."""
    for row in rows(scenario, "storage"):
        if row.record.energy_value_usd_per_mwh > max(scenario.voll_usd_per_mwh, 0.0):
            finding = f"{row.shown('energy_value_usd_per_mwh')}, above the value of lost load"
            cure = "lower it, or raise voll_usd_per_mwh"
            yield row.finding("energy_value_usd_per_mwh", finding, cure)


asset_rules.register(
    "storage",
    AssetRules(
        laws=(
            not_negative("p_charge_max_mw"),
            not_negative("p_discharge_max_mw"),
            not_negative("energy_max_mwh"),
            not_negative("energy_min_mwh"),
            not_negative("energy_final_mwh"),
            efficiency("charge_efficiency"),
            efficiency("discharge_efficiency"),
            not_negative("cost_usd_per_mwh"),
            not_negative("energy_value_usd_per_mwh"),
            among("participation", PARTICIPATIONS),
            share("gamma"),
        ),
        orders=(
            ("energy_min_mwh", "energy_initial_mwh"),
            ("energy_initial_mwh", "energy_max_mwh"),
            ("energy_final_mwh", "energy_max_mwh"),
        ),
        of_day=((stores_reach_their_end, ()), (values_stay_below_shedding, ())),
    ),
)
