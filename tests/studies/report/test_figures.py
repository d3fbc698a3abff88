import math

import pandas as pd
import pytest

from scenarios.results import BID, GENERATOR, LOAD, UNSERVED
from studies.report.attention import binding_limits, scarce_places
from studies.report.figures.area_surplus import of_areas
from studies.report.figures.boundary import (
    ALL,
    MOST_BOUNDARIES,
    boundary_prices,
    boundary_schedules,
)
from studies.report.figures.convergence import LEAST_GAP, rounds
from studies.report.figures.dispatch import (
    CHARGING,
    DISCHARGING,
    NOT_SERVED,
    consumption,
    production,
)
from studies.report.figures.measures import pareto
from studies.report.figures.money import net_money
from studies.report.figures.price_map import colour_limits, transmission_prices
from studies.report.figures.style import look_of, significant
from studies.runs.welfare_loss import share_text, welfare_loss


def test_loss_is_a_share_of_the_size_of_the_best_welfare():
    """-150 against -100: 50, half of the best."""
    found = welfare_loss(pd.Series({"a": -150.0, "b": -100.0}))
    assert found.loc["a", "loss_usd"] == 50.0
    assert found.loc["a", "loss_percent"] == 50.0


def test_best_welfare_of_zero_has_no_shares():
    assert share_text(welfare_loss(pd.Series({"a": 0.0})).loc["a", "loss_percent"]) == "–"


def test_six_significant_digits_are_kept():
    assert significant([1234567.8, 0.000123456789, math.inf]) == [1234570.0, 0.000123457, None]


@pytest.fixture
def dispatch():
    columns = ["design", "period", "area", "kind", "asset", "bus", "p_mw", "unserved_mw"]
    rows = [
        ("d", 1, "T", GENERATOR, "g", "1", 60.0, 0.0),
        ("d", 1, "D", GENERATOR, "g", "1", 5.0, 0.0),
        ("d", 1, "D", "storage", "s", "1", -4.0, 0.0),
        ("d", 2, "D", "storage", "s", "1", 3.0, 0.0),
        ("d", 1, "T", UNSERVED, "1", "1", 2.0, 0.0),
        ("d", 1, "D", LOAD, "l", "1", 50.0, 1.0),
        ("d", 1, "D", BID, "b", "1", 13.0, 0.0),
    ]
    return pd.DataFrame(rows, columns=columns)


def test_production_is_told_apart_by_technology_and_side(dispatch):
    found = production(dispatch, {("T", "g"): "hydro", ("D", "g"): "pv"}, "T")
    first = found[found["period"] == 1].set_index("source")["p_mw"]
    assert first["hydro"] == 60.0
    assert first["pv in distribution"] == 5.0
    assert first[CHARGING] == -4.0
    assert found[found["period"] == 2].set_index("source")["p_mw"][DISCHARGING] == 3.0


def test_what_is_not_served_counts_at_buses_and_loads(dispatch):
    found = production(dispatch, {("T", "g"): "hydro", ("D", "g"): "pv"}, "T")
    assert found[found["source"] == NOT_SERVED].set_index("period")["p_mw"][1] == 3.0


def test_production_with_what_is_not_served_meets_what_is_asked_for(dispatch):
    """60 + 5 - 4 + 2 + 1 = 50 + 1 + 13."""
    found = production(dispatch, {("T", "g"): "hydro", ("D", "g"): "pv"}, "T")
    asked = consumption(dispatch).set_index("period")["p_mw"]
    assert found[found["period"] == 1]["p_mw"].sum() == asked[1] == 64.0


@pytest.fixture
def boundary():
    rows = [("d", 1, "x", 10.0, 20.0, 30.0), ("d", 1, "y", -4.0, 40.0, 40.0)]
    columns = ["design", "period", "boundary", "p_mw", "lmp_usd_per_mwh", "dlmp_usd_per_mwh"]
    return pd.DataFrame(rows, columns=columns)


def test_schedules_add_up_to_all_boundaries(boundary):
    found = boundary_schedules(boundary).set_index("boundary")["p_mw"]
    assert found[ALL] == 6.0
    assert list(found.index) == [ALL, "x", "y"]


def test_prices_of_all_boundaries_are_the_mean(boundary):
    found = boundary_prices(boundary).set_index("boundary")
    assert found.loc[ALL, "lmp_usd_per_mwh"] == 30.0
    assert found.loc[ALL, "dlmp_usd_per_mwh"] == 35.0


def lmp_of(prices):
    rows = [("d", t, "T", bus, p) for bus, day in prices.items() for t, p in enumerate(day, 1)]
    return pd.DataFrame(rows, columns=["design", "period", "area", "bus", "lmp_usd_per_mwh"])


