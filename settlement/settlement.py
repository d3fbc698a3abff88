"""Settle a cleared day: who pays whom, who gains what, and which laws that obeys."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from scenarios.pricing import DELIVERY, ClearedDay, HasOwnPrices, PricingRule, Rents
from scenarios.scenario import Scenario
from scenarios.totals import stack
from settlement.area_surplus import area_surplus
from settlement.beside_energy import beside_energy
from settlement.cents import whole_cents
from settlement.fees import fee_payments
from settlement.grid_account import grid_accounts
from settlement.identities import identities
from settlement.ledger import balances, ledger
from settlement.money import money
from settlement.payments import payments
from settlement.positions import positions, withdrawals
from settlement.rents import rent_table
from settlement.settlement_records import Identity
from settlement.shedding import shedding
from settlement.split import welfare_split
from settlement.statements import statements
from settlement.surplus import residuals, surplus


@dataclass(frozen=True, repr=False)
class Settlement:
    """A settled day; only the ledger and the money flows are rounded to cents.

    `priced` are all positions with their price, what it consists of, and the exact payment.
    `checks` are the laws that the settlement of an optimum obeys, with what is missed ($).
    """

    priced: pd.DataFrame
    ledger: pa.Table
    surplus: pa.Table
    rents: pa.Table
    area_surplus: pa.Table
    money: pa.Table
    welfare_split: pa.Table
    statement: pa.Table
    grid_account: pa.Table
    welfare_usd: float
    checks: tuple[Identity, ...]

    def __repr__(self) -> str:
        return f"<Settlement: net surplus {self.net_surplus_usd:,.2f}, {len(self.ledger)} payments>"

    def _repr_html_(self) -> str:
        """What every group gains over the day, as a table for a notebook."""
        gained = self.welfare_split.to_pandas().groupby("group", sort=False)["surplus_usd"].sum()
        return f"<p>{escape(repr(self)[1:-1])}</p>{gained.round(2).to_frame().to_html()}"

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

    def area_surplus_of_day(self) -> dict[str, float]:
        """Surplus ($) of every distribution area over the day, its operator's included."""
        return self._by_area("surplus_usd")

    def dso_account_of_day(self) -> dict[str, float]:
        """What each distribution operator keeps ($) over the day."""
        return self._by_area("dso_usd")

    def _by_area(self, column: str) -> dict[str, float]:
        sums = self.area_surplus.group_by("area", use_threads=False).aggregate([(column, "sum")])
        return dict(zip(sums["area"].to_pylist(), sums[f"{column}_sum"].to_pylist(), strict=True))


def settle(scenario: Scenario, tables: Mapping[str, pa.Table], pricing: PricingRule) -> Settlement:
    """Settle the dispatch at the prices of a rule: tables of a clearing, such as its dispatch.

    Raises `InvalidInput` where a row lacks a number or the rule gives a position no price.
    """
    if isinstance(pricing, HasOwnPrices):
        tables = pricing.tables(scenario, tables)
    rows = withdrawals(scenario, tables)
    shed = shedding(scenario, rows, tables["boundary"])
    asked = positions(scenario, rows, shed, tables["boundary"])
    day = ClearedDay(scenario, tables, asked, rows)
    priced = payments(day, pricing.prices(day))
    energy = priced[priced["energy_mwh"] != 0.0].reset_index(drop=True)
    has_more = scenario.commitments or scenario.reserves
    beside = beside_energy(scenario, tables, rows, priced) if has_more else priced.iloc[:0]
    fees = fee_payments(scenario, asked, priced)
    paid = stack([energy, beside, fees])
    cents = whole_cents(paid)
    booked = ledger(paid, cents)
    gains = surplus(scenario, rows, shed, paid)
    rents = pricing.rents(day, energy, residuals(energy, day.every))
    more = {"uplift": beside, "fees": fees}
    kept = {n: residuals(p, day.every) for n, p in more.items() if len(p)}
    rents = _with_more(rents, _delivery_apart(day, kept, beside))
    parts = rent_table(rents, residuals(paid, day.every))
    areas = area_surplus(scenario, rows, shed, paid, gains)
    return Settlement(
        priced=priced,
        ledger=booked,
        surplus=gains,
        rents=parts,
        area_surplus=areas,
        money=money(scenario, paid, cents),
        welfare_split=welfare_split(scenario, gains),
        statement=statements(scenario, rows, energy, paid),
        grid_account=grid_accounts(scenario, paid),
        welfare_usd=float((rows["value_usd"] - rows["cost_usd"]).sum()),
        checks=identities(rows, booked, gains, parts, areas, rents.laws),
    )


def _delivery_apart(
    day: ClearedDay, kept: Mapping[str, pd.Series], beside: pd.DataFrame
) -> Mapping[str, pd.Series]:
    """What distribution operators keep of reserve over boundaries, apart from other payments."""
    delivered = beside[beside["position"] == DELIVERY]
    if delivered.empty:
        return kept
    rent = residuals(delivered, day.every)
    rent[rent.index.get_level_values("area") == day.scenario.transmission] = 0.0
    return {**kept, "uplift": kept["uplift"] - rent, DELIVERY: rent}


def _with_more(rents: Rents, beside: Mapping[str, pd.Series]) -> Rents:
    """Rents of energy, and what operators keep of payments beside it."""
    return replace(rents, parts=rents.parts.assign(**beside)) if beside else rents
