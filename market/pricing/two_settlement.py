"""Two settlements: a schedule at the prices of its market, what is moved after it at others.

Cost-based, whoever is moved gets what that costs more and gives back what it saves, so it earns
what the schedule left it. Market-based, every MW moved has the price of redispatch at its bus:
what offers come to once bidders know who will be moved. L. Hirth, I. Schlecht, "Market-Based
Redispatch in Zonal Electricity Markets", USAEE Working Paper 18-369, 2019.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from market.pricing import pricing
from market.pricing.lmp import Nodal
from market.pricing.lmp_table import LMP
from scenarios.pricing import (
    BOUNDARY,
    COMPENSATION,
    PRICE,
    REDISPATCH,
    ClearedDay,
    Rents,
)
from scenarios.results import LOAD, consuming
from scenarios.totals import hours_of, total

Moved = Literal["cost_based", "market_based"]
ENERGY = "energy_mwh"
ASSET = ["period", "area", "kind", "asset", "bus"]
STILL_MWH = 1e-7  # of one position: less is what solvers leave
EXCHANGE = "exchange"


@pricing.member("two_settlement")
@dataclass(frozen=True)
class TwoSettlement:
    """A schedule at its own prices; what is `moved` after it at cost, or at prices of redispatch.

    Boundary power and load that the schedule did not foresee have no cost of their own: what moves
    of them has the price of its bus. A clearing without a schedule is settled at locational
    marginal prices.
    """

    moved: Moved = "cost_based"

    words: ClassVar[str] = (
        "the prices of a first market for what it schedules, and redispatch for what is moved"
    )

    def prices(self, day: ClearedDay) -> pd.DataFrame:
        """Prices of what was scheduled and of what is moved, one row for each."""
        nodal = Nodal().prices(day)
        if not day.tables["schedule"].num_rows:
            return nodal
        still = day.positions["product"] == COMPENSATION
        asked = day.positions[~still]
        first = _scheduled(day, asked)
        moved = asked[ENERGY] - first[ENERGY]
        moved[moved.abs() <= STILL_MWH] = 0.0
        price = nodal.loc[asked.index, PRICE]
        if self.moved == "cost_based":
            at_cost = _cost_of_moving(day, asked, moved, price)
            price = price.where(asked["kind"] == BOUNDARY, at_cost)
        beside = pd.DataFrame({PRICE: price, ENERGY: moved, "product": REDISPATCH})
        kept = nodal.loc[still, [PRICE, "product"]].assign(
            **{ENERGY: day.positions.loc[still, ENERGY]}
        )
        return pd.concat([first, beside, kept])

    def rents(self, day: ClearedDay, paid: pd.DataFrame, kept: pd.Series) -> Rents:
        """What redispatch costs, and what the zones' prices bring."""
        if not day.tables["schedule"].num_rows:
            return Nodal().rents(day, paid, kept)
        rows = paid[paid["product"] == REDISPATCH]
        crossing = rows[rows["kind"] == BOUNDARY]
        at_payee = crossing.assign(area=crossing["party_area"])
        redispatched = total(at_payee, crossing["amount_usd"], day.every) - total(
            rows, rows["amount_usd"], day.every
        )
        return Rents(pd.DataFrame({REDISPATCH: redispatched, EXCHANGE: kept - redispatched}))


def _scheduled(day: ClearedDay, asked: pd.DataFrame) -> pd.DataFrame:
    """Price and energy (MWh) of what was scheduled of every position."""
    rows = day.tables["schedule"].to_pandas()
    sign = np.where(rows["kind"].isin(consuming()), -1.0, 1.0)
    assets = pd.Series(sign * rows["p_mw"] * hours_of(day.scenario, rows["period"]))
    crossing = day.tables["schedule_boundary"].to_pandas()
    crossed = -crossing["p_mw"] * hours_of(day.scenario, crossing["period"])
    crossing = crossing.assign(kind=BOUNDARY, asset=crossing["boundary"])
    upper = {b.boundary: b.transmission_bus for b in day.scenario.boundaries}
    crossing = crossing.assign(area=day.scenario.transmission, bus=crossing["boundary"].map(upper))
    energy = pd.concat([_by_asset(assets, rows), _by_asset(crossed, crossing)])
    place = ["period", "area", "bus"]
    price = day.tables["schedule_lmp"].to_pandas().set_index(place)[LMP]
    return pd.DataFrame(
        {
            PRICE: _at(price, asked[place]),
            ENERGY: _at(energy, asked[ASSET]),
            "product": asked["product"],
        }
    )


def _cost_of_moving(
    day: ClearedDay, asked: pd.DataFrame, moved: pd.Series, price: pd.Series
) -> pd.Series:
    """What an asset's day costs more, or is worth less, than it was scheduled ($ per MWh moved).

    Load that was not foreseen pays the price of its bus.
    """
    rows = day.tables["schedule"].to_pandas()
    before = _by_asset(rows["cost_usd"] - rows["value_usd"], rows)
    own = asked["row"] >= 0
    now = (day.withdrawals["cost_usd"] - day.withdrawals["value_usd"]).reindex(asked["row"])
    more = now.to_numpy() - _at(before, asked[ASSET]).to_numpy()
    more = more + np.where(asked["kind"] == LOAD, price * (moved - _denied(day, asked)), 0.0)
    price = np.divide(more, moved, out=np.zeros(len(asked)), where=own & (moved != 0.0))
    return pd.Series(price, asked.index)


def _denied(day: ClearedDay, asked: pd.DataFrame) -> pd.Series:
    """Energy (MWh) of inelastic load that is shed beyond what the schedule had shed."""
    energy = []
    for table in ("dispatch", "schedule"):
        rows = day.tables[table].select([*ASSET, "unserved_mw"]).to_pandas()
        rows = rows[rows["kind"] == LOAD]
        shed = rows["unserved_mw"] * hours_of(day.scenario, rows["period"])
        energy.append(_at(_by_asset(shed, rows), asked[ASSET]).fillna(0.0))
    return energy[0] - energy[1]


def _by_asset(numbers: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Numbers of rows by period and asset."""
    return numbers.set_axis(pd.MultiIndex.from_frame(rows[ASSET]))


def _at(held: pd.Series, keys: pd.DataFrame) -> pd.Series:
    """The number of every row, by its keys."""
    found: pd.Series = held.reindex(pd.MultiIndex.from_frame(keys)).set_axis(keys.index)
    return found