def test_price_map_keeps_the_buses_that_vary_most_in_their_order():
    lmp = lmp_of({"9": [1.0, 5.0], "10": [2.0, 2.0], "11": [0.0, 9.0]})
    assert list(transmission_prices(lmp, "T", most=2).loc["d"].index) == ["9", "11"]


def test_price_spike_does_not_stretch_the_colours():
    """Quartiles 20.75 and 22.25 of 20..23 and one spike: the fence is at most 3 x 1.5 away."""
    low, high = colour_limits(pd.Series([20.0, 21.0, 21.0, 22.0, 22.0, 23.0, 3000.0]))
    assert low == 20.0
    assert 23.0 < high < 30.0


def test_equal_prices_still_have_a_scale():
    assert colour_limits(pd.Series([20.0, 20.0])) == (19.5, 20.5)


def test_surplus_of_areas_is_summed_over_the_day():
    columns = ["design", "period", "area", "surplus_usd"]
    rows = [("d", 1, "n", 2.0), ("d", 2, "n", 3.0), ("e", 1, "n", 1.0)]
    found = of_areas(pd.DataFrame(rows, columns=columns), "surplus_usd")
    assert found.loc["n"].to_dict() == {"d": 5.0, "e": 1.0}


def money_of(*rows):
    return pd.DataFrame(rows, columns=["design", "from_group", "to_group", "amount_usd"])


def test_money_between_two_groups_is_netted():
    """7 one way and 10 the other: 3 from storage."""
    found = net_money(
        money_of(("d", "TSO", "storage", 7.0), ("d", "storage", "TSO", 10.0))
    ).to_dict("records")
    assert found == [{"design": "d", "from_group": "storage", "to_group": "TSO", "amount_usd": 3.0}]


def test_all_dsos_are_one_group_but_their_rents():
    found = net_money(
        money_of(
            ("d", "DSO n", "TSO", 5.0),
            ("d", "TSO", "DSO s", 2.0),
            ("d", "DSO n", "rents of DSOs", 1.0),
        )
    )
    assert set(found["from_group"]) == {"DSOs"}
    assert dict(zip(found["to_group"], found["amount_usd"], strict=True)) == {
        "TSO": 3.0,
        "rents of DSOs": 1.0,
    }


def test_rounds_without_a_bound_are_not_drawn():
    columns = ["design", "round", "lower_usd", "upper_usd", "gap_relative"]
    rows = [("d", 1, 0.0, math.inf, math.inf), ("d", 2, 1.0, 1.0, 0.0)]
    found = rounds(pd.DataFrame(rows, columns=columns))
    assert list(found["round"]) == [2]
    assert list(found["gap_relative"]) == [LEAST_GAP]


def test_binding_limit_is_worth_shadow_price_times_flow_times_hours():
    """30 MW x 5 $/MWh x 0.5 h, whichever way the power flows."""
    columns = ["design", "period", "area", "branch", "p_mw", "shadow_usd_per_mwh"]
    rows = [("d", 1, "T", "k", -30.0, -5.0), ("d", 1, "T", "free", 10.0, 0.0)]
    found = binding_limits(pd.DataFrame(rows, columns=columns), (0.5,))
    assert list(found["branch"]) == ["k"]
    assert found.iloc[0]["value_usd"] == 75.0
    assert found.iloc[0]["hours"] == 0.5


def test_scarce_places_are_named(dispatch):
    found = scarce_places(dispatch, (0.5, 1.0))
    assert list(found["place"]) == ["bus 1", "l"]
    assert list(found["energy_mwh"]) == [1.0, 0.5]


def test_of_many_boundaries_those_with_the_greatest_flows_are_drawn_and_the_sum_counts_all():
    many = pd.DataFrame(
        {
            "design": "cmo",
            "boundary": [f"b{n}" for n in range(MOST_BOUNDARIES + 5)],
            "period": 1,
            "p_mw": [float(-n) for n in range(MOST_BOUNDARIES + 5)],
        }
    )
    found = boundary_schedules(many).set_index("boundary")["p_mw"]
    assert found[ALL] == many["p_mw"].sum()
    assert set(found.index) == {ALL, *many["boundary"][5:]}


def test_no_two_of_many_designs_look_alike():
    """Twenty-four: eight colours in three shades, each with dashes and marks of its own."""
    names = [f"design {n}" for n in range(24)]
    look = look_of(names, "USD", (1.0,))
    assert len(set(look.colours.values())) == 24
    assert len({(look.line(n)["dash"], look.mark(n)) for n in names}) == 3


def test_a_hair_of_welfare_is_not_worth_more_disclosure():
    """b has 1e-9 of welfare more than a for twice as many numbers; c has less for fewer."""
    table = pd.DataFrame(
        {"disclosed": [10, 20, 5], "welfare_usd": [-100.0, -100.0 + 1e-7, -200.0]},
        index=["a", "b", "c"],
    )
    assert list(pareto(table)) == ["c", "a"]
