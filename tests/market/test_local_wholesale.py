"""Local and wholesale markets: laws of the split, on System A with light load and drawn days."""

from dataclasses import replace

import numpy as np
import pytest

from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.local_only import LocalOnly
from market.designs.local_wholesale import LocalWholesale
from market.designs.wholesale_only import WholesaleOnly
from market.operators.operators import Operators
from scenarios.systems import build_system
from validation import validate

METHOD = Schedules(gap_relative=1e-9, max_rounds=100)
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def lightly_loaded(factor):
    """System A with `factor` of the inelastic load in distribution."""
    system = build_system("A")
    loads = (
        r if r.area == "T" else replace(r, p_mw=factor * r.p_mw, q_mvar=factor * r.q_mvar)
        for r in system.loads
    )
    return replace(system, loads=tuple(loads))


def choosing(scenario, beta=None):
    """The scenario with every dispatchable and PV generator in distribution of type 1."""
    cheapest = {(o.area, o.owner): o.price_usd_per_mwh for o in scenario.offers if o.step == 1}
    return replace(
        scenario,
        generators=tuple(
            g
            if g.area == "T"
            else replace(
                g,
                participation="type1",
                gamma=0.5,
                beta=cheapest[g.area, g.generator] if beta is None else beta,
            )
            for g in scenario.generators
        ),
    )


@pytest.fixture(scope="module")
def light():
    scenario = lightly_loaded(0.3)
    return scenario, Operators(scenario, distribution="transport")


@pytest.fixture(scope="module")
def by_share(light):
    return {g: LocalWholesale(METHOD, gamma=g).clear(light[1]) for g in SHARES}


def test_welfare_never_falls_with_the_share(by_share):
    welfare = [by_share[g].welfare_usd for g in SHARES]
    assert np.all(np.diff(welfare) >= -1e-3)
    assert welfare[-1] > welfare[0] + 100.0  # the restriction binds on this day


def test_welfare_is_concave_in_the_share(by_share):
    welfare = [by_share[g].welfare_usd for g in SHARES]
    assert np.all(np.diff(welfare, n=2) <= 1e-3)


def test_no_share_reaches_more_than_coordination_without_restriction(light, by_share):
    best = Cmo(METHOD).clear(light[1]).certificate
    assert all(c.welfare_usd <= best.upper_usd + 1e-6 for c in by_share.values())


def test_local_export_makes_it_coordinated_operation(light):
    free = LocalWholesale(METHOD, gamma=0.0, allow_lem_export=True).clear(light[1])
    assert free.welfare_usd == pytest.approx(Cmo(METHOD).clear(light[1]).welfare_usd, rel=1e-8)


def test_every_share_is_valid(light, by_share):
    for cleared in by_share.values():
        checks = validate(light[0], cleared)
        assert [c for c in checks if not c.passed] == []


def test_without_wholesale_offers_nothing_is_exported(by_share):
    crossing = by_share[0.0].tables["boundary"].column("p_mw").to_numpy()
    assert crossing.min() >= -1e-6


def split_of(cleared):
    """Wholesale part, local part, offer, boundary price and local price of every split."""
    rows = cleared.tables["dispatch"].to_pandas().dropna(subset="p_wholesale_mw")
    rows = rows.merge(
        cleared.tables["wholesale_offer"].to_pandas(), on=["period", "area", "kind", "asset"]
    )
    prices = cleared.tables["lmp"].to_pandas()[["period", "area", "bus", "lmp_usd_per_mwh"]]
    abroad = cleared.tables["boundary"].to_pandas()[["period", "area", "lmp_usd_per_mwh"]]
    rows = rows.merge(prices.rename(columns={"lmp_usd_per_mwh": "home"}))
    return rows.merge(abroad.rename(columns={"lmp_usd_per_mwh": "abroad"}))


def test_there_is_no_arbitrage_where_the_split_is_interior(by_share):
    """With power sold in both markets and room in the wholesale offer, both prices are equal."""
    rows = split_of(by_share[1.0])
    inside = rows[
        (rows["p_wholesale_mw"] > 1e-3)
        & (rows["p_mw"] - rows["p_wholesale_mw"] > 1e-3)
        & (rows["offered_mw"] - rows["p_wholesale_mw"] > 1e-3)
    ]
    assert len(inside) > 10
    assert inside["home"].to_numpy() == pytest.approx(inside["abroad"].to_numpy(), abs=1e-3)


