"""Uniform pricing: one price per period for all areas."""

from dataclasses import replace

import pytest

from market.pricing.uniform import Uniform
from scenarios.pricing import COMPENSATION, WHOLESALE_SALE
from scenarios.records import Offer
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


def test_operators_of_lossless_networks_keep_nothing_where_nothing_is_short(cleared):
    """Energy that is not delivered is paid for by its operator."""
    settlement = settle(*cleared, Uniform())
    priced = settlement.priced
    paid = (priced["position"] == COMPENSATION) & (priced["amount_usd"] > 1e-6)
    short = priced.loc[paid, "period"]
    kept = settlement.surplus.to_pandas()
    kept = kept[kept["kind"].isin(["tso", "dso"]) & ~kept["period"].isin(short)]
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


def test_a_hair_of_a_segment_sets_no_price(random_scenario, integrated_tables):
    """1e-9 MW at 400 $/MWh that a solver leaves on top of an offer that is taken as a whole."""
    scenario = random_scenario(1)
    tables = dict(integrated_tables(scenario))
    before = energy(settle(scenario, tables, Uniform()))["price_usd_per_mwh"]
    dispatch = tables["dispatch"].to_pandas()
    whole = dispatch[(dispatch["area"] == "T") & (dispatch["p_mw"] > dispatch["p_max_mw"] - 1e-6)]
    name, most = next(zip(whole["asset"], whole["p_max_mw"], strict=True))
    longer = tuple(
        replace(g, p_max_mw=most + 1e-8) if (g.area, g.generator) == ("T", name) else g
        for g in scenario.generators
    )
    thin = Offer("T", name, None, 4, 1e-8, 400.0)
    changed = replace(scenario, generators=longer, offers=(*scenario.offers, thin))
    dispatch.loc[whole.index, "p_mw"] += 1e-9
    schema = tables["dispatch"].schema
    tables["dispatch"] = tables["dispatch"].from_pandas(dispatch, schema, preserve_index=False)
    after = energy(settle(changed, tables, Uniform()))["price_usd_per_mwh"]
    assert after.to_numpy() == pytest.approx(before.to_numpy())
