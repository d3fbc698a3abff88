"""Prices where plants are on or off: those with integers held, of the relaxation, of the hull."""

import dataclasses

import numpy as np
import pytest

from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.nonconvex import prices
from market.operators.operators import Operators
from market.pricing.convex_hull import ConvexHull
from market.pricing.lmp import Nodal
from market.pricing.relaxed import Relaxed
from scenarios.findings import InvalidInput
from scenarios.records import Reserve, ReserveOffer
from scenarios.systems import build_system
from settlement import settle
from tests.market.commitment.one_bus import one_bus, plant, start, unit
from tests.market.commitment.test_every_schedule import drawn
from validation import validate

RULES = {"lmp": Nodal(), "relaxed": Relaxed(), "convex_hull": ConvexHull()}
UNITS = [unit("base", 50.0, 20.0), unit("gas", 40.0, 50.0, least=10.0)]
LOSING = one_bus(
    [55.0, 30.0], UNITS, commitments=[plant("gas")], startups=start("gas", (1.0, 100.0))
)


def repriced(scenario, design=None):
    """The day by all rules; every law of the validator holds."""
    found = (design or Integrated()).clear(Operators(scenario, mip_gap=0.0, reprices=True))
    assert [check for check in validate(scenario, found) if not check.passed] == []
    return found


def left(clearing):
    """What each rule leaves to be gained ($)."""
    rows = clearing.frame("non_convexity").groupby("rule")[["lagrangian_usd", "welfare_usd"]].sum()
    return (rows["lagrangian_usd"] - rows["welfare_usd"]).to_dict()


def lost(clearing, rule):
    rows = clearing.frame("lost_opportunity")
    rows = rows[(rows["rule"] == rule) & (rows["kind"] == "generator")]
    return rows.set_index("asset")["lost_usd"].to_dict()


def price(clearing, rule):
    rows = clearing.frame("other_price")
    return rows[(rows["rule"] == rule) & (rows["kind"] == "bus")]["price_usd_per_mwh"].tolist()


def random_day(seed):
    """Two plants; on every other day with a reserve that all may hold."""
    day = drawn(np.random.default_rng(seed))
    if seed % 2 == 0:
        return day
    offers = tuple(ReserveOffer("T", "spinning", g, price_usd_per_mwh=1.0) for g in ("base", "a"))
    held = (Reserve("T", "spinning", None, 15.0, 40.0),)
    return dataclasses.replace(day, reserves=held, reserve_offers=offers)


@pytest.mark.parametrize("design", [Integrated(), Conventional()])
def test_the_hull_price_spreads_a_start_over_the_plant(design):
    """5 MW beyond the base unit cost 20 $ as long as it turns down, 50 + 100 / 40 by the hull.

    At 20 $ the plant loses 500 + 100 - 200 = 400 $. At 52.50 $ it loses 75 $, and the base unit,
    which stands at 45 of 50 MW, could gain 5 * 32.50 = 162.50 $ more.
    """
    found = repriced(LOSING, design)
    assert price(found, "convex_hull") == pytest.approx([52.5, 20.0])
    assert lost(found, "lmp") == pytest.approx({"base": 0.0, "gas": 400.0})
    assert lost(found, "convex_hull") == pytest.approx({"base": 162.5, "gas": 75.0})
    assert left(found)["convex_hull"] == pytest.approx(237.5)


def test_a_block_that_is_all_or_nothing_has_its_average_price():
    """Demand 90 MW: plants of 50 MW or nothing at 30 $, and one of 0 to 50 MW at 60 $.

    A second block would have to be turned down, so it is off and 40 MW come at 60 $. The hull
    mixes on and off: all but the first block at 30 $.
    """
    blocks = [unit(name, 50.0, 30.0, least=50.0) for name in ("one", "two")]
    scenario = one_bus(
        [90.0], [*blocks, unit("free", 50.0, 60.0)], commitments=[plant("one"), plant("two")]
    )
    found = repriced(scenario)
    assert price(found, "convex_hull") == pytest.approx([30.0])
    assert left(found)["convex_hull"] == pytest.approx(40 * (60.0 - 30.0))