def test_a_full_offer_is_worth_more_abroad(by_share):
    rows = split_of(by_share[0.25])
    assert (rows["abroad"] >= rows["home"] - 1e-4).all()
    dearer = rows[rows["abroad"] > rows["home"] + 1e-2]
    assert len(dearer) > 10
    held = dearer["p_wholesale_mw"] - np.minimum(dearer["offered_mw"], dearer["p_mw"])
    assert np.abs(held).max() < 1e-4


def test_a_cleared_offer_is_paid_at_least_what_it_asks(light, clear):
    """With flat costs the market counts beta for every MW that is sold wholesale."""
    asked = 48.0
    scenario = replace(
        light[0],
        generators=tuple(
            replace(g, beta=asked) if g.participation == "type1" else g for g in light[0].generators
        ),
        offers=tuple(
            replace(o, slope_usd_per_mw2h=0.0) if o.owner == "dg-5" else o for o in light[0].offers
        ),
    )
    design = LocalWholesale(METHOD, gamma=0.6, beta_mode="offered")
    rows = split_of(clear(scenario, design, distribution="transport"))
    sold = rows["p_wholesale_mw"] > 1e-6
    assert sold.any()
    assert (rows["abroad"][~sold] < asked).any()
    assert (rows["abroad"][sold] >= asked - 1e-5).all()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("returns", [True, False])
def test_drawn_days_obey_every_law(random_scenario, clear, seed, returns):
    """Welfare grows with the share and stays below coordination; the validator finds nothing."""
    options = {"storage": seed % 2 == 0, "quadratic": seed == 1, "congested": seed == 3}
    scenario = choosing(random_scenario(seed, shiftable=seed == 2, **options))
    market = Operators(scenario)
    best = clear(scenario, Cmo(METHOD), market).certificate.upper_usd
    welfare = [
        clear(
            scenario, LocalWholesale(METHOD, gamma=g, unsold_wem_returns_to_lem=returns), market
        ).welfare_usd
        for g in (0.0, 0.5, 1.0)
    ]
    noise = 1e-7 * abs(best)
    assert welfare[2] <= best + noise
    if returns:
        assert np.all(np.diff(welfare) >= -noise)
        assert np.diff(welfare, n=2)[0] <= noise


def test_the_exchange_reaches_the_same_point(light, by_share):
    exchanged = LocalWholesale(Exchange(damping=0.5, max_rounds=300), gamma=0.5).clear(light[1])
    pooled = by_share[0.5]
    assert exchanged.welfare_usd == pytest.approx(pooled.welfare_usd, rel=1e-6)
    for column, near in (("p_mw", 2e-2), ("lmp_usd_per_mwh", 2e-2)):
        ours, theirs = (c.tables["boundary"].column(column).to_numpy() for c in (exchanged, pooled))
        assert ours == pytest.approx(theirs, abs=near)


def test_in_equilibrium_nobody_gains(light):
    design = LocalWholesale(METHOD, gamma=0.0, gamma_choice="equilibrium")
    cleared = design.clear(light[1])
    gains = cleared.tables["wholesale_share"].column("gain_usd").to_numpy()
    assert cleared.status.name == "AGREED"
    assert gains.max() <= design.share_gain_usd


def test_a_best_reply_leaves_no_gain_at_the_prices_it_was_made_for(light):
    """With unsold power returned home a larger share never loses, so replies go up."""
    given = LocalWholesale(METHOD, gamma=0.0).clear(light[1])
    replies = given.tables["wholesale_share"].to_pandas()
    assert (replies["gain_usd"] > 0).any()
    assert (replies["best_gamma"] >= replies["gamma"]).all()


