"""What is wrong with a scenario: rules in tables, each a small function that yields findings."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator

from scenarios.assets import all_assets
from scenarios.check.areas import (
    every_area_has_a_slack,
    one_area_is_transmission,
    type_a_has_loads_only,
)
from scenarios.check.assets import rules_by_table
from scenarios.check.assets.contract import Rule
from scenarios.check.boundaries import boundaries_meet_the_root, roots_have_one_boundary
from scenarios.check.boundary_power import boundary_limits_suit_the_area
from scenarios.check.branches import (
    branches_have_two_ends,
    feeders_have_no_negative_resistance,
    transmission_branches_have_reactance,
)
from scenarios.check.commitment import (
    categories_are_in_order,
    commitments_are_of_generators,
    committed_generators_are_plain,
    committed_offers_keep_their_width,
    committed_periods_are_alike,
    plants_begin_as_they_can,
    plants_can_start_and_stop,
)
from scenarios.check.emissions import factors_cover_technologies
from scenarios.check.fees import fees_name_payers, fees_suit_bids
from scenarios.check.header import day_is_sound
from scenarios.check.keys import (
    generators_share_no_name,
    keys_are_unique,
    no_area_is_called_tso,
)
from scenarios.check.offers import (
    curves_reach_the_limit,
    curves_stand_for_all_or_for_each_period,
    offer_periods_are_in_the_day,
    steps_count_from_one,
)
from scenarios.check.outages import outages_are_of_transmission
from scenarios.check.participation import (
    type1_names_its_wholesale_offer,
    types_are_for_distribution,
    types_need_a_local_market,
)
from scenarios.check.prices import (
    curves_are_convex,
    prices_stay_above_spilling,
    prices_stay_below_shedding,
)
from scenarios.check.profiles import (
    negative_factors_are_of_loads,
    profile_periods_are_in_the_day,
    profiles_cover_the_day,
)
from scenarios.check.references import (
    areas_exist,
    boundaries_lead_into_distribution,
    boundary_buses_exist,
    buses_exist,
    owners_exist,
    profiles_exist,
)
from scenarios.check.reserve import (
    boundaries_carry_reserve,
    products_are_of_reserves,
    requirements_can_be_met,
    requirements_cover_the_day,
    reserve_offers_name_both,
    reserve_zones_have_buses,
    shortages_rise,
)
from scenarios.check.rows import Tables, tables_of
from scenarios.check.topology import every_bus_reaches_one_slack
from scenarios.check.values import (
    limits_are_in_order,
    names_are_given,
    numbers_are_finite,
    values_keep_their_laws,
)
from scenarios.check.zones import capacities_join_two_zones
from scenarios.findings import Finding
from scenarios.records import TABLES
from scenarios.scenario import Scenario

__all__ = ["check_scenario"]

ROW_RULES: tuple[Callable[[Tables], Iterator[Finding]], ...] = (
    numbers_are_finite,
    names_are_given,
    keys_are_unique,
    generators_share_no_name,
    no_area_is_called_tso,
    values_keep_their_laws,
    limits_are_in_order,
    branches_have_two_ends,
    type1_names_its_wholesale_offer,
)

# Each rule with the tables that it needs whole: where one could not be read, the rule is silent.
RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (one_area_is_transmission, ("areas",)),
    (every_area_has_a_slack, ("areas", "buses")),
    (type_a_has_loads_only, ("areas",)),
    (areas_exist, ("areas",)),
    (buses_exist, ("areas", "buses")),
    (boundary_buses_exist, ("areas", "buses")),
    (boundaries_lead_into_distribution, ("areas",)),
    (profiles_exist, ("profiles",)),
    (owners_exist, ("areas", "generators", "bids")),
    (transmission_branches_have_reactance, ("areas",)),
    (feeders_have_no_negative_resistance, ("areas",)),
    (every_bus_reaches_one_slack, ("areas", "buses", "branches")),
    (boundaries_meet_the_root, ("buses",)),
    (roots_have_one_boundary, ("areas", "buses", "boundaries")),
    (types_are_for_distribution, ("areas",)),
    (types_need_a_local_market, ("areas",)),
    (steps_count_from_one, ()),
    (factors_cover_technologies, ("generators", "emission_factors")),
    (capacities_join_two_zones, ("areas", "buses")),
    (commitments_are_of_generators, ("areas", "generators", "commitments")),
    (committed_generators_are_plain, ("commitments",)),
    (committed_offers_keep_their_width, ("commitments",)),
    (reserve_offers_name_both, ("areas", "generators", "storage", "bids", "reserves")),
    (products_are_of_reserves, ("areas", "reserves")),
    (reserve_zones_have_buses, ("buses",)),
    (shortages_rise, ("reserves",)),
    (outages_are_of_transmission, ("areas", "branches")),
    (fees_suit_bids, ("generators", "offers", "commitments")),
    (plants_can_start_and_stop, ("generators",)),
    (plants_begin_as_they_can, ("generators",)),
    (negative_factors_are_of_loads, ()),
    (curves_are_convex, ("bids",)),
    (prices_stay_below_shedding, ("bids",)),
    (prices_stay_above_spilling, ("bids",)),
)

# Rules that need the length of every period besides.
DAY_RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (profile_periods_are_in_the_day, ()),
    (profiles_cover_the_day, ()),
    (offer_periods_are_in_the_day, ()),
    (curves_stand_for_all_or_for_each_period, ()),
    (curves_reach_the_limit, ("offers", "profiles")),
    (categories_are_in_order, ("commitments",)),
    (committed_periods_are_alike, ()),
    (requirements_cover_the_day, ()),
    (boundaries_carry_reserve, ("areas", "reserves", "reserve_offers")),
    (
        requirements_can_be_met,
        ("buses", "generators", "storage", "bids", "reserve_offers", "reserve_products"),
    ),
)


def check_scenario(scenario: Scenario) -> tuple[Finding, ...]:
    """All that is wrong with a scenario; empty where it can be cleared."""
    return (*day_is_sound(scenario), *check_tables(scenario, TABLES))


def check_tables(scenario: Scenario, whole: Collection[str]) -> tuple[Finding, ...]:
    """All that is wrong with the tables of a scenario of which only `whole` could be read."""
    tables = tables_of(scenario)
    sound_day = bool(scenario.hours) and all(0 < h < math.inf for h in scenario.hours)
    linked = (*RULES, *DAY_RULES, *_asset_rules()) if sound_day else RULES
    return (
        *_of(rule(tables) for rule in ROW_RULES),
        *_of(rule(scenario) for rule, needed in linked if set(needed) <= set(whole)),
    )


def _asset_rules() -> Iterator[tuple[Rule, tuple[str, ...]]]:
    """Rules on the day that concern kinds of assets, with the tables that they need whole."""
    of_area = tuple(asset.table for asset in all_assets().values())
    yield boundary_limits_suit_the_area, ("buses", *of_area, "profiles")
    yield fees_name_payers, ("areas", "boundaries", *of_area)
    for own in rules_by_table().values():
        yield from own.of_day


def _of(found: Iterable[Iterator[Finding]]) -> Iterator[Finding]:
    return (finding for findings in found for finding in findings)
