"""Owners who choose what they say: by hand on one bus, and laws on random systems."""

import pytest

from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.designs.local_wholesale import LocalWholesale
from market.designs.zonal import Zonal
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from market.pricing.pay_as_bid import PayAsBid
from market.pricing.two_settlement import TwoSettlement
from scenarios.findings import InvalidInput
from scenarios.records import Area, Bid, Bus, Generator, Load, Offer
from scenarios.scenario import Scenario
from scenarios.systems import build_system
from studies.analyses.equilibrium import (
    Markup,
    Owner,
    Rules,
    Understated,
    Wholesale,
    Withheld,
    equilibria,
    play,
)
from studies.analyses.equilibrium.play import Market
from tests.market.conftest import draw_scenario
from tests.studies.conftest import part_of_day


def one_bus(units, load_mw=0.0, demand_mw=0.0):
    """Units of so many MW at $/MWh; load at any price; demand of 100 $/MWh less 1 $ a MW."""
    offers = [Offer("T", name, None, 1, most, price) for name, (most, price) in units.items()]
    return Scenario(
        "one bus", (1.0,), 500.0, 500.0, (Area("T", "transmission", 100.0),),
        (Bus("T", "a", 110.0, 0.9, 1.1, kind="slack"),), (),
        tuple(Generator("T", name, "a", 0.0, most) for name, (most, _) in units.items()),
        (*offers, *[Offer("T", "town", None, 1, demand_mw, 100.0, 1.0)] * (demand_mw > 0)),
        (Load("T", "city", "a", load_mw),) * (load_mw > 0),
        (Bid("T", "town", "a", 0.0, demand_mw),) * (demand_mw > 0),
    )  # fmt: skip


def unit(name, move, choices, area="T"):
    return Owner(name, move(frozenset({(area, name)})), tuple(map(float, choices)))


def end(scenario, owners, design=None, pricing=None, **rules):
    played = equilibria(
        scenario, Operators(scenario), {"it": design or Integrated()}, {"it": pricing or Nodal()},
        owners, Rules(**rules),
    )  # fmt: skip
    (one,) = played.equilibria
    last = max(c.round for c in played.choices)
    return one, {c.owner: c for c in played.choices if c.round == last}


def test_a_pivotal_unit_asks_all_that_it_may():
    """40 of 100 MW can come from nobody else: at 70 $/MWh in place of 20 it gains 40 x 50 $.

    The other one gains 60 x 50 $; load that does not answer loses no welfare.
    """
    scenario = one_bus({"rival": (60.0, 20.0), "pivot": (80.0, 20.0)}, load_mw=100.0)
    found, choices = end(scenario, [unit("pivot", Markup, (10, 50))])
    assert choices["pivot"].choice == 50.0
    assert choices["pivot"].profit_usd == pytest.approx(2000.0)
    assert found.price_usd_per_mwh == pytest.approx(70.0)
    assert found.lerner == pytest.approx(50 / 70)
    assert found.transfer_usd == pytest.approx(5000.0)
    assert found.welfare_lost_usd == pytest.approx(0.0, abs=1e-6)


def test_two_units_that_can_each_serve_all_gain_nothing():
    """Bertrand: whoever asks more than 20 $/MWh sells nothing."""
    scenario = one_bus({"x": (120.0, 20.0), "y": (120.0, 20.0)}, load_mw=100.0)
    found, _ = end(scenario, [unit(name, Markup, (5, 20)) for name in "xy"])
    assert (found.ended, found.rounds) == ("settled", 0)
    assert found.gain_usd == pytest.approx(0.0, abs=1e-6)


def test_two_units_that_keep_capacity_back_end_at_cournot_quantities():
    """Price 100 - Q, cost 10: each makes 90 / 3 = 30 of its 60 MW, and the price is 40.

    Best replies from the truth on: to 60 MW 15, so 18 (70 % back); to 18 MW 36 (40 %); to 36 MW
    27, so 30 (50 %); to 30 MW 30. Lost is half of 60 MW x 30 $.
    """
    scenario = one_bus({"x": (60.0, 10.0), "y": (60.0, 10.0)}, demand_mw=100.0)
    found, choices = end(scenario, [unit(name, Withheld, (40, 50, 70)) for name in "xy"])
    assert [choices[name].choice for name in "xy"] == [50.0, 50.0]
    assert [choices[name].profit_usd for name in "xy"] == pytest.approx([900.0, 900.0])
    assert (found.price_truthful_usd_per_mwh, found.price_usd_per_mwh) == pytest.approx((10, 40))
    assert found.lerner == pytest.approx(0.75)
    assert found.welfare_lost_usd == pytest.approx(450.0)
    assert found.transfer_usd == pytest.approx(30 * 60)


def test_a_monopolist_asks_the_price_between_cost_and_the_last_value():
    """(100 + 10) / 2 = 55 $/MWh: 45 MW at 45 $ beyond cost."""
    scenario = one_bus({"only": (200.0, 10.0)}, demand_mw=100.0)
    found, choices = end(scenario, [unit("only", Markup, (30, 45, 60))])
    assert choices["only"].choice == 45.0
    assert choices["only"].profit_usd == pytest.approx(2025.0)
    assert found.lerner == pytest.approx((55 - 10) / 55)


