"""Settle a cleared day: who pays whom, who gains what, and which laws that obeys."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from scenarios.scenario import Scenario
from settlement.cents import whole_cents
from settlement.identities import identities
from settlement.ledger import balances, entries, ledger
from settlement.money import money
from settlement.payoff import dso_payoff
from settlement.positions import positions
from settlement.records import Identity
from settlement.rents import rents
from settlement.shedding import shedding
from settlement.split import welfare_split
from settlement.surplus import surplus
from settlement.wholesale import Rule, premiums, wholesale_sales


@dataclass(frozen=True)
class Settlement:
    """A settled day; only the ledger and the money flows are rounded to cents.

    `checks` are the laws that the settlement of an optimum obeys, with what is missed ($).
    """

    ledger: pa.Table
    surplus: pa.Table
    rents: pa.Table
    dso_payoff: pa.Table
    money: pa.Table
    welfare_split: pa.Table
    welfare_usd: float
    checks: tuple[Identity, ...]

    @property
    def net_surplus_usd(self) -> float:
        """Sum of all surplus of the day ($); equal to social welfare."""
        return float(pc.sum(self.surplus["surplus_usd"], min_count=0).as_py())

    @property
    def turnover_usd(self) -> float:
        """Sum of all payments of the day ($): the scale of any difference."""
        return float(pc.sum(self.ledger["amount_usd"], min_count=0).as_py())

    @cached_property
    def settlement_imbalance_usd(self) -> float:
        """Largest sum over all accounts in any period ($) after rounding; exactly zero."""
        by_period = balances(self.ledger).groupby("period").sum()
        return float(by_period.abs().max()) / 100.0 if len(by_period) else 0.0

    def payoff_of_day(self) -> dict[str, float]:
        """Payoff ($) of every distribution area over the day."""
        sums = self.dso_payoff.group_by("area", use_threads=False).aggregate(
            [("payoff_usd", "sum")]
        )
        return dict(zip(sums["area"].to_pylist(), sums["payoff_usd_sum"].to_pylist(), strict=True))


def settle(
    scenario: Scenario, tables: Mapping[str, pa.Table], rule: Rule = "bb_price"
) -> Settlement:
    """Settle the dispatch at its prices: tables dispatch, lmp, flow and boundary of a clearing.

    `rule` says what wholesale sales of local generators net: the boundary's price or their own.
    Raises `InvalidInput` where a row lacks a number or its bus a price.
    """
    rows = positions(scenario, tables)
    shed = shedding(scenario, rows, tables["boundary"])
    extra = premiums(scenario, wholesale_sales(scenario, tables), rule)
    paid = entries(scenario, rows, shed, tables["boundary"], extra)
    cents = whole_cents(paid)
    booked = ledger(paid, cents)
    gains = surplus(scenario, rows, shed, paid)
    kept = rents(scenario, tables, rows, shed, gains, paid)
    payoffs = dso_payoff(scenario, rows, shed, paid)
    return Settlement(
        ledger=booked,
        surplus=gains,
        rents=kept,
        dso_payoff=payoffs,
        money=money(scenario, paid, cents),
        welfare_split=welfare_split(scenario, gains),
        welfare_usd=float((rows["value_usd"] - rows["cost_usd"]).sum()),
        checks=identities(rows, booked, gains, kept, payoffs),
    )
