"""Every item of chapter 2, made once, and the laws that its table obeys."""

import numpy as np
import pytest

from reproduction import chapter2
from reproduction.chapter2 import real_time
from reproduction.chapter2.diagrams import DOWN, UP
from reproduction.diagram import Diagram
from reproduction.solved import Solved
from tests.reproduction.checks import leaves_its_files, panels, series, tells_what_it_shows

ITEMS = {item.name: item for item in chapter2.ITEMS}
TABLES = {f"table-2.{n}" for n in range(1, 8)}
FIGURES = {f"fig-2.{n}" for n in range(1, 13)}
DIAGRAMS = {f"fig-2.{n}" for n in range(1, 6)}
BY_METHOD = ["CLF", "ITLF", "IDLF"]


@pytest.fixture(scope="module")
def made():
    """All items, which share what is solved."""
    solved = Solved()
    return {name: item.make(solved) for name, item in ITEMS.items()}


@pytest.fixture(scope="module")
def table(made):
    return lambda name: made[name].table


def test_the_chapter_is_complete():
    assert set(ITEMS) == TABLES | FIGURES


@pytest.mark.parametrize("name", sorted(TABLES | FIGURES))
def test_every_item_leaves_its_files_and_tells_what_it_shows(made, name, tmp_path):
    leaves_its_files(ITEMS[name], made[name], tmp_path)
    tells_what_it_shows(ITEMS[name], made[name])
    assert (made[name].chart is None) == (name in TABLES)
    assert isinstance(made[name].chart, Diagram) == (name in DIAGRAMS)


P, Q = "power into the feeder, MW", "reactive power into the feeder, Mvar"
SIDES = {"P": P, "Q": Q}


@pytest.mark.parametrize("name", ["fig-2.8", "fig-2.9"])
def test_curves_by_exponent_are_of_real_and_of_reactive_power(made, name):
    drawn = panels(made[name])
    assert {title: panel.y for title, panel in drawn.items()} == SIDES
    assert all(panel.x == "exponent of all loads" for panel in drawn.values())
    assert all(series(panel) == BY_METHOD for panel in drawn.values())


@pytest.mark.parametrize(
    ("name", "words"), [("fig-2.8", ("bus 7", "14B")), ("fig-2.9", ("bus 10", "14A"))]
)
def test_curves_by_exponent_are_of_the_bus_of_their_caption(table, made, name, words):
    """At exponent 0 and IDLF the feeder draws its load, 9 MW at bus 10 of 14A, and its losses."""
    assert all(word in ITEMS[name].title for word in words)
    own = table(name).query("method == 'ITLF' and exponent == 0")["p_mw"].item()
    assert own == pytest.approx({"fig-2.8": 3.715, "fig-2.9": 9.0}[name], rel=1e-9)


def test_voltages_are_split_into_those_of_ts_and_of_ds(made):
    drawn = panels(made["fig-2.7"])
    assert list(drawn) == ["(a) TS", "(b) DS"]
    assert all(series(panel) == ["NRLF-OM", "CLF"] for panel in drawn.values())
    assert [len(panel.series[0].x) for panel in drawn.values()] == [30, 3 * 33]


def test_power_in_real_time_is_drawn_real_and_reactive(made):
    assert {t: p.y for t, p in panels(made["fig-2.10"]).items()} == SIDES
    assert {t: p.y for t, p in panels(made["fig-2.11"]).items()} == {
        "TS, real": "load, MW",
        "TS, reactive": "load, Mvar",
        "DS, real": "load, MW",
        "DS, reactive": "load, Mvar",
    }
    transmission = panels(made["fig-2.12"])
    assert {t: p.y for t, p in transmission.items()} == {"real": "MW", "reactive": "Mvar"}
    assert all(series(p) == ["generation", "load"] for p in transmission.values())


def test_messages_are_two_for_each_feeder_and_round(table):
    """A voltage down, a power (two numbers) up; slopes are two numbers more."""
    own = table("fig-2.2")
    assert own[own["plain"]]["sender"].tolist() == ["TSO", "DSO"]
    assert own["numbers"].tolist() == [1, 2, 2]


def test_data_of_m_copf_are_the_fields_of_the_answers(table):
    own = table("fig-2.4")
    assert own["field"].tolist() == [*UP, *DOWN]


def test_steps_name_the_code_that_takes_them(table):
    own = table("fig-2.3").set_index("step")["code"]
    assert own["ask"] == "security.coordinated.feeder.Feeder.draw"
    assert set(own.index[own == ""]) == {"start"}


def test_what_crosses_boundaries_of_14a_is_what_its_load_flow_says(table):
    own = table("table-2.5").query("system == '14A' and method == 'CLF'")
    assert table("fig-2.1")["p_mw"].to_numpy() == pytest.approx(own["p_mw"], abs=1e-6)


@pytest.mark.parametrize(
    ("column", "digits"),
    [("v_difference_pu", 5), ("p_difference_mw", 3), ("q_difference_mvar", 3),
     ("v_min_difference_pu", 4)],
)  # fmt: skip
def test_load_flows_are_those_of_another_program_to_its_last_digit(table, column, digits):
    differences = table("table-2.5")[column].dropna().abs()
    assert len(differences) >= 22
    assert differences.max() < 0.51 * 10**-digits


def test_coordinated_load_flow_is_the_merged_one(table):
    own = table("table-2.5").query("method == 'CLF'")
    assert own["v_pu"].to_numpy() == pytest.approx(own["merged_v_pu"], abs=1e-8)
    assert own["p_mw"].to_numpy() == pytest.approx(own["merged_p_mw"], abs=1e-6)