def test_units_paid_as_bid_that_neither_can_serve_all_go_round_and_round():
    """60 MW at 30 $ beyond cost beat 40 MW at 40 $, and these 40 MW at 30 $ (Edgeworth).

    So who sells less undercuts, and once both have, goes back: there is no equilibrium. Figures
    are means over the cycle, in which either both ask 60 $/MWh or both 50.
    """
    scenario = one_bus({"x": (60.0, 20.0), "y": (60.0, 20.0)}, load_mw=100.0)
    owners = [unit(name, Markup, (30, 40)) for name in "xy"]
    found, _ = end(scenario, owners, pricing=PayAsBid())
    assert found.ended == "cycle"
    assert found.price_usd_per_mwh == pytest.approx(55.0)
    assert found.price_truthful_usd_per_mwh == pytest.approx(20.0)


def test_with_damping_a_choice_moves_part_of_the_way():
    """Half of two steps is one; the last step is made in full."""
    scenario = one_bus({"rival": (60.0, 20.0), "pivot": (80.0, 20.0)}, load_mw=100.0)
    found, choices = end(scenario, [unit("pivot", Markup, (25, 50))], damping=0.5)
    assert (found.rounds, choices["pivot"].choice) == (2, 50.0)


def test_rounds_that_run_out_are_told():
    scenario = one_bus({"rival": (60.0, 20.0), "pivot": (80.0, 20.0)}, load_mw=100.0)
    found, _ = end(scenario, [unit("pivot", Markup, (25, 50))], damping=0.5, rounds=1)
    assert found.ended == "out_of_rounds"


@pytest.mark.parametrize(
    ("design", "pricing", "gain_usd"),
    [
        (Integrated(), Nodal(), 0.0),  # line full, b1 sets the price behind it, whatever a3 asks
        (Zonal(), TwoSettlement("market_based"), 5 * (40 - 25)),
    ],
    ids=["nodal", "zonal"],
)
def test_a_unit_that_is_never_needed_gains_in_a_zone_alone(design, pricing, gain_usd):
    """a3 costs 60 $/MWh: at 40 it sells the zone its last 5 MW and buys them back at 25."""
    _, choices = end(build_system("two-buses"), [unit("a3", Markup, (-20,))], design, pricing)
    assert choices["a3"].profit_usd == pytest.approx(gain_usd, abs=1e-6)


def test_a_distribution_operator_that_overstates_buys_what_the_zone_sells_cheaper():
    """A zone holds boundary power: 10 % more than 25 MW of load is 2.5 MW at 50 in place of 55."""
    owner = Owner("F", Understated("F"), (-10.0,))
    found, _ = end(build_system("two-buses"), [owner], Zonal(), TwoSettlement())
    assert found.gain_usd == pytest.approx(2.5 * 5)
    assert found.welfare_lost_usd == pytest.approx(-2.5 * 5)


def test_load_that_is_not_said_is_served_by_what_the_area_has():
    """Under nodal prices nobody gains by that: 2.5 MW cost 55 at home and 50 at the boundary."""
    owner = Owner("F", Understated("F"), (10.0,))
    scenario = build_system("two-buses")
    played = equilibria(
        scenario, Operators(scenario), {"it": Integrated()}, {"it": Nodal()}, [owner]
    )
    assert played.equilibria[0].gain_usd == 0.0
    assert played.choices[0].lasts


def test_a_unit_that_sets_no_price_gains_nothing():
    """Others ask 20 $/MWh for more: a cost of 15 and 4 beyond it sell as before, 6 nothing."""
    scenario = one_bus({"small": (10.0, 15.0), "large": (200.0, 20.0)}, load_mw=100.0)
    found, choices = end(scenario, [unit("small", Markup, (4, 6))])
    assert (found.gain_usd, choices["small"].choice) == (0.0, 0.0)


@pytest.fixture(scope="module", params=range(2))
def played(request):
    """Two units and an area of a random system play under nodal prices."""
    scenario = draw_scenario(request.param, hours=(1.0,), congested=True)
    owners = [unit(f"g{n}", Withheld, (50,)) for n in range(2)]
    owners.append(Owner("D0", Understated("D0"), (20.0,)))
    market = Market(scenario, Operators(scenario), "it", Integrated(), Nodal(), owners)
    return market, *play(market, Rules())


def test_playing_never_adds_welfare_where_truth_is_best(played):
    _, found, _ = played
    assert found.welfare_lost_usd >= -1e-4


def test_nobody_ends_worse_than_by_the_truth_against_what_others_chose(played):
    market, found, choices = played
    assert found.ended == "settled"
    last = [c for c in choices if c.lasts]
    ends = tuple(c.choice for c in last)
    for n, one in enumerate(last):
        truth = market.at((*ends[:n], 0.0, *ends[n + 1 :]))
        assert truth.profit_usd[n] <= one.profit_usd + Rules().gain_usd


def test_a_share_that_pays_is_offered_wholesale():
    """To keep all at home is open too, so that a unit with two markets never earns less."""
    day = part_of_day(build_system("local-wholesale"), 12, 1)
    chp = next(g for g in day.generators if g.area in day.distribution and g.gamma is not None)
    owner = unit(chp.generator, Wholesale, (100,), area=chp.area)
    found, _ = end(day, [owner], LocalWholesale())
    assert found.gain_usd >= 0.0


def test_no_one_plays_where_no_design_looks():
    scenario = build_system("two-buses")
    with pytest.raises(InvalidInput, match="no design looks at"):
        end(scenario, [unit("sun", Wholesale, (50,), area="F")], Cmo())


def test_somebody_has_to_play():
    with pytest.raises(InvalidInput, match="nobody plays"):
        end(build_system("two-buses"), [])
