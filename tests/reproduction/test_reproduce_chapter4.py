"""Every item of chapter 4, made once, and the laws that its table obeys."""

from itertools import pairwise

import numpy as np
import pytest

from market.coordination.methods import methods
from reproduction import chosen_items
from reproduction.chapter4.convergence import FIXED_STEPS, every_method, rates
from reproduction.chapter4.designs import CASES, CASES_AND_CMO, SYSTEM, TIGHT
from reproduction.diagram import Diagram
from reproduction.solved import Solved
from scenarios.systems import build_system
from tests.reproduction.checks import leaves_its_files, panels, series, tells_what_it_shows

ITEMS = {item.name: item for item in chosen_items(["chapter-4"])}
UNRATIONED_HOURS = (10, 16)  # boundary prices of System A are one in the cases of growing chi
CASES_OF_CHI = [*CASES][:3]
LMP, MW = "LMP, $/MWh", "demand from transmission, MW"


@pytest.fixture(scope="module")
def made():
    """All items, which share what is solved; rates of convergence of the fastest methods alone."""
    solved = Solved()
    quick = {"fig-4.9": lambda _: rates(solved, {"schedules": TIGHT, **FIXED_STEPS})}
    return {name: quick.get(name, item.make)(solved) for name, item in ITEMS.items()}


@pytest.fixture(scope="module")
def table(made):
    return lambda name: made[name].table


@pytest.mark.parametrize("name", ITEMS)
def test_every_item_leaves_its_files_and_tells_what_it_shows(made, name, tmp_path):
    leaves_its_files(ITEMS[name], made[name], tmp_path)
    tells_what_it_shows(ITEMS[name], made[name])


def test_the_actors_are_operators_resources_and_consumers(made, table):
    drawn = made["fig-4.1"].chart
    assert isinstance(drawn, Diagram)
    parties = {box.words for box in drawn.boxes if box.shape == "party"}
    assert parties == {"TSO", "DSO of D10", "DSO of D13", "DSO of D14"}
    words = " ".join(box.words for box in drawn.boxes)
    assert all(kind in words for kind in ("PV", "wind", "dispatchable", "consumers", "flexible"))
    assert {"schedule", "price", "welfare"} <= set(table("fig-4.1")["quantity"])


@pytest.mark.parametrize("name", ["fig-4.2", "fig-4.13"])
def test_timelines_have_a_clock_from_opening_to_closing(made, table, name):
    lanes, window = made[name].chart.panels
    assert lanes.x == window.x == "minutes after the gate opens at 10:00"
    assert {s.kind for s in lanes.series} == {"arrows"}
    marks = {s.name.rpartition(" ")[0]: s.x[0] for s in window.series if s.kind == "dashed"}
    assert list(marks) == ["gate opens", "final schedule", "gate closes"]
    assert 0 == marks["gate opens"] < marks["final schedule"] <= marks["gate closes"]


@pytest.mark.parametrize("name", ["fig-4.2", "fig-4.13"])
def test_nobody_answers_before_the_message_has_come(table, name):
    """Rounds of five minutes: a clearing of three, then prices, then answers within the round."""
    own = table(name)
    last = own["turn"].max()
    for turn in range(1, last):
        here = own[own["turn"] == turn].groupby("sender")[["leaves_min", "arrives_min"]].max()
        answers = here.drop("tso")
        assert (answers["leaves_min"] >= here["arrives_min"]["tso"]).all()
        assert (answers["arrives_min"] <= 5 * turn).all()


def test_parameters_are_one_row_for_each_load_and_plant(table):
    """Three feeders of 16 loads, 16 flexible loads and five plants."""
    assert table("table-4.1").groupby("area").size().tolist() == [37, 37, 37]


def test_no_case_has_more_surplus_than_coordination(table):
    assert (table("table-4.3")["less_than_cmo_usd"] >= -1e-4).all()


def test_rival_readings_stand_beside_the_chosen_cases(table):
    counts = table("table-4.3").groupby("reading", sort=False).size().to_dict()
    assert counts == {"chosen": 4, "CMO": 1, "H1": 4, "H2": 4, "H3": 4}


def test_the_chosen_cases_differ_where_the_surplus_is_judged(table):
    """The last one takes all flexible load whatever it costs, and loses most."""
    loss = table("table-4.3").query("reading == 'chosen'")["less_than_cmo_usd"].to_numpy()
    assert loss.max() == loss[-1]
    assert loss[-1] > 2 * loss[:-1].max()


