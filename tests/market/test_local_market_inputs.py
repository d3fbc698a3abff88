"""Inputs of local markets at the door, and odd ones that are valid."""

from dataclasses import replace

import pytest

from market.designs.local_wholesale import LocalWholesale
from market.operators.operators import Operators
from scenarios.check import check_scenario
from scenarios.systems import build_system
from validation import validate


@pytest.fixture(scope="module")
def system():
    return build_system("local-wholesale")


def changed(system, name, **columns):
    """The system with other columns for its generators of this name."""
    generators = (replace(g, **columns) if g.generator == name else g for g in system.generators)
    return replace(system, generators=tuple(generators))


def findings(scenario):
    return " / ".join(map(str, check_scenario(scenario)))


@pytest.mark.parametrize("gamma", [-0.1, 1.2])
def test_a_share_outside_zero_and_one_is_found(system, gamma):
    assert "gamma" in findings(changed(system, "dg1-a", gamma=gamma))


@pytest.mark.parametrize("column", ["gamma", "beta"])
def test_a_type_1_generator_names_share_and_price(system, column):
    assert f"give {column}" in findings(changed(system, "dg1-a", **{column: None}))


def test_a_passive_area_has_nothing_to_sell_wholesale(system):
    passive = replace(
        system,
        areas=tuple(replace(a, type="A") if a.area == "D10" else a for a in system.areas),
    )
    assert "loads only" in findings(passive)


def test_a_choice_of_markets_needs_a_local_one(system):
    untyped = replace(
        system,
        areas=tuple(replace(a, type=None) if a.area == "D10" else a for a in system.areas),
    )
    assert "set the area's type to 'B'" in findings(untyped)


def test_an_offer_above_the_value_of_lost_load_is_found(system):
    dear = (replace(o, price_usd_per_mwh=600.0) if o.owner == "dg1-a" else o for o in system.offers)
    assert "600" in findings(replace(system, offers=tuple(dear)))


def cleared(scenario, **options):
    assert check_scenario(scenario) == ()
    found = LocalWholesale(**options).clear(Operators(scenario, distribution="transport"))
    checks = validate(scenario, found)
    assert [c for c in checks if not c.passed] == []
    return found


def test_a_negative_offer_is_sold_as_far_as_it_may(system):
    """Paid to run, the unit runs fully; half of it may leave the local market."""
    offers = (
        replace(o, price_usd_per_mwh=-5.0, slope_usd_per_mw2h=0.0) if o.owner == "dg1-a" else o
        for o in system.offers
    )
    found = cleared(replace(system, offers=tuple(offers)), gamma=0.5)
    rows = found.tables["dispatch"].to_pandas().query("asset == 'dg1-a'")
    assert (rows["p_mw"] >= rows["p_max_mw"] - 1e-4).all()


def test_an_empty_local_market_clears_at_nothing(system):
    """An active area without loads: only what is sold wholesale crosses its boundary."""
    empty = replace(
        system,
        loads=tuple(r for r in system.loads if r.area != "D14"),
        bids=tuple(k for k in system.bids if k.area != "D14"),
        offers=tuple(o for o in system.offers if o.area != "D14" or not o.owner.startswith("flex")),
    )
    found = cleared(empty, gamma=0.5)
    sold = found.tables["dispatch"].to_pandas().query("area == 'D14'")
    by_period = sold.groupby("period")["p_wholesale_mw"].sum()
    boundary = found.tables["boundary"].to_pandas().query("area == 'D14'").set_index("period")
    assert boundary["p_mw"].to_numpy() == pytest.approx(-by_period.to_numpy(), abs=1e-5)


def test_an_area_without_anything_clears(system):
    bare = replace(
        system,
        loads=tuple(r for r in system.loads if r.area != "D14"),
        bids=tuple(k for k in system.bids if k.area != "D14"),
        offers=tuple(o for o in system.offers if o.area != "D14"),
        generators=tuple(g for g in system.generators if g.area != "D14"),
    )
    boundary = cleared(bare).tables["boundary"].to_pandas().query("area == 'D14'")
    assert boundary["p_mw"].abs().max() < 1e-6
