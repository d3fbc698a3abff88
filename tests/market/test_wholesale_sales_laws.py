"""Laws of the settlement of wholesale sales, in markets drawn at random."""

from dataclasses import replace

import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.local_wholesale import LocalWholesale
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.pricing import PREMIUM, WHEELING
from settlement import settle
from settlement.incentives import incentives, who_pays

COST, BETA, MOST = 15.0, 18.0, 8.0  # $/MWh, $/MWh, MW
DESIGN = LocalWholesale(Schedules(gap_relative=1e-9, max_rounds=100), beta_mode="offered")


def with_sellers(scenario):
    """The unit of each feeder covers its feeder, at a flat cost, and offers 60 % wholesale."""
    change = {"p_max_mw": MOST, "participation": "type1", "gamma": 0.6, "beta": BETA}
    units = (replace(g, **change) if g.generator == "unit" else g for g in scenario.generators)
    flat = {"quantity_mw": MOST, "price_usd_per_mwh": COST}
    kept = (o for o in scenario.offers if o.owner != "unit" or o.step == 1)
    offers = (replace(o, **flat) if o.owner == "unit" else o for o in kept)
    return replace(scenario, generators=tuple(units), offers=tuple(offers))


FREE = [(1, False), (2, False)]  # seed, and whether branches may be short
RATED = [(3, True), (4, True)]


def cleared(random_scenario, seed, congested):
    """Scenario, and the tables of its day with wholesale offers and without any."""
    scenario = with_sellers(random_scenario(seed, congested=congested))
    market = Operators(scenario)
    return scenario, *(d.clear(market).tables for d in (DESIGN, replace(DESIGN, gamma=0.0)))


@pytest.fixture(scope="module", params=FREE + RATED)
def day(request, random_scenario):
    return cleared(random_scenario, *request.param)


@pytest.fixture(scope="module", params=FREE)
def free_day(request, random_scenario):
    return cleared(random_scenario, *request.param)


@pytest.fixture(scope="module", params=["supporting", "bb_price", "dlmp"])
def settled(request, day):
    scenario, *both = day
    return [settle(scenario, tables, Nodal(request.param)) for tables in both]


def booked(settlement, product):
    ledger = settlement.ledger.to_pandas()
    return ledger[ledger["product"] == product].set_index(["period", "area", "payer", "payee"])


def test_generators_sell_wholesale(day):
    """Else the laws below would say nothing."""
    _, tables, _ = day
    assert tables["dispatch"].to_pandas()["p_wholesale_mw"].sum() > 1.0


def test_money_in_is_money_out(settled):
    sold, _ = settled
    assert sold.settlement_imbalance_usd == 0.0


def test_every_law_holds(settled):
    sold, _ = settled
    missed = {law.name: law.worst_usd for law in sold.checks if law.worst_usd > 0.00501}
    assert missed == {}


def test_groups_add_up_to_welfare(settled):
    sold, _ = settled
    split = sold.welfare_split.to_pandas()["surplus_usd"].sum()
    assert split == pytest.approx(sold.welfare_usd, rel=1e-9)


def test_changes_of_all_groups_add_up_to_the_change_of_welfare(settled):
    sold, kept = settled
    change = who_pays(sold.welfare_split, kept.welfare_split).to_pandas()["change_usd"].sum()
    assert change == pytest.approx(sold.welfare_usd - kept.welfare_usd, abs=1e-6)


def test_wheeling_returns_the_premium_to_the_cent_under_dlmp(day):
    scenario, tables, _ = day
    sold = settle(scenario, tables, Nodal("dlmp"))
    back = booked(sold, WHEELING)
    paid = booked(sold, PREMIUM)["amount_usd"].sum()
    assert paid > 0.0
    assert back["amount_usd"].sum() == pytest.approx(paid, abs=0.04 * len(back))


def test_nothing_is_wheeled_under_bb_price(day):
    scenario, tables, _ = day
    assert booked(settle(scenario, tables, Nodal("bb_price")), WHEELING).empty


def test_all_energy_of_a_generator_nets_the_local_price_under_dlmp(day):
    """Payments received are the local price x its energy, exactly (surplus is not rounded)."""
    scenario, tables, _ = day
    gains = settle(scenario, tables, Nodal("dlmp")).surplus.to_pandas().query("kind == 'producer'")
    dispatch, lmp = (tables[n].to_pandas() for n in ("dispatch", "lmp"))
    lmp = lmp[["period", "area", "bus", "lmp_usd_per_mwh"]]
    rows = dispatch.query("kind == 'generator'").merge(lmp)
    value = (rows["p_mw"] * rows["lmp_usd_per_mwh"]).sum()  # hours of length 1
    assert gains["received_usd"].sum() == pytest.approx(value, rel=1e-9)


def test_no_sale_earns_less_than_its_offer_price(free_day):
    """Where no branch is short, the boundary's price reaches every bus."""
    scenario, *both = free_day
    settled = (settle(scenario, tables, Nodal()) for tables in both)
    rows = incentives(scenario, both[0], *settled).to_pandas()
    assert (rows["i2_usd"] >= -1e-4).all()
