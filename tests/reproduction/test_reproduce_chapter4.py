"""Every item of chapter 4, made once, and the laws that its table obeys."""

from itertools import pairwise

import numpy as np
import pytest

from reproduction import chosen_items
from reproduction.make import write_item
from reproduction.solved import Solved

NAMES = [item.name for item in chosen_items(["chapter-4"])]
SLACK_HOURS = (6, 10, 16)  # no line of System A binds, so that all boundary prices are one
TABLES_ONLY = ("table-4.1", "table-4.5", "table-4.6", "table-4.7")


@pytest.fixture(scope="module")
def made():
    """All items, which share what is solved."""
    solved = Solved()
    return {item.name: item.make(solved) for item in chosen_items(["chapter-4"])}


@pytest.fixture(scope="module")
def table(made):
    return lambda name: made[name].table


@pytest.mark.parametrize("name", NAMES)
def test_every_item_leaves_its_files(made, name, tmp_path):
    write_item(tmp_path, chosen_items([name])[0], made[name])
    endings = {"parquet", "csv", "html"} | (set() if name in TABLES_ONLY else {"png"})
    assert {f.suffix[1:] for f in tmp_path.iterdir()} == endings
    assert all(f.stat().st_size > 0 for f in tmp_path.iterdir())
    assert len(made[name].table) > 0


@pytest.mark.parametrize("name", ["table-4.3", "table-4.5"])
def test_no_case_has_more_surplus_than_coordination(table, name):
    assert (table(name)["less_than_cmo_usd"] >= -1e-4).all()


def test_surplus_of_areas_adds_up_to_that_beside_the_net_surplus(table):
    beside = table("table-4.3").set_index("case")["sum_of_area_surplus_usd"]
    summed = table("table-4.4").groupby("case")["surplus_usd"].sum()
    assert summed.to_numpy() == pytest.approx(beside[summed.index].to_numpy(), rel=1e-12)


def test_prices_do_not_fall_with_chi_where_no_line_binds(table):
    own = table("fig-4.6")
    wide = own[own["period"].isin(SLACK_HOURS)].pivot_table(
        values="lmp_usd_per_mwh", index=["area", "period"], columns="case", sort=False
    )
    cases = [c for c in wide if c != "CMO"]
    assert len(cases) == 4
    assert all((wide[b] >= wide[a] - 1e-6).all() for a, b in pairwise(cases))


def test_conventional_demand_rises_with_chi(table):
    """Of all areas together: where a line binds, one may be given more at another's expense."""
    own = table("fig-4.7")
    sums = own.groupby(["period", "case"], as_index=False, sort=False)["p_mw"].sum()
    wide = sums.pivot_table(values="p_mw", index="period", columns="case", sort=False)
    cases = [c for c in wide if c != "CMO"]
    assert all((wide[b] >= wide[a] - 1e-6).all() for a, b in pairwise(cases))


def test_coordinated_demand_and_price_are_those_of_other_programs(table):
    """Computed for System A by two other programs: demand (MW) at 10, 13, 14 and prices."""
    own = table("fig-4.3").set_index(["hour", "area"])
    areas = ["D10", "D13", "D14"]
    demand = own["p_mw"]["hour 19"][areas].to_numpy()
    price = own["lmp_usd_per_mwh"]["hour 19"][areas].to_numpy()
    assert demand == pytest.approx([7.3658, 4.5500, 7.5959], abs=1e-3)
    assert price == pytest.approx([58.5507, 73.0723, 65.4508], abs=1e-3)


def test_demand_of_ds_1_lies_within_its_limits(table):
    own = table("fig-4.5").query("view == 'agreed'")
    assert own["demand_mw"].between(own["least_mw"], own["most_mw"]).all()


def test_the_last_answers_of_ds_1_come_near_what_is_agreed(table):
    own = table("fig-4.5")
    agreed = own[own["view"] == "agreed"].set_index("hour")["demand_mw"]
    last = own[own["view"] == "sent"].groupby("hour")["demand_mw"].last()
    assert last.to_numpy() == pytest.approx(agreed[last.index].to_numpy(), abs=0.02)


def test_coordination_equals_the_integrated_market(table):
    own = table("table-4.6")
    assert (own["relative_difference"] <= 1e-8).all()
    assert (own["greatest_lmp_difference_usd_per_mwh"] <= 1e-3).all()


def test_numbers_exchanged_are_a_few_per_boundary_hour_and_round(table):
    """System A: price, schedule and welfare are 3 x 3 x 24 = 216 numbers in each round.

    The opening has one such round more, a forecast, and at the end a price and a schedule.
    """
    own = table("table-4.6").set_index("system").loc["A"]
    assert own["numbers_exchanged"] == (own["rounds"] + 1) * 216 + 72 + 2 * 72


def test_the_schedule_pool_closes_the_gap_and_undamped_exchange_does_not(table):
    last = table("fig-4.9").groupby("method", sort=False)["gap_relative"].last()
    assert last["schedule pool"] <= 1e-9
    assert last["exchange"] > 1e-3


def test_a_gap_never_grows(table):
    own = table("fig-4.9").query("method == 'schedule pool'")["gap_relative"].to_numpy()
    finite = own[np.isfinite(own)]
    assert (np.diff(finite) <= 1e-12).all()


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
