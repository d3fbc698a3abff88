"""What is paid beside energy: reserve that is held, plants made whole, and who pays for both.

Each operator pays its own assets and collects it in the same period from those who take
energy from it, in proportion to what they take: users, and distribution operators at their
boundaries, who collect their part from the users of their area. What a plant loses is known when
the day is over, so it is paid and collected in the last period, by the energy of the day. Reserve
over a boundary is paid to the distribution operator, who pays the assets that hold it what it is
worth at their buses; what delivery costs between the two is its rent.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.pricing import BOUNDARY, DELIVERY, MAKE_WHOLE, RESERVE, RETAIL, UPLIFT
from scenarios.results import GENERATOR, TSO
from scenarios.scenario import Scenario
from scenarios.totals import hours_of, stack
from settlement.accounts import groups

SMALLEST_USD = 0.005  # half a cent: what rounding would not pay
_TAKER = ["operator", "party", "area", "party_area", "bus", "kind", "asset"]
PRICE = "price_usd_per_mwh"


def beside_energy(
    scenario: Scenario, tables: Mapping[str, pa.Table], rows: pd.DataFrame, priced: pd.DataFrame
) -> pd.DataFrame:
    """Payments beside those for energy, `priced`, with the same columns; none without reasons."""
    held = _reserve(scenario, tables, priced)
    crossing = _crossing(scenario, tables, priced)
    whole = _make_whole(scenario, rows, priced, held)
    due = stack([held[held["position"] != DELIVERY], crossing])
    takers, last = _takers(priced), len(scenario.hours)
    of_day = takers.groupby(_TAKER, as_index=False)["taken_mwh"].sum()
    at_end = priced[priced["period"] == last].drop_duplicates(_TAKER).set_index(_TAKER)["row"]
    keys = pd.MultiIndex.from_frame(pd.DataFrame(of_day)[_TAKER])
    of_day = of_day.assign(period=last, row=at_end.reindex(keys).to_numpy())
    parts = [held, crossing, whole]
    parts += [*_collected(priced, due, takers), *_collected(priced, whole, of_day)]
    return stack([part[priced.columns] for part in parts])


def _own(priced: pd.DataFrame) -> pd.DataFrame:
    """The position of every asset's own energy, one row a period."""
    owned = priced[priced["row"] >= 0]
    return owned.drop_duplicates(["period", "area", "kind", "asset"])


def _reserve(
    scenario: Scenario, tables: Mapping[str, pa.Table], priced: pd.DataFrame
) -> pd.DataFrame:
    """Every MW held for an hour at what it is worth there."""
    if "reserve_held" not in tables or not tables["reserve_held"].num_rows:
        return priced.iloc[:0]
    key = ["period", "area", "kind", "asset"]
    held = tables["reserve_held"].select([*key, "reserve", "p_mw", PRICE]).to_pandas()
    own = {(r.area, r.reserve) for r in scenario.reserves}
    at_home = [place in own for place in zip(held["area"], held["reserve"], strict=True)]
    held = held.rename(columns={PRICE: "worth"}).assign(at_home=at_home)
    rows = held[held["p_mw"] != 0.0].merge(_own(priced), on=key)
    energy = rows["p_mw"] * hours_of(scenario, rows["period"])
    paid = rows.assign(energy_mwh=energy, amount_usd=energy * rows["worth"])
    found = named(RESERVE, paid, priced).assign(**{PRICE: rows["worth"]})
    return found.assign(position=found["position"].where(rows["at_home"], DELIVERY))