def test_every_bus_of_30b_has_its_voltage_in_the_merged_network(table):
    assert table("fig-2.7")["difference_pu"].max() < 1e-8


@pytest.mark.parametrize("loads", ["0, 0", "1, 1", "2, 2", "1.2, 3"])
def test_a_lumped_load_draws_power_with_its_exponent(table, loads):
    """P = P0 V^n with P0 = 9 MW at bus 10."""
    own = table("table-2.5").query("system == 'T14D2' and bus == '10' and loads == @loads")
    row = own[own["method"] == "ITLF"].iloc[0]
    assert row["p_mw"] == pytest.approx(9 * row["v_pu"] ** float(loads.split(",")[0]), rel=1e-9)


def test_weighted_exponents_are_those_of_loads_that_are_alike(table):
    own = table("table-2.6").query("loads == '1.2, 3'")
    assert own["n_p_weighted"].to_numpy() == pytest.approx(1.2)
    assert own["n_q_weighted"].to_numpy() == pytest.approx(3.0)


def test_measured_exponents_are_those_of_another_program(table):
    own = table("table-2.6").query("system == 'one feeder'")
    assert len(own) == 4
    assert own[["n_p_difference", "n_q_difference"]].abs().to_numpy().max() < 0.51e-4


@pytest.mark.parametrize("column", ["p_mw", "q_mvar"])
@pytest.mark.parametrize("name", ["fig-2.8", "fig-2.9"])
def test_the_error_of_lumping_changes_sign_near_exponent_one(table, name, column):
    """Lumped loads forget losses, and see the voltage of the boundary instead of lower ones."""
    drawn = table(name).pivot_table(column, "exponent", "method")
    error = drawn["ITLF"] - drawn["CLF"]
    assert (np.diff(error) > 0).all()
    assert error[0.75] < 0 < error[1.25]


@pytest.mark.parametrize("column", ["p_mw", "q_mvar"])
@pytest.mark.parametrize("name", ["fig-2.8", "fig-2.9"])
def test_feeders_in_full_depend_least_on_exponents(table, name, column):
    """Voltage in feeders fed above 1 p.u. is near 1 p.u. on average."""
    width = table(name).groupby("method")[column].agg(np.ptp)
    assert width["CLF"] < 0.3 * min(width["ITLF"], width["IDLF"])


@pytest.fixture(scope="module")
def costs(table):
    """Costs of table 2.7 by system and method."""
    return table("table-2.7").set_index(["system", "method"])


def test_costs_of_t14d2_are_those_of_another_program(costs):
    """To its last digit, but for the answer that is not unique."""
    difference = costs["difference_usd_per_h"].dropna().abs()
    assert len(difference) == 4
    assert difference.drop("without prices", level="method").max() < 5e-4
    assert difference["T14D2", "without prices"] < 1e-3 * 8106.49


def test_every_coordination_settles_with_prices_or_without(costs):
    coordinated = ["M-COPF", "without voltage multiplier", "without prices"]
    settled = costs["settled"].unstack()[coordinated]
    assert settled.shape == (4, 3)
    assert settled.all().all()


def test_without_prices_dsos_use_nothing_that_costs_them_anything(costs):
    own = costs.xs("without prices", level="method")
    assert own["all_usd_per_h"].to_numpy() == pytest.approx(own["tso_usd_per_h"], abs=1e-4)


def test_coordination_reaches_the_merged_cost(costs):
    cost = costs["all_usd_per_h"].unstack()
    assert cost["M-COPF"].to_numpy() == pytest.approx(cost["merged"], rel=1e-6)
    assert costs.xs("M-COPF", level="method")["settled"].all()


def test_no_method_realises_less_than_the_merged_optimum(costs):
    merged = costs["all_usd_per_h"].unstack()["merged"]
    realised = costs["realised_all_usd_per_h"].unstack().drop(columns="merged")
    assert (realised.ge((1 - 1e-6) * merged, axis=0)).all().all()


def test_coordinated_operators_realise_what_they_expect_and_keep_all_limits(costs):
    own = costs.xs("M-COPF", level="method")
    assert own["realised_all_usd_per_h"].to_numpy() == pytest.approx(own["all_usd_per_h"], rel=1e-7)
    assert (own["realised_violations"] == 0).all()


def test_operators_alone_leave_limits_where_they_follow_prices(costs):
    own = costs.xs("T-OPF, D-OPF at its prices", level="method")
    assert (own["realised_violations"] > 0).all()


def test_the_running_grid_follows_the_optimum_of_every_level(table):
    """Within twice what meters err by, once messages had time to come through."""
    own = table("fig-2.10")
    settled = own[own["cycle"] % real_time.CYCLES == 0]
    error = (settled["p_mw"] - settled["optimal_p_mw"]).abs() / settled["optimal_p_mw"]
    assert error.max() < 2 * real_time.CONDITIONS.noise


def test_loads_follow_their_profile(table):
    for column in ("load_mw", "load_mvar"):
        own = table("fig-2.11").pivot_table(column, "level", "area")
        for level, factor in enumerate(real_time.LEVELS, start=1):
            assert own.loc[level].to_numpy() == pytest.approx(
                own.loc[4].to_numpy() * factor / real_time.LEVELS[3]
            )


def test_transmission_generates_its_load_and_losses_and_what_feeders_draw(table):
    drawn = table("fig-2.10").groupby("cycle")["p_mw"].sum()
    own = table("fig-2.12").set_index("cycle")
    needed = own["load_mw"] + own["loss_mw"] + drawn
    assert own["generation_mw"].to_numpy() == pytest.approx(needed, abs=1e-6)
