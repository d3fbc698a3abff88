"""Batteries that trade in two markets: worked by hand, and laws on markets drawn at random."""

from dataclasses import replace

import numpy as np
import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.local_wholesale import LocalWholesale
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.check import check_scenario
from scenarios.records import (
    Area,
    Boundary,
    Bus,
    Generator,
    Load,
    Offer,
    ProfileValue,
    Storage,
)
from scenarios.scenario import Scenario
from settlement import settle
from settlement.incentives import incentives, incentives_of_day, who_pays
from validation import validate

EXACT = Schedules(gap_relative=1e-9, max_rounds=150)
DESIGN = LocalWholesale(EXACT)


def two_buses(prices, sun, **columns):
    """Transmission at so many $/MWh by hour; behind the boundary homes of 1 MW, 4 MW of PV and a
    battery of 2 MW and 4 MWh that loses nothing."""
    battery = Storage("D", "battery", "d", 2.0, 2.0, 4.0, participation="type1", gamma=1.0)
    return Scenario(
        "two buses", (1.0,) * len(prices), 1000.0, 100.0,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        (Bus("T", "t", 110.0, 0.9, 1.1, kind="slack"),
         Bus("D", "d", 10.0, 0.9, 1.1, kind="slack")),
        (),
        generators=(Generator("T", "g", "t", 0.0, 100.0),
                    Generator("D", "sun", "d", 0.0, 4.0, profile="sun", technology="pv")),
        offers=(*(Offer("T", "g", t, 1, 100.0, p) for t, p in enumerate(prices, 1)),
                Offer("D", "sun", None, 1, 4.0, 0.0)),
        loads=(Load("T", "city", "t", 30.0), Load("D", "homes", "d", 1.0)),
        storage=(replace(battery, **columns),),
        boundaries=(Boundary("B", "t", "D", "d"),),
        profiles=tuple(ProfileValue("sun", t, f) for t, f in enumerate(sun, 1)),
    )  # fmt: skip


def of_stores(tables):
    rows = tables["dispatch"].to_pandas().query("kind == 'storage'")
    return rows.sort_values(["asset", "period"])


def earned(scenario, tables, rule="supporting"):
    gains = settle(scenario, tables, Nodal(rule)).surplus.to_pandas()
    return gains.groupby("party")["surplus_usd"].sum()["storage:D/battery"]