def test_surplus_of_areas_adds_up_to_that_beside_the_net_surplus(table):
    own = table("table-4.3").query("reading in ('chosen', 'CMO')").set_index("case")
    beside = own["sum_of_area_surplus_usd"]
    summed = table("table-4.4").groupby("case")["surplus_usd"].sum()
    assert summed.to_numpy() == pytest.approx(beside[summed.index].to_numpy(), rel=1e-12)


def test_payoffs_with_a_tariff_add_it_and_take_off_the_feed_in(table):
    """90 $/MWh of what customers use less 40 of what sun and wind give, by the dispatch of CMO."""
    own = table("table-4.4").query("case == 'CMO'").set_index("area")
    rows = Solved().clearing(SYSTEM, CASES_AND_CMO["CMO"]).frame("dispatch")
    free = rows["asset"].str.contains("pv|wind") & (rows["kind"] == "generator")
    worth = 90.0 * rows["p_mw"].where(rows["kind"].isin(["load", "bid"]), 0.0)
    worth -= 40.0 * rows["p_mw"].where(free, 0.0)
    brought = worth.groupby(rows["area"]).sum()[own.index]
    more = own["payoff_with_tariff_usd"] - own["surplus_usd"]
    assert more.to_numpy() == pytest.approx(brought.to_numpy())
    summed = table("table-4.4").groupby("case")["payoff_with_tariff_usd"].sum()
    beside = table("table-4.3").query("reading in ('chosen', 'CMO')").set_index("case")
    told = beside["sum_with_tariff_usd"][summed.index]
    assert summed.to_numpy() == pytest.approx(told.to_numpy())


@pytest.mark.parametrize(("name", "axis"), [("fig-4.6", LMP), ("fig-4.7", MW)])
def test_cases_stand_side_by_side_at_every_area_and_hour(made, name, axis):
    drawn = panels(made[name])
    assert list(drawn) == ["hour 6", "hour 10", "hour 16", "hour 19"]
    for panel in drawn.values():
        assert (panel.x, panel.y) == ("distribution area", axis)
        assert series(panel) == [*CASES_AND_CMO]
        assert all(list(s.x) == ["D10", "D13", "D14"] for s in panel.series)


def test_prices_do_not_fall_with_chi(table):
    own = table("fig-4.6")
    wide = own[own["period"].isin(UNRATIONED_HOURS)].pivot_table(
        values="lmp_usd_per_mwh", index=["area", "period"], columns="case"
    )
    assert all((wide[b] >= wide[a] - 1e-6).all() for a, b in pairwise(CASES_OF_CHI))


def test_conventional_demand_rises_with_chi(table):
    """Of all areas together: where a line binds, one may be given more at another's expense."""
    sums = table("fig-4.7").groupby(["period", "case"], as_index=False)["p_mw"].sum()
    wide = sums.pivot_table(values="p_mw", index="period", columns="case")
    assert all((wide[b] >= wide[a] - 1e-6).all() for a, b in pairwise(CASES_OF_CHI))


def test_case_4_serves_every_bus_at_least_what_cmo_serves(table):
    """It has power for all flexible load at hour 6; CMO leaves out what is worth too little.

    Prices at buses are then lower than under CMO, as the last MW serves the least value.
    """
    own = table("fig-4.8").set_index(["area", "bus", "case"])
    for column, rise in (("load_mw", 1), ("dlmp_usd_per_mwh", -1)):
        wide = own[column].unstack("case")
        last, cmo = wide[[*CASES][-1]], wide["CMO"]
        assert (rise * (last - cmo) >= -1e-6).all()
        assert (rise * (last - cmo)).max() > 0.01


def test_buses_show_load_above_and_price_below(made):
    drawn = made["fig-4.8"].chart.panels
    assert [p.y for p in drawn] == ["load, MW"] * 3 + ["DLMP, $/MWh"] * 3
    assert all(series(p) == [[*CASES][-1], "CMO"] for p in drawn)