def test_passive_areas_see_the_shares_in_their_prices_only():
    """Two shares that lead to the same boundary price lead to the same day in a passive area."""
    scenario = lightly_loaded(0.3)
    passive = "D13"
    bare = replace(
        scenario,
        areas=tuple(replace(a, type="A") if a.area == passive else a for a in scenario.areas),
        generators=tuple(g for g in scenario.generators if g.area != passive),
        offers=tuple(o for o in scenario.offers if o.area != passive or o.owner.startswith("flex")),
    )
    market = Operators(bare, distribution="transport")
    cleared = LocalWholesale(METHOD, gamma=1.0).clear(market)
    operator = next(d for d in market.distribution if d.name == passive)
    rows = cleared.tables["boundary"].to_pandas().query("area == @passive").sort_values("period")
    alone = operator.respond(rows["lmp_usd_per_mwh"].to_numpy().reshape(1, -1)).schedule
    assert rows["p_mw"].to_numpy() == pytest.approx(alone[0], abs=2e-2)


def test_saturated_load_leaves_nothing_to_gain():
    """Where every area buys from the grid in every hour, the split changes nothing."""
    market = Operators(lightly_loaded(1.0), distribution="transport")
    welfare = [LocalWholesale(METHOD, gamma=g).clear(market).welfare_usd for g in (0.0, 1.0)]
    assert welfare[0] == pytest.approx(welfare[1], rel=1e-8)


def test_the_gain_shrinks_with_load():
    gains = []
    for factor in (0.3, 0.5, 0.7):
        market = Operators(lightly_loaded(factor), distribution="transport")
        welfare = [LocalWholesale(METHOD, gamma=g).clear(market).welfare_usd for g in (0.0, 1.0)]
        gains.append(welfare[1] - welfare[0])
    assert gains[0] > gains[1] > gains[2] >= -1e-3


def test_local_only_imports_nothing_that_is_made_at_home(light):
    """Local offers come first: where power is imported, every local offer below it is used."""
    cleared = LocalOnly().clear(light[1])
    crossing = cleared.tables["boundary"].column("p_mw").to_numpy()
    assert crossing.min() >= -1e-6
    assert cleared.welfare_usd <= Cmo(METHOD).clear(light[1]).certificate.upper_usd + 1e-6


def test_wholesale_only_without_feeder_limits_is_the_optimum(light):
    """With nothing to redispatch, one market for all bids is the integrated one."""
    scenario = replace(
        light[0], branches=tuple(
            k if k.area == "T" else replace(k, rating_mva=None) for k in light[0].branches
        )
    )  # fmt: skip
    market = Operators(scenario, distribution="transport")
    cleared = WholesaleOnly().clear(market)
    assert cleared.redispatch_usd == pytest.approx(0.0, abs=1e-3)
    assert cleared.welfare_usd == pytest.approx(Cmo(METHOD).clear(market).welfare_usd, rel=1e-8)


@pytest.mark.parametrize("storage", [False, True])
def test_feeders_that_carry_the_plan_are_priced_as_the_wholesale_market(random_scenario, storage):
    """Even where all behind a boundary stand at a limit, and power there has no single price."""
    scenario = random_scenario(5, storage=storage)
    cleared = WholesaleOnly().clear(Operators(scenario, distribution="transport"))
    assert cleared.redispatch_usd == pytest.approx(0.0, abs=1e-3)
    crossing = cleared.tables["boundary"].to_pandas()
    lower, upper = crossing["dlmp_usd_per_mwh"], crossing["lmp_usd_per_mwh"]
    assert lower.to_numpy() == pytest.approx(upper.to_numpy(), abs=1e-5)


def test_saturated_consumers_are_not_paid_to_consume(clear):
    """All flexible loads are full, so that one more MW of fixed power would have to be spilled."""
    scenario = build_system("local-wholesale")
    crossing = clear(scenario, WholesaleOnly()).tables["boundary"].to_pandas()
    assert crossing["dlmp_usd_per_mwh"].min() > 0.0


def test_redispatch_costs_what_the_feeders_do_not_permit():
    market = Operators(build_system("B"))
    cleared = WholesaleOnly().clear(market)
    assert cleared.redispatch_usd > 1.0
    best = Cmo(Schedules(gap_relative=1e-6, max_rounds=80)).clear(market).certificate
    assert cleared.welfare_usd <= best.upper_usd + 1e-6
    assert cleared.welfare_usd + cleared.redispatch_usd >= best.lower_usd - 1e-6