CHOICES = {
    "all of it wholesale": ({"gamma": 1.0}, 80.0, -2.0),
    "half of it": ({"gamma": 0.5}, 40.0, -1.0),
    "none of it": ({"gamma": 0.0}, 0.0, 0.0),
    "wholesale alone": ({"participation": "wholesale", "gamma": None}, 80.0, -2.0),
    "at home alone": ({"participation": "type2", "gamma": None}, 0.0, 0.0),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_a_battery_sells_at_noon_what_it_bought_wholesale_at_night(choice, clear):
    """Night 10 $/MWh; at noon 50 abroad, and nothing at home, where the sun covers all.

    Bought at night for 10, a MWh sold wholesale brings the 0 of home and the ban's 50: 40 $ each.
    At home it would be sold for nothing. Export is what is sold wholesale.
    """
    columns, gain, export = CHOICES[choice]
    scenario = two_buses((10.0, 50.0), (0.0, 1.0), **columns)
    tables = clear(scenario, DESIGN).tables
    assert earned(scenario, tables) == pytest.approx(gain, abs=1e-6)
    assert tables["boundary"]["p_mw"].to_pylist()[1] == pytest.approx(export, abs=1e-6)


def test_the_share_that_pays_best_is_stated(clear):
    """Half of 2 MW earns 40 $; all of it would earn 80 $, and nothing at home."""
    scenario = two_buses((10.0, 50.0), (0.0, 1.0), gamma=0.5)
    (share,) = clear(scenario, DESIGN).tables["wholesale_share"].to_pylist()
    assert (share["kind"], share["asset"], share["best_gamma"]) == ("storage", "battery", 1.0)
    stated = share["profit_usd"], share["home_usd"], share["gain_usd"]
    assert stated == pytest.approx((40.0, 0.0, 40.0), abs=1e-6)


@pytest.mark.parametrize("choice", ["best_response", "equilibrium"])
def test_a_battery_chooses_its_share(choice, clear):
    scenario = two_buses((10.0, 50.0), (0.0, 1.0), gamma=0.0)
    tables = clear(scenario, replace(DESIGN, gamma_choice=choice)).tables
    assert tables["wholesale_share"]["gain_usd"].to_pylist() == [pytest.approx(0.0, abs=0.01)]
    assert earned(scenario, tables) == pytest.approx(80.0, abs=0.01)


def test_a_battery_does_not_carry_local_surplus_abroad(clear):
    """Sun at 0 $/MWh at home in hour 1, 50 abroad; 60 everywhere in hour 2, with 1 MW of homes.

    A battery that could sell wholesale what it charged at home would earn 2 x 60 = 120 $. It may
    sell there what it bought there, for 50: 1 MWh is charged with surplus, sold to the homes for
    10 $ as the ban is worth 50 in hour 2 too, and 1 MWh bought for 50 and sold for 60. Together
    it earns 20 $, and 4 MW of sun and the battery export no more than the one MWh bought before.
    """
    scenario = two_buses((50.0, 60.0), (1.0, 0.0))
    tables = clear(scenario, DESIGN).tables
    assert earned(scenario, tables) == pytest.approx(20.0, abs=1e-6)
    assert sum(tables["boundary"]["p_mw"].to_pylist()) == pytest.approx(0.0, abs=1e-6)
    free = Cmo(EXACT).clear(Operators(scenario)).tables
    assert sum(free["boundary"]["p_mw"].to_pylist()) < -1.0


def test_what_a_battery_holds_in_the_morning_is_the_local_markets(clear):
    """4 MWh of the night before; homes need 1 MW, at 50 $/MWh abroad: 3 MWh stay."""
    scenario = two_buses((50.0,), (0.0,), energy_initial_mwh=4.0)
    tables = clear(scenario, DESIGN).tables
    assert of_stores(tables)["p_wholesale_mw"].tolist() == [pytest.approx(0.0, abs=1e-6)]
    assert tables["boundary"]["p_mw"].to_pylist() == [pytest.approx(0.0, abs=1e-6)]


def test_a_battery_in_the_wholesale_market_alone_sells_all_that_it_holds(clear):
    scenario = two_buses((50.0,), (0.0,), energy_initial_mwh=4.0, participation="wholesale")
    tables = clear(scenario, DESIGN).tables
    assert of_stores(tables)["p_wholesale_mw"].tolist() == [pytest.approx(2.0, abs=1e-6)]


def test_a_share_that_a_design_names_holds_where_batteries_choose_directions(clear):
    """At -90 $/MWh a battery would burn energy; the choice keeps to the design's share."""
    scenario = two_buses(
        (-90.0, -90.0, 50.0), (1.0, 1.0, 0.0), charge_efficiency=0.8, gamma=0.2,
        energy_initial_mwh=1.0,
    )  # fmt: skip
    tables = clear(scenario, LocalWholesale(Schedules(max_rounds=10), gamma=1.0)).tables
    assert np.abs(of_stores(tables)["p_wholesale_mw"]).max() > 0.2 * 2.0 + 1e-6


RANDOM = {  # seed, options, sun (MW) that is more than a feeder uses, rules
    "free": (3, {"feeders": 2}, 25.0, {}),
    "limits": (8, {"congested": True, "feeders": 1}, 9.0, {}),
    "quadratic": (36, {"quadratic": True, "feeders": 1}, 25.0, {}),
    "halves": (21, {"hours": (0.5, 0.5, 2.0, 1.0), "feeders": 2}, 25.0, {}),
    "kept": (5, {"feeders": 1}, 25.0, {"unsold_wem_returns_to_lem": False}),
}


def sunny(drawn, sun, *, worth=0.0):
    """The scenario with so many MW of sun in each feeder, and batteries of type 1.

    `worth` ($/MWh) is that of what is left in them.
    """
    more = {"p_max_mw": sun}
    return replace(
        drawn,
        generators=tuple(
            replace(g, **more) if g.generator == "sun" else g for g in drawn.generators
        ),
        offers=tuple(replace(o, quantity_mw=sun) if o.owner == "sun" else o for o in drawn.offers),
        storage=tuple(
            replace(s, participation="type1", gamma=0.7, energy_value_usd_per_mwh=worth)
            for s in drawn.storage
        ),
    )


@pytest.fixture(scope="module", params=RANDOM)
def day(request, random_scenario, clear):
    """Feeders with more sun than they use and batteries of type 1; with and without offers."""
    seed, options, sun, rules = RANDOM[request.param]
    drawn = random_scenario(seed, storage=True, **options)
    returns = rules.get("unsold_wem_returns_to_lem", True)  # else it could have filled up at home
    scenario = sunny(drawn, sun, worth=10.0 if returns else 0.0)
    design, market = replace(DESIGN, **rules), Operators(scenario)
    both = [clear(scenario, d, market) for d in (design, replace(design, gamma=0.0))]
    return scenario, *both


def test_batteries_trade_wholesale(day):
    """Else the laws below would say nothing."""
    _, clearing, _ = day
    assert of_stores(clearing.tables)["p_wholesale_mw"].max() > 0.05


def test_no_battery_would_rather_have_stayed_at_home(day):
    scenario, clearing, without = day
    both = [settle(scenario, c.tables, Nodal()) for c in (clearing, without)]
    hourly = incentives(scenario, clearing.tables, *both)
    of_day = incentives_of_day(hourly, clearing.tables["wholesale_share"], *both).to_pandas()
    assert set(of_day["kind"]) == {"storage"}
    assert of_day["individually_rational"].all()
    assert (of_day["profit_usd"] >= of_day["home_usd"] - 1e-4).all()


def test_stated_profits_are_what_batteries_are_paid(day):
    scenario, clearing, _ = day
    gains = settle(scenario, clearing.tables, Nodal()).surplus.to_pandas()
    settled = gains.groupby("party")["surplus_usd"].sum()
    for share in clearing.tables["wholesale_share"].to_pylist():
        party = f"storage:{share['area']}/{share['asset']}"
        assert share["profit_usd"] == pytest.approx(settled[party], abs=1e-4)


@pytest.mark.parametrize("rule", ["supporting", "bb_price", "dlmp"])
def test_money_of_two_markets_is_conserved(day, rule):
    scenario, *both = day
    sold, kept = (settle(scenario, c.tables, Nodal(rule)) for c in both)
    assert sold.settlement_imbalance_usd == 0.0
    assert {law.name: law.worst_usd for law in sold.checks if law.worst_usd > 0.00501} == {}
    change = who_pays(sold.welfare_split, kept.welfare_split).to_pandas()["change_usd"].sum()
    assert change == pytest.approx(sold.welfare_usd - kept.welfare_usd, abs=1e-6)


def test_wholesale_offers_never_lower_welfare(day):
    """Unless what is offered and not sold is lost to the local market."""
    _, clearing, without = day
    slack = 1e-6 * abs(clearing.welfare_usd)
    lost = not clearing.local.unsold_wem_returns_to_lem
    assert lost or clearing.welfare_usd >= without.welfare_usd - slack


def test_over_the_day_no_more_is_sold_wholesale_than_was_bought_there(day):
    """After losses of 0.95 and 0.9: at every hour, in every store."""
    scenario, clearing, _ = day
    hours = np.array(scenario.hours)
    for _, rows in of_stores(clearing.tables).groupby(["area", "asset"]):
        net = rows["p_wholesale_mw"].to_numpy()
        kept = hours * (0.95 * np.maximum(-net, 0.0) - np.maximum(net, 0.0) / 0.9)
        assert kept.cumsum().min() >= -1e-6


def test_a_battery_that_keeps_to_its_local_market_is_cleared_as_ever(random_scenario):
    """Type 2, and a null in distribution, are the same day to the last bit."""
    drawn = random_scenario(8, storage=True, congested=True, feeders=1)
    second = replace(drawn, storage=tuple(replace(s, participation="type2") for s in drawn.storage))
    tables = [DESIGN.clear(Operators(s)).tables for s in (drawn, second)]
    assert all(tables[0][n].equals(tables[1][n]) for n in ("dispatch", "lmp", "boundary"))
    assert tables[0]["wholesale_offer"].num_rows == 0


def test_without_a_share_the_day_is_that_of_a_battery_at_home(random_scenario):
    drawn = random_scenario(8, storage=True, congested=True, feeders=1)
    first = replace(
        drawn,
        storage=tuple(replace(s, participation="type1", gamma=0.0) for s in drawn.storage),
    )
    days = [DESIGN.clear(Operators(s)) for s in (drawn, first)]
    assert days[0].welfare_usd == pytest.approx(days[1].welfare_usd, rel=1e-9)
    assert of_stores(days[1].tables)["p_wholesale_mw"].abs().max() == 0.0


@pytest.mark.parametrize("column", ["p_wholesale_mw", "energy_mwh"])
def test_a_sale_of_what_was_not_bought_is_found(column, clear):
    """Each number of the battery's two markets counts."""
    scenario = two_buses((10.0, 50.0), (0.0, 1.0))
    clearing = clear(scenario, DESIGN)
    table = clearing.tables["dispatch"]
    rows = table.to_pandas()
    rows.loc[(rows["kind"] == "storage") & (rows["period"] == 1), column] = 0.0
    wrong = type(table).from_pandas(rows, table.schema, preserve_index=False)
    missed = [
        c.name
        for c in validate(
            scenario, replace(clearing, tables={**clearing.tables, "dispatch": wrong})
        )
        if not c.passed
    ]
    assert "storage sells what it bought" in missed


def test_a_battery_of_type_1_names_its_share():
    found = " / ".join(map(str, check_scenario(two_buses((10.0,), (0.0,), gamma=None))))
    assert "give gamma" in found


def test_sales_to_the_last_mwh_that_was_bought_are_repaired_where_losses_are_not_exact(
    random_scenario, clear
):
    """All that may leave does, so at the cleared boundary power nothing else can be sold."""
    seed, options, sun, _ = RANDOM["halves"]
    scenario = sunny(random_scenario(seed, storage=True, **options), sun)
    clearing = clear(scenario, LocalWholesale(Schedules(1e-5)), distribution="branch_flow_cone")
    assert clearing.tables["relaxation"].num_rows > 0
    assert of_stores(clearing.tables)["p_wholesale_mw"].max() == pytest.approx(0.7, abs=1e-4)


def test_a_feeder_that_takes_reactive_power_alone_is_a_right_clearing(random_scenario, clear):
    """Its local market neither buys nor may sell: the first branch carries no MW and some Mvar."""
    seed, options, sun, _ = RANDOM["limits"]
    drawn = random_scenario(seed, storage=True, **options)
    scenario = replace(sunny(drawn, sun), storage=drawn.storage)
    tables = clear(
        scenario, LocalWholesale(Schedules(1e-5)), distribution="branch_flow_cone"
    ).tables
    first = tables["flow"].to_pandas().query("area == 'D0' and branch == '0-1'")
    assert first["p_mw"].abs().max() < 1e-6
    assert first["q_mvar"].min() > 0.5
