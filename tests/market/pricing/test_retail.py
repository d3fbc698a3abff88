"""Retail: customers of distribution pay a tariff, PV and wind a feed-in price, all else its bus."""

from dataclasses import replace

import pytest

from market.pricing.lmp import Nodal
from market.pricing.retail import Retail
from scenarios.systems import build_system
from settlement import settle

TARIFF, FEED_IN = 90.0, 40.0


@pytest.fixture(scope="module")
def settled(integrated_tables):
    """System A at nodal prices, and with a tariff and a feed-in price."""
    system = build_system("A")
    tables = integrated_tables(system)
    retail = Retail(TARIFF, FEED_IN)
    return {"nodal": settle(system, tables, Nodal()), "retail": settle(system, tables, retail)}


def energy(settled, *kinds):
    """Energy (MWh) of the day that local assets of these kinds take from their operators."""
    rows = settled["nodal"].priced.query("product == 'local_energy'")
    return rows[rows["kind"].isin(kinds)]


def test_customers_pay_the_tariff_and_renewables_have_the_feed_in(settled):
    """The price of the bus and the margin beside it are the tariff together."""
    rows = settled["retail"].priced.query("position == 'local_energy'")
    whole = rows.groupby(["period", "area", "kind", "asset"])["price_usd_per_mwh"].sum()
    paid = whole.reset_index()
    customers = paid[paid["kind"].isin(["load", "bid"])]["price_usd_per_mwh"]
    assert customers.tolist() == pytest.approx([TARIFF] * len(customers))
    free = paid[paid["asset"].str.contains("pv|wind")]["price_usd_per_mwh"]
    assert free.tolist() == pytest.approx([FEED_IN] * len(free))


def test_an_area_may_have_a_tariff_of_its_own(integrated_tables):
    system = build_system("A")
    first, *others = system.distribution
    areas = [replace(a, tariff_usd_per_mwh=55.0) if a.area == first else a for a in system.areas]
    own = replace(system, areas=tuple(areas))
    rows = settle(own, integrated_tables(own), Retail(TARIFF)).priced
    customers = rows[(rows["position"] == "local_energy") & rows["kind"].isin(["load", "bid"])]
    whole = customers.groupby(["period", "area", "kind", "asset"])["price_usd_per_mwh"].sum()
    paid = whole.groupby("area").agg(["min", "max"])
    assert paid.loc[first].tolist() == pytest.approx([55.0, 55.0])
    assert paid.loc[others].to_numpy().ravel().tolist() == pytest.approx([TARIFF] * 2 * len(others))


def test_all_else_is_paid_as_at_nodal_prices(settled):
    """Tariffs are margins beside the same payments, of customers and renewables alone."""
    key = ["period", "product", "area", "asset"]
    nodal, retail = (settled[name].priced for name in ("nodal", "retail"))
    margins = retail["product"] == "retail_margin"
    rows = [one.set_index(key)["price_usd_per_mwh"] for one in (nodal, retail[~margins])]
    assert rows[0].to_dict() == rows[1].to_dict()
    assert not retail[margins]["asset"].str.contains("dg").any()


def test_the_operators_payoff_rises_by_revenue_less_feed_in_beyond_nodal_prices(settled):
    """By hand: (tariff - price) of what customers take less (feed-in - price) of what PV gives."""
    rows = energy(settled, "load", "bid", "generator")
    assert set(rows["kind"]) == {"load", "bid", "generator"}
    taken = rows[rows["kind"] != "generator"]
    given = rows[rows["asset"].str.contains("pv|wind")]
    gain = {
        area: ((TARIFF - own["price_usd_per_mwh"]) * -own["energy_mwh"]).sum()
        for area, own in taken.groupby("area")
    }
    for area, own in given.groupby("area"):
        gain[area] -= ((FEED_IN - own["price_usd_per_mwh"]) * own["energy_mwh"]).sum()
    payoff = {name: one.dso_account_of_day() for name, one in settled.items()}
    more = {area: payoff["retail"][area] - payoff["nodal"][area] for area in gain}
    assert more == pytest.approx(gain, abs=1e-6)


def test_tariffs_move_money_within_an_area_alone(settled):
    nodal, retail = settled["nodal"], settled["retail"]
    assert retail.area_surplus_of_day() == pytest.approx(nodal.area_surplus_of_day(), abs=1e-6)
    assert retail.net_surplus_usd == pytest.approx(nodal.net_surplus_usd, abs=1e-6)
    assert retail.settlement_imbalance_usd == 0.0


def test_what_operators_keep_is_rents_and_retail(settled, laws):
    assert {"retail"} <= set(settled["retail"].rents["kind"].to_pylist())
    laws(settled["retail"])
