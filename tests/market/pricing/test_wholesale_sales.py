"""Wholesale sales of local generators at the price that supports them, and at others."""

from dataclasses import replace

import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.local_wholesale import LocalWholesale
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.records import Area, Bid, Boundary, Branch, Bus, Generator, Load, Offer
from scenarios.scenario import Scenario
from settlement import settle
from settlement.incentives import incentives, incentives_of_day

DESIGN = LocalWholesale(Schedules(gap_relative=1e-9, max_rounds=150))


def one_feeder(**tables):
    """Transmission with 30 MW of load; a feeder d0 - d1 - d2 behind boundary B."""
    return Scenario(
        "feeder", (1.0,), 1000.0, 100.0,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        (Bus("T", "t", 110.0, 0.9, 1.1, kind="slack"),
         Bus("D", "d0", 10.0, 0.9, 1.1, kind="slack"),
         Bus("D", "d1", 10.0, 0.9, 1.1), Bus("D", "d2", 10.0, 0.9, 1.1)),
        (Branch("D", "l", "d0", "d1", 0.001, 0.001),
         Branch("D", "m", "d1", "d2", 0.001, 0.001, rating_mva=2.0)),
        **tables,
    )  # fmt: skip


@pytest.fixture(scope="module")
def relief():
    """4 MW at 50 $/MWh clear at d2 although the boundary's price is 33: they relieve line m.

    10 MW of PV stand at d1; 6 MW of flexible load at d2 value 25. Of these 2 MW come over the
    line. Each MW more at d2 lets 1 MW of PV go abroad, for 33, and one more be used, for 17.
    """
    return one_feeder(
        generators=(
            Generator("T", "g", "t", 0.0, 100.0),
            Generator("D", "u", "d2", 0.0, 10.0, participation="type1", gamma=1.0, beta=50.0),
            Generator("D", "sun", "d1", 0.0, 10.0, technology="pv"),
        ),
        offers=(
            Offer("T", "g", None, 1, 100.0, 33.0), Offer("D", "u", None, 1, 10.0, 50.0),
            Offer("D", "sun", None, 1, 10.0, 0.0), Offer("D", "f", None, 1, 6.0, 25.0),
        ),
        loads=(Load("T", "city", "t", 30.0),),
        bids=(Bid("D", "f", "d2", 0.0, 6.0),),
        boundaries=(Boundary("B", "t", "D", "d0"),),
    )  # fmt: skip


@pytest.fixture(scope="module")
def full_export():
    """No more than 3 MW may leave; a unit at 20 $/MWh offers 9 MW wholesale at 50 $/MWh abroad.

    8 MW are used at home, where another unit at 30 $/MWh sets the price.
    """
    return one_feeder(
        generators=(
            Generator("T", "g", "t", 0.0, 100.0),
            Generator("D", "u", "d1", 0.0, 10.0, participation="type1", gamma=0.9, beta=20.0),
            Generator("D", "w", "d1", 0.0, 10.0),
        ),
        offers=(
            Offer("T", "g", None, 1, 100.0, 50.0), Offer("D", "u", None, 1, 10.0, 20.0),
            Offer("D", "w", None, 1, 10.0, 30.0),
        ),
        loads=(Load("T", "city", "t", 30.0), Load("D", "homes", "d1", 8.0)),
        boundaries=(Boundary("B", "t", "D", "d0", p_min_mw=-3.0),),
    )  # fmt: skip


def surplus_of(scenario, tables, rule):
    gains = settle(scenario, tables, Nodal(rule)).surplus.to_pandas()
    return gains.set_index("party")["surplus_usd"]


GAINS = {"supporting": 0.0, "bb_price": -68.0, "dlmp": -132.0}


@pytest.mark.parametrize(("rule", "gain"), GAINS.items())
def test_an_offer_above_the_boundarys_price_is_paid_what_supports_it(relief, rule, gain):
    """LMP + DLMP of its bus - DLMP of the root = 33 + 17 - 0 = 50 $/MWh, which is its offer."""
    tables = DESIGN.clear(Operators(relief)).tables
    assert surplus_of(relief, tables, rule)["generator:D/u"] == pytest.approx(gain, abs=1e-5)


