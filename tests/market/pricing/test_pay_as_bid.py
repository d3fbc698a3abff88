"""Pay-as-bid: offers and bids at their own prices, other load at the mean price of supply."""

from dataclasses import replace

import pytest

from market.designs.conventional import Conventional
from market.designs.local_only import LocalOnly
from market.operators.operators import Operators
from market.pricing.pay_as_bid import PayAsBid
from scenarios.records import (
    Area,
    Bid,
    Boundary,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
)
from scenarios.scenario import Scenario
from settlement import settle

VOLL = 500.0


def two_areas(own_mw, shed_mw=0.0):
    """Transmission offers 10 MW at 20 and 90 at 40 $/MWh; the feeder 4 MW at 10, PV at 0."""
    return Scenario(
        "two", (1.0,), VOLL, 0.0,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        (Bus("T", "t", 110.0, 0.9, 1.1, kind="slack"), Bus("D", "d", 10.0, 0.9, 1.1, kind="slack"),
         Bus("D", "e", 10.0, 0.9, 1.1)),
        (Branch("D", "de", "d", "e", 0.01, 0.01),),
        (Generator("T", "unit", "t", 0.0, 100.0), Generator("D", "chp", "e", 0.0, 4.0)),
        (Offer("T", "unit", None, 1, 10.0, 20.0), Offer("T", "unit", None, 2, 90.0, 40.0),
         Offer("D", "chp", None, 1, 4.0, 10.0), Offer("D", "flex", None, 1, 2.0, 60.0)),
        (Load("T", "city", "t", 14.0), Load("D", "homes", "e", own_mw)),
        (Bid("D", "flex", "e", 0.0, 2.0),),
        boundaries=(Boundary("B", "t", "D", "d"),),
    )  # fmt: skip


def paid(scenario, integrated):
    rows = settle(scenario, integrated(scenario), PayAsBid()).priced
    return rows.set_index("party")["price_usd_per_mwh"]


@pytest.fixture(scope="module")
def importing(integrated_tables):
    return paid(two_areas(own_mw=8.0), integrated_tables)


def test_an_offer_is_paid_the_mean_of_its_accepted_segments(importing):
    """20 MW of transmission's unit: 10 at 20 and 10 at 40 $/MWh."""
    assert importing["generator:T/unit"] == pytest.approx(30.0)
    assert importing["generator:D/chp"] == pytest.approx(10.0)


def test_a_bid_pays_its_price(importing):
    assert importing["bid:D/flex"] == pytest.approx(60.0)


def test_other_load_pays_the_mean_price_of_supply_and_imports(importing):
    """The feeder uses 8 + 2 MW: 4 at 10 and 6 imported at 30 $/MWh, 22 on average."""
    assert importing["load:T/city"] == pytest.approx(30.0)
    assert importing["dso:D"] == pytest.approx(30.0)
    assert importing["load:D/homes"] == pytest.approx(22.0)


def test_exports_cost_what_supply_at_home_does(integrated_tables):
    """1 MW of homes and 2 of flex leave 1 of 4 MW at 10 $/MWh for transmission.

    It makes the other 13 of its 14 MW itself, 10 at 20 and 3 at 40: (10 + 320) / 14.
    """
    prices = paid(two_areas(own_mw=1.0), integrated_tables)
    assert prices["dso:D"] == pytest.approx(10.0)
    assert prices["load:D/homes"] == pytest.approx(10.0)
    assert prices["load:T/city"] == pytest.approx(330.0 / 14.0)


def test_the_operator_keeps_what_bids_pay_beyond_the_mean(integrated_tables):
    """2 MW x (60 - 22 $/MWh); transmission passes on what it pays."""
    scenario = two_areas(own_mw=8.0)
    rents = settle(scenario, integrated_tables(scenario), PayAsBid()).rents.to_pandas()
    spread = rents[rents["kind"] == "spread"].set_index("area")["amount_usd"]
    assert spread["D"] == pytest.approx(76.0)
    assert spread["T"] == pytest.approx(0.0, abs=1e-9)


def test_no_truthful_offer_and_no_bid_gains_anything(cleared):
    scenario, tables = cleared
    gains = settle(scenario, tables, PayAsBid()).surplus.to_pandas()
    own = gains[gains["kind"] == "producer"]
    assert own["surplus_usd"].abs().max() < 1e-6
    bids = gains[gains["asset"] == "flex"]
    assert bids["surplus_usd"].abs().max() < 1e-6


def test_a_wholesale_sale_gets_what_it_asks_beyond_cost(seller_tables):
    """Offers at beta are paid what they ask, here less than the cost of what they sell."""
    scenario, tables = seller_tables
    rows = settle(scenario, tables, PayAsBid()).surplus.to_pandas()
    gained = rows[rows["asset"] == "unit"]["surplus_usd"].sum()
    dispatch, keys = tables["dispatch"].to_pandas(), ["period", "area", "kind", "asset"]
    sold = tables["wholesale_offer"].to_pandas().merge(dispatch, on=keys)
    asked = (sold["p_wholesale_mw"] * sold["markup_usd_per_mwh"]).sum()
    assert asked < -1.0
    assert gained == pytest.approx(asked)


def short_of_transmission(own_mw):
    """The same with 5 MW in transmission and none of its loads."""
    scenario = two_areas(own_mw)
    units = tuple(replace(g, p_max_mw=5.0) if g.area == "T" else g for g in scenario.generators)
    return replace(scenario, generators=units, loads=scenario.loads[1:])


@pytest.mark.parametrize(("own_mw", "unserved_mw"), [(8.0, 0.0), (12.0, 3.0)])
def test_an_operator_pays_for_what_it_is_delivered_alone(own_mw, unserved_mw):
    """Of 8 or 12 MW 5 come, at 20 $/MWh; 4 at 10 are its own: 140 / 9 for every MWh used."""
    short = short_of_transmission(own_mw)
    tables = Conventional(chi_percent=100.0).clear(Operators(short)).tables
    assert tables["dispatch"].to_pandas()["unserved_mw"].sum() == pytest.approx(unserved_mw)
    prices = settle(short, tables, PayAsBid()).priced.set_index("party")["price_usd_per_mwh"]
    assert prices["dso:D"] == pytest.approx(20.0)
    assert prices["load:D/homes"] == pytest.approx(140.0 / 9.0)


def test_energy_that_is_not_delivered_is_supply_at_its_value():
    """The local market counts on 4 MW; transmission has 2 at 20 and lacks 2 at 500 $/MWh.

    Those not served get their 1000 back, and the transmission operator keeps nothing.
    """
    scenario = short_of_transmission(8.0)
    units = tuple(replace(g, p_max_mw=2.0) if g.area == "T" else g for g in scenario.generators)
    short = replace(scenario, generators=units, bids=(), offers=scenario.offers[:-1])
    tables = LocalOnly().clear(Operators(short)).tables
    settlement = settle(short, tables, PayAsBid())
    prices = settlement.priced.set_index("party")["price_usd_per_mwh"]
    assert prices["dso:D"] == pytest.approx((2 * 20.0 + 2 * 500.0) / 4)
    kept = settlement.surplus.to_pandas().set_index("party")["received_usd"]
    assert kept["consumers:D"] == pytest.approx(1000.0)
    assert kept["tso"] == pytest.approx(0.0, abs=1e-9)