def test_coordinated_demand_and_price_are_those_of_other_programs(table):
    """Computed for System A by two other programs: demand (MW) at 10, 13, 14 and prices."""
    own = table("fig-4.3").set_index(["hour", "area"])
    areas = ["D10", "D13", "D14"]
    demand = own["p_mw"]["hour 19"][areas].to_numpy()
    price = own["lmp_usd_per_mwh"]["hour 19"][areas].to_numpy()
    assert demand == pytest.approx([7.3658, 4.5500, 7.5959], abs=1e-3)
    assert price == pytest.approx([58.5507, 73.0723, 65.4508], abs=1e-3)


def test_demand_of_ds_1_lies_within_its_limits_at_every_node(made, table):
    own = table("fig-4.5").query("view == 'node'")
    assert own["demand_mw"].between(own["least_mw"] - 1e-9, own["most_mw"] + 1e-9).all()
    nodes = [p for title, p in panels(made["fig-4.5"]).items() if title.startswith("nodes")]
    assert len(nodes) == 4
    assert all(series(p) == ["scheduled", "least", "greatest"] for p in nodes)
    assert all((p.x, p.y) == ("node", "demand, MW") for p in nodes)


def test_the_last_answers_of_ds_1_come_near_what_is_agreed(table):
    own = table("fig-4.5").query("view == 'boundary'")
    agreed = table("fig-4.3").query("area == 'D10'").set_index("hour")["p_mw"]
    last = own.groupby("period")["demand_mw"].last()
    assert last.to_numpy() == pytest.approx(agreed[last.index].to_numpy(), abs=0.02)


def test_payoffs_are_those_of_every_operator_of_both_systems(table):
    own = table("table-4.5")
    counts = own.groupby(["reading", "system"]).size().to_dict()
    assert set(counts) == {(r, s) for r in ("surplus", "with tariff") for s in ("B", "C")}
    assert all(count == {"B": 6, "C": 12}[system] for (_, system), count in counts.items())
    assert list(own) == ["system", "area", "reading", *CASES_AND_CMO]
    assert own[[*CASES_AND_CMO]].notna().all(axis=None)


def test_prices_of_b_and_c_and_demand_of_b_are_shown_for_all_cases(made):
    titles = ["System B, hour 10", "System B, hour 16", "System C, hour 6", "System C, hour 19"]
    drawn = {n: panels(made[n]) for n in ("fig-4.10", "fig-4.11")}
    assert list(drawn["fig-4.10"]) == titles
    assert list(drawn["fig-4.11"]) == titles[:2]
    assert {p.y for p in drawn["fig-4.10"].values()} == {LMP}
    assert {p.y for p in drawn["fig-4.11"].values()} == {MW}
    assert all(series(p) == [*CASES_AND_CMO] for d in drawn.values() for p in d.values())


def test_coordination_of_b_costs_less_than_case_4(table):
    own = table("fig-4.10").query("system == 'B'")
    mean = own.groupby(["period", "case"])["lmp_usd_per_mwh"].mean().unstack("case")
    assert (mean["CMO"] < mean[[*CASES][-1]]).all()


def test_coordination_equals_the_integrated_market(table):
    own = table("table-4.6")
    assert (own["relative_difference"] <= 1e-8).all()
    assert (own["greatest_lmp_difference_usd_per_mwh"] <= 1e-3).all()


def test_numbers_exchanged_are_a_few_per_boundary_hour_and_round(table):
    """System A: price, schedule and welfare are 3 x 3 x 24 = 216 numbers in each round.

    What certifies the gap is four more, a slack of each area and a bound; the end has as many.

    The opening has one such round more, a forecast, and at the end a price and a schedule.
    """
    own = table("table-4.6").set_index("system").loc["A"]
    assert own["numbers_exchanged"] == (own["rounds"] + 1) * 220 + 72 + 2 * 72 + 4


def test_schedules_close_the_gap_and_undamped_exchange_does_not(table):
    last = table("fig-4.9").groupby("method", sort=False).last()
    assert last["gap_relative"]["schedules"] <= 1e-9
    assert last["gap_relative"]["exchange, undamped"] > 1e-3
    assert last["ended"]["exchange, undamped"] != "agreed"


def test_a_gap_by_schedules_never_grows(table):
    own = table("fig-4.9").query("method == 'schedules'")["gap_relative"].to_numpy()
    finite = own[np.isfinite(own)]
    assert (np.diff(finite) <= 1e-12).all()


