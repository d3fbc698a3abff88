"""What wholesale offers of local generators change: a second clearing without any, compared."""

from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa

from market.designs import Design
from market.operators.operators import Operators
from scenarios.clearing import Clearing
from scenarios.pricing import PricingRule
from scenarios.quantity import arrow_schema
from scenarios.scenario import Scenario
from settlement import Settlement, settle
from settlement.accounts import account
from settlement.incentives import incentives, incentives_of_day, who_pays
from settlement.settlement_records import Incentive, IncentiveOfDay, WhoPays

RECORDS: dict[str, type] = {
    "incentive": Incentive,
    "incentive_of_day": IncentiveOfDay,
    "who_pays": WhoPays,
}


def without_offers(design: Design, operators: Operators) -> Clearing | None:
    """The design's day with no share offered wholesale; None where it has no such shares."""
    other = design.about.without_offers(design)
    return None if other is None else other.clear(operators)


def incentive_tables(
    scenario: Scenario,
    clearing: Clearing,
    settled: Settlement,
    without: Clearing | None,
    rule: PricingRule,
) -> dict[str, pa.Table]:
    """Incentives by period and of the day, and who pays; empty without a second clearing.

    `settled` is the clearing settled by `rule`.
    """
    if without is None:
        return {name: arrow_schema(record).empty_table() for name, record in RECORDS.items()}
    before = settle(scenario, without.tables, rule)
    bidding, both = _with_fees_in_bids_alone(scenario), (settled, before)
    if bidding.fees != scenario.fees:
        both = settle(bidding, clearing.tables, rule), settle(bidding, without.tables, rule)
    by_period = incentives(scenario, clearing.tables, *both)
    return {
        "incentive": by_period,
        "incentive_of_day": incentives_of_day(
            by_period, clearing.tables["wholesale_share"], settled, before
        ),
        "who_pays": who_pays(settled.welfare_split, before.welfare_split),
    }


def _with_fees_in_bids_alone(scenario: Scenario) -> Scenario:
    """The scenario with the fees that parties bid with and no others, as they see the day."""
    kept = (replace(f, peak_usd_per_mw=0.0, fixed_usd=0.0) for f in scenario.fees if f.in_bids)
    return scenario.with_tables({"fees": kept})


def of_day(tables: Mapping[str, pa.Table]) -> dict[str, dict[str, float | None]]:
    """The three incentives ($ of the day) by account of the generator or store."""
    return {
        account(row["kind"], row["area"], row["asset"]): {
            key: row[f"{key.lower()}_usd"] for key in ("I1", "I2", "I3")
        }
        for row in tables["incentive_of_day"].to_pylist()
    }