def _crossing(
    scenario: Scenario, tables: Mapping[str, pa.Table], priced: pd.DataFrame
) -> pd.DataFrame:
    """Reserve that transmission buys over boundaries, at its price there."""
    if "boundary_reserve" not in tables or not tables["boundary_reserve"].num_rows:
        return priced.iloc[:0]
    held = tables["boundary_reserve"].select(["period", "boundary", "p_mw", PRICE]).to_pandas()
    held = held[held["p_mw"] != 0.0].rename(columns={"boundary": "asset", PRICE: "worth"})
    met = priced[priced["kind"] == BOUNDARY].drop_duplicates(["period", "asset"])
    rows = held.merge(met, on=["period", "asset"])
    energy = rows["p_mw"] * hours_of(scenario, rows["period"])
    paid = rows.assign(energy_mwh=energy, amount_usd=energy * rows["worth"])
    found = named(RESERVE, paid, priced).assign(**{PRICE: rows["worth"]})
    return found.assign(position=DELIVERY)


def _make_whole(
    scenario: Scenario, rows: pd.DataFrame, priced: pd.DataFrame, held: pd.DataFrame
) -> pd.DataFrame:
    """What each plant that starts and stops loses over the day, where it loses anything."""
    key = ["area", "asset"]
    paid = pd.concat([priced, held])
    earned = paid[paid["kind"] == GENERATOR].groupby(key)["amount_usd"].sum()
    cost = rows[rows["kind"] == GENERATOR].groupby(key)["cost_usd"].sum()
    plants = {(c.area, c.generator) for c in scenario.commitments}
    at_end = _own(priced[priced["period"] == len(scenario.hours)])
    at_end = at_end[at_end["kind"] == GENERATOR]
    places = pd.MultiIndex.from_frame(at_end[key])
    lost = cost.sub(earned, fill_value=0.0).reindex(places).to_numpy()
    kept = [place in plants for place in places] & (lost > SMALLEST_USD)
    found = at_end.assign(energy_mwh=0.0, amount_usd=lost, **{PRICE: 0.0})[kept]
    return named(MAKE_WHOLE, found, priced)


def named(product: str, rows: pd.DataFrame, priced: pd.DataFrame) -> pd.DataFrame:
    """Payments for a product, without the parts of an energy price."""
    parts = [str(c) for c in priced if str(c).endswith("_usd_per_mwh") and c != PRICE]
    blank = dict.fromkeys(parts, np.nan)
    named: pd.DataFrame = rows.assign(product=product, position=product, **blank)
    return named[priced.columns]


def _takers(priced: pd.DataFrame) -> pd.DataFrame:
    """Those who take energy from an operator, with how much (MWh) by period."""
    uses = priced["kind"].map(groups()).eq("consumer") | (priced["kind"] == BOUNDARY)
    energy = (priced["energy_mwh"] < 0.0) & (priced["product"] != RETAIL)
    taking = priced[uses & energy]
    return taking.assign(taken_mwh=-taking["energy_mwh"])


def _collected(
    priced: pd.DataFrame, due: pd.DataFrame, takers: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    """What takers pay for `due`, at transmission first, whose part at boundaries is passed on."""
    owed = due.groupby(["period", "operator"])["amount_usd"].sum()
    upper = _shares(takers[takers["operator"] == TSO], owed)
    passed = upper[upper["kind"] == BOUNDARY]
    more = -passed.groupby(["period", "party"])["amount_usd"].sum()
    lower = takers[takers["operator"] != TSO]
    yield named(UPLIFT, upper, priced)
    more.index.names = owed.index.names
    yield named(UPLIFT, _shares(lower, owed.add(more, fill_value=0.0)), priced)


def _shares(takers: pd.DataFrame, owed: pd.Series) -> pd.DataFrame:
    """What each taker pays of what its operator owes in the period ($, negative)."""
    key = ["period", "operator"]
    whole = takers.groupby(key)["taken_mwh"].transform("sum")
    amount = owed.reindex(pd.MultiIndex.from_frame(takers[key])).fillna(0.0).to_numpy()
    paid = -amount * takers["taken_mwh"] / whole
    shares = takers.assign(amount_usd=paid, energy_mwh=0.0, **{PRICE: 0.0})
    kept: pd.DataFrame = shares[paid != 0.0]
    return kept