def test_convergence_is_shown_by_round_and_by_numbers_sent(made):
    drawn = made["fig-4.9"].chart.panels
    assert [p.x for p in drawn] == ["round", "numbers sent so far", "round"]
    assert all(p.log_y for p in drawn)
    names = ["schedules", "exchange, undamped", "exchange, damping 0.5"]
    assert all(series(p) == names for p in drawn)


def test_every_method_that_system_b_can_take_is_compared():
    """Its batteries couple hours, so that no single curve says what an area takes."""
    fit = every_method(build_system("B"))
    assert set(fit) == set(methods) - {"curve"}


@pytest.mark.parametrize("name", ["fig-4.15", "fig-4.16", "fig-4.17"])
def test_local_markets_balance(table, name):
    own = table(name)
    books = own[own["area"].str.startswith("D")].query("unit == 'MW'")
    wide = books.pivot_table(values="value", index="area", columns="quantity")
    supply = wide["purchase from the grid"] + wide["type 1, local"] + wide["type 2"]
    assert supply.to_numpy() == pytest.approx(wide["load served"].to_numpy(), abs=1e-6)


@pytest.mark.parametrize("name", ["fig-4.15", "fig-4.16", "fig-4.17"])
def test_areas_do_not_sell_what_local_markets_bought(table, name):
    own = table(name)
    assert (own[own["quantity"] == "purchase from the grid"]["value"] >= -1e-6).all()


@pytest.mark.parametrize("name", ["fig-4.15", "fig-4.16", "fig-4.17"])
def test_wholesale_sales_are_worth_it_in_every_hour_shown(table, name):
    """Where power is sold abroad, the boundary price is above the local one."""
    wide = table(name).pivot_table(values="value", index="area", columns="quantity")
    sellers = wide[wide["type 1, wholesale"] > 0.01]
    assert list(sellers.index) == ["D10", "D14"]
    assert (sellers["boundary LMP"] > sellers["highest local price"] + 1).all()


@pytest.mark.parametrize("name", ["fig-4.16", "fig-4.17"])
def test_lines_that_bind_part_the_prices_of_transmission(table, name):
    lmp = table(name).query("area == 'T' and quantity == 'LMP'")["value"]
    assert lmp.max() - lmp.min() > 5


def test_participation_gains_what_other_programs_find(table):
    """Gains of full participation in one hour ($), by load level.

    The other program's data are known in part; the system here meets its figures within 0.5 %.
    """
    own = table("fig-4.18").query("area == 'all'")
    wide = own.pivot_table("welfare_usd", "load_level", "gamma")
    gain = (wide[1.0] - wide[0.0]).to_dict()
    told = {0.3: 253.2, 0.5: 150.6, 0.7: 87.9, 0.9: 48.8, 1.1: 24.0}
    assert gain == pytest.approx(told, rel=5e-3)


def test_nobody_loses_by_wholesale_sales(table):
    assert (table("table-4.8")["i1_usd"] >= -1e-6).all()


def test_wholesale_sales_stay_within_the_offer(table):
    own = table("table-4.8")
    assert (own["cleared_mwh"] <= own["offered_mwh"] + 1e-6).all()


def test_welfare_of_all_rises_with_participation_and_ever_less(table):
    """Shares 0, 0.5 and 1: a concave function of the share, at every load level."""
    own = table("fig-4.18").query("area == 'all'")
    wide = own.pivot_table(values="welfare_usd", index="load_level", columns="gamma")
    first, second = wide[0.5] - wide[0.0], wide[1.0] - wide[0.5]
    assert (second >= -1e-3).all()
    assert (first >= second - 1e-3).all()


def test_messages_go_between_the_tso_and_one_area(table):
    for name in ("fig-4.1", "fig-4.2", "fig-4.13"):
        own = table(name)
        assert ((own["sender"] == "tso") != (own["receiver"] == "tso")).all()


def test_no_bus_is_served_more_than_it_asks(table):
    """At hour 19 a bus of D10 asks for its whole load at most: inelastic plus flexible part."""
    own = table("fig-4.4").query("hour == 'hour 19' and area == 'D10'").set_index("bus")
    asked = table("table-4.1").query("area == 'D10' and kind.str.contains('load')")
    most = asked.groupby("bus")["p_max_mw"].sum()
    assert (own["load_mw"][most.index] <= most + 1e-9).all()