def test_the_rent_of_an_export_limit_is_not_paid_to_sellers(full_export):
    """10 MWh at home's 30 $/MWh cost 20: 100 $; the limit is worth 3 MW x (50 - 30) to the DSO."""
    tables = DESIGN.clear(Operators(full_export)).tables
    gains = surplus_of(full_export, tables, "supporting")
    assert gains["generator:D/u"] == pytest.approx(100.0, abs=1e-5)
    assert gains["dso:D"] == pytest.approx(60.0, abs=1e-5)


def test_a_share_that_a_limit_makes_useless_gains_nothing(full_export):
    (share,) = DESIGN.clear(Operators(full_export)).tables["wholesale_share"].to_pylist()
    assert share["profit_usd"] == pytest.approx(100.0, abs=1e-5)
    assert (share["gain_usd"], share["best_gamma"]) == (0.0, share["gamma"])


RANDOM = {
    "limits": (8, {"congested": True, "storage": True, "feeders": 1}, -1.0),
    "ramps": (11, {"congested": True, "ramps": True, "feeders": 2}, None),
    "quadratic": (36, {"congested": True, "quadratic": True, "feeders": 2}, None),
    "shiftable": (50, {"shiftable": True, "feeders": 1}, -1.0),
    "free": (21, {"storage": True, "feeders": 3}, None),
}


@pytest.fixture(scope="module", params=RANDOM)
def day(request, random_scenario, sellers):
    """Scenario, clearing and the day without wholesale offers; exports may be limited to 1 MW."""
    seed, options, least = RANDOM[request.param]
    drawn = sellers(random_scenario(seed, **options))
    boundaries = tuple(replace(b, p_min_mw=least) for b in drawn.boundaries)
    ramp = 1.0 if options.get("ramps") else None
    units = tuple(
        replace(g, ramp_mw_per_h=ramp) if g.generator == "unit" else g for g in drawn.generators
    )
    scenario = replace(drawn, boundaries=boundaries, generators=units)
    market = Operators(scenario)
    without = replace(DESIGN, gamma=0.0).clear(market)
    return scenario, DESIGN.clear(market), without


def test_no_seller_would_rather_have_stayed_at_home(day):
    """At the prices of the day, under the rule that studies use if they name none."""
    scenario, clearing, without = day
    both = [settle(scenario, c.tables, Nodal()) for c in (clearing, without)]
    hourly = incentives(scenario, clearing.tables, *both)
    of_day = incentives_of_day(hourly, clearing.tables["wholesale_share"], *both).to_pandas()
    assert (of_day["profit_usd"] >= of_day["home_usd"] - 1e-4).all()
    assert of_day["individually_rational"].all()


def test_stated_profits_are_settled_profits(day):
    """What a share is said to earn, ramps and no-load cost included, is what it is paid."""
    scenario, clearing, _ = day
    gains = settle(scenario, clearing.tables, Nodal()).surplus.to_pandas()
    settled = gains.set_index(["area", "asset"])["surplus_usd"].groupby(level=[0, 1]).sum()
    for share in clearing.tables["wholesale_share"].to_pylist():
        key = share["area"], share["asset"]
        assert share["profit_usd"] == pytest.approx(settled[key], abs=1e-4)


def test_premiums_are_what_the_ban_brings_the_operator(day):
    """What is left of the interface rent is that of the boundary's own limits, never a loss."""
    scenario, clearing, _ = day
    rents = settle(scenario, clearing.tables, Nodal()).rents.to_pandas()
    own = rents[rents["kind"].isin(["interface", "premium"]) & (rents["area"] != "T")]
    left = own.groupby(["period", "area"])["amount_usd"].sum()
    assert (left > -1e-4).all()
    limited = any(b.p_min_mw is not None for b in scenario.boundaries)
    assert limited or (left < 1e-4).all()
