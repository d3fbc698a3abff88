"""What a pricing rule is asked and what it answers: a price for every position of a cleared day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, runtime_checkable

import pandas as pd
import pyarrow as pa

from scenarios.scenario import Scenario
from scenarios.totals import period_areas

BOUNDARY, SHUNT = "boundary", "shunt"
PRICE = "price_usd_per_mwh"
WHOLESALE_ENERGY, LOCAL_ENERGY = "wholesale_energy", "local_energy"
BOUNDARY_ENERGY, COMPENSATION = "boundary_energy", "unserved_compensation"
WHOLESALE_SALE = "wholesale_sale"
REDISPATCH = "redispatch"  # what is moved after a market that scheduled it
RESERVE, MAKE_WHOLE, UPLIFT = "reserve", "make_whole", "uplift"  # beside energy, and its payers
DELIVERY = "reserve_delivery"  # of reserve over boundaries: paid by transmission, passed on
RETAIL = "retail_margin"  # what a tariff brings beyond the price of the bus
ENERGY_FEE, PEAK_FEE, FIXED_FEE = "energy_fee", "peak_fee", "fixed_fee"  # of the grid
FEES = (ENERGY_FEE, PEAK_FEE, FIXED_FEE)
PREMIUM, WHEELING = "wholesale_premium", "wheeling"  # what sales are paid, and pay back


@dataclass(frozen=True)
class ClearedDay:
    """A cleared day as a pricing rule sees it.

    `positions` are all that is paid: one row with period, product, area, bus, kind, asset and
    `energy_mwh` from the party to the operator of the area (negative where it goes the other
    way). Products are the energy of every asset (`wholesale_energy` in transmission,
    `local_energy` in distribution), `boundary_energy` of each distribution area with the
    transmission operator, at the boundary bus, `wholesale_sale` of what a local generator sells
    past its local market, beside its local energy, and `unserved_compensation`, whose `party_area`
    is the area that lacks the energy.

    `withdrawals` are all rows of the dispatch, both ends of every boundary and all shunts, with
    `withdrawn_mwh` (positive for consumption), `cost_usd` and `value_usd`.
    """

    scenario: Scenario
    tables: Mapping[str, pa.Table]
    positions: pd.DataFrame
    withdrawals: pd.DataFrame

    @property
    def every(self) -> pd.MultiIndex:
        """Index of every period and area."""
        return period_areas(self.scenario, (a.area for a in self.scenario.areas))


@dataclass(frozen=True)
class Rents:
    """What an operator keeps ($), by period and area (rows) and kind of rent (columns).

    `checks` are the same amounts by a second way where there is one, `laws` say in words why the
    two agree. A part that does not apply is no number.
    """

    parts: pd.DataFrame
    checks: pd.DataFrame = field(default_factory=pd.DataFrame)
    laws: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class HasOwnPrices(Protocol):
    """A pricing rule that reads other prices than those that the clearing publishes."""

    def tables(self, scenario: Scenario, tables: Mapping[str, pa.Table]) -> Mapping[str, pa.Table]:
        """The tables of the clearing with its own prices; raises InvalidInput without any."""
        ...


class PricingRule(Protocol):
    """How the positions of a cleared day are priced; a frozen dataclass of its options.

    `words` end the sentence "Payments are settled by ...".
    """

    words: ClassVar[str]

    def prices(self, day: ClearedDay) -> pd.DataFrame:
        """Price ($/MWh) of every position, by the index of `day.positions`.

        Columns are `price_usd_per_mwh` and, after it, what it consists of. A position may have
        several rows, each an entry of the ledger; a column `product` names them, a column
        `energy_mwh` tells which part of the position each is.
        """
        ...

    def rents(self, day: ClearedDay, paid: pd.DataFrame, kept: pd.Series) -> Rents:
        """What `kept`, payments received less payments made ($) of every operator, consists of.

        `paid` are the priced positions with `amount_usd` from the operator to the party. A rule
        that has one word for all of it gives `Rents(kept.to_frame("that word"))`.
        """
        ...
