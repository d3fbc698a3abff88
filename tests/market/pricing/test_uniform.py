"""Uniform pricing: one price per period for all areas."""

import pytest

from market.pricing.uniform import Uniform
from scenarios.pricing import COMPENSATION, WHOLESALE_SALE
from settlement import settle


def energy(settlement):
    rows = settlement.priced
    return rows[~rows["position"].isin([COMPENSATION, WHOLESALE_SALE])]


def test_all_energy_of_a_period_has_one_price(cleared):
    rows = energy(settle(*cleared, Uniform()))
    assert (rows.groupby("period")["price_usd_per_mwh"].nunique() == 1).all()


def test_no_accepted_offer_loses(cleared):
    """The price is at least that of every accepted segment."""
    gains = settle(*cleared, Uniform()).surplus.to_pandas()
    assert gains[gains["kind"] == "producer"]["surplus_usd"].min() > -1e-4


def test_operators_of_lossless_networks_without_shortage_keep_nothing(cleared):
    settlement = settle(*cleared, Uniform())
    if (settlement.priced["position"] == COMPENSATION).any():
        pytest.skip("energy that is not delivered is paid for by its operator")
    kept = settlement.surplus.to_pandas()
    kept = kept[kept["kind"].isin(["tso", "dso"])]
    assert kept["received_usd"].abs().max() < 1e-4


def test_it_is_the_lmp_of_an_uncongested_day(random_scenario, integrated_tables):
    """With offers that rise without steps the last one accepted has the price of every bus."""
    scenario = random_scenario(11, quadratic=True)
    tables = integrated_tables(scenario)
    lmp = tables["lmp"].to_pandas().groupby("period")["lmp_usd_per_mwh"]
    assert (lmp.max() - lmp.min()).max() < 1e-6
    rows = energy(settle(scenario, tables, Uniform()))
    uniform = rows.groupby("period")["price_usd_per_mwh"].first()
    assert uniform.to_numpy() == pytest.approx(lmp.mean().to_numpy(), abs=1e-4)