@pytest.mark.parametrize("seed", range(6))
def test_hull_prices_leave_least_to_be_gained(seed):
    """What all parties lose together is the Lagrangian less the welfare, by every rule."""
    found = repriced(random_day(seed))
    by_rule, rows = left(found), found.frame("lost_opportunity").groupby("rule")["lost_usd"].sum()
    for rule, usd in by_rule.items():
        assert rows[rule] == pytest.approx(usd, rel=1e-6, abs=1e-6)
        assert by_rule["convex_hull"] <= usd + 1e-6
    assert found.frame("non_convexity")["unproved_usd"].max() < 1e-6


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("seed", range(1, 4))
def test_nobody_is_made_whole_by_more_than_he_loses(seed, rule):
    """A plant could always have stayed off but where its duties keep it on; books balance."""
    scenario = random_day(seed)
    free = [dataclasses.replace(c, on_before=False, p_before_mw=0.0) for c in scenario.commitments]
    scenario = dataclasses.replace(scenario, commitments=tuple(free))
    found = repriced(scenario)
    settled = settle(scenario, found.tables, RULES[rule])
    assert settled.settlement_imbalance_usd == 0.0
    assert settled.net_surplus_usd == pytest.approx(found.welfare_usd)
    paid = settled.ledger.to_pandas()
    whole = paid[paid["product"] == "make_whole"].set_index("payee")["amount_usd"]
    for name, usd in lost(found, rule).items():
        assert whole.get(f"generator:T/{name}", 0.0) <= usd + 0.01


def test_without_a_choice_all_rules_agree():
    """A plant that must run is a generator: nothing is left to be gained."""
    found = repriced(one_bus([55.0, 70.0], UNITS, commitments=[plant("gas", must_run=True)]))
    assert left(found) == pytest.approx(dict.fromkeys(RULES, 0.0), abs=1e-6)
    lmp = found.frame("lmp")["lmp_usd_per_mwh"].tolist()
    assert price(found, "convex_hull") == pytest.approx(lmp)


@pytest.mark.parametrize("design", [Integrated(), Conventional()])
def test_prices_reach_feeders_and_rents_follow_them(design):
    """Plants in transmission and in a feeder, before branches and voltages with limits."""
    built = build_system("A")
    upper = [g for g in built.generators if g.area == built.transmission][:3]
    lower = next(g for g in built.generators if g.area != built.transmission)
    plants = [plant(g.generator, min_up_h=4.0) for g in (*upper, lower)]
    held = zip(plants, (*upper, lower), strict=True)
    linear = [dataclasses.replace(o, slope_usd_per_mw2h=0.0) for o in built.offers]
    scenario = dataclasses.replace(
        built,
        offers=tuple(linear),
        commitments=tuple(dataclasses.replace(c, area=g.area) for c, g in held),
    )
    found = repriced(scenario, design)
    by_rule = left(found)
    assert by_rule["convex_hull"] <= min(by_rule.values()) + 1e-4
    for rule in RULES.values():
        checks = settle(scenario, found.tables, rule).checks
        assert max(c.worst_usd for c in checks if "ledger" not in c.name) < 1e-3


def test_prices_that_were_not_asked_for_are_a_finding():
    found = Integrated().clear(Operators(LOSING))
    with pytest.raises(InvalidInput, match="no prices by the rule 'convex_hull'"):
        settle(LOSING, found.tables, ConvexHull())


def test_a_search_for_the_hull_that_is_stopped_says_what_it_leaves(monkeypatch):
    """After a round other prices could leave less, but no less than the hull does in the end."""
    whole = left(repriced(random_day(1)))
    monkeypatch.setattr(prices, "POOL", dataclasses.replace(prices.POOL, max_rounds=1))
    stopped = repriced(random_day(1))
    rows = stopped.frame("non_convexity").set_index("rule")["unproved_usd"]
    assert left(stopped)["convex_hull"] <= left(stopped)["relaxed"] + 1e-6
    assert left(stopped)["convex_hull"] - rows["convex_hull"] <= whole["convex_hull"] + 1e-6
