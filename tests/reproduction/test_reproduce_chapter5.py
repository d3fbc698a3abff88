"""Every item of chapter 5, made once, and the laws that its table obeys."""

import numpy as np
import pytest

from reproduction import chapter5
from reproduction.diagram import Diagram
from reproduction.solved import Solved
from tests.reproduction.checks import leaves_its_files, panels, series, tells_what_it_shows

ITEMS = {item.name: item for item in chapter5.ITEMS}
NAMES = {*(f"table-5.{n}" for n in range(1, 10)), *(f"fig-5.{n}" for n in range(1, 9))}
CASES = {"fig-5.5": "1", "fig-5.6": "234", "fig-5.7": "5"}
DESCRIBED = {"table-5.2": "1", "table-5.3": "234", "table-5.5": "5"}
WAYS = ["by PTDF, as announced", "by PTDF, as feeders react", "coordinated load flow"]
SLACK = "1"
BOUNDARIES = ("9", "10", "14")


@pytest.fixture(scope="module")
def made():
    """All items, which share what is solved."""
    solved = Solved()
    return {name: item.make(solved) for name, item in ITEMS.items()}


@pytest.fixture(scope="module")
def table(made):
    return lambda name: made[name].table


def test_the_chapter_is_complete():
    assert set(ITEMS) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_item_leaves_its_files_and_tells_what_it_shows(made, name, tmp_path):
    leaves_its_files(ITEMS[name], made[name], tmp_path)
    tells_what_it_shows(ITEMS[name], made[name])


def test_factors_of_three_equal_lines_are_thirds(table):
    """From bus 2 two thirds take 2-1 and one third 2-3-1; from bus 3 likewise the other way."""
    own = table("fig-5.1").pivot_table("mw_per_mw", "branch", "bus")
    assert own["1"].tolist() == [0, 0, 0]
    assert own["2"].to_numpy() == pytest.approx([-2 / 3, -1 / 3, 1 / 3], abs=1e-12)
    assert own["3"].to_numpy() == pytest.approx([-1 / 3, -2 / 3, -1 / 3], abs=1e-12)


def test_the_sun_does_not_shine_at_night(table):
    own = table("fig-5.2")
    night = own[(own["hour"] <= 6) | (own["hour"] >= 18)]
    assert (night["expected_mw"] == 0).all()
    assert own["expected_mw"].between(0, 1).all()


def test_expected_output_by_the_threshold_lies_below_that_at_the_mean_where_it_saturates(table):
    """The curve is concave above 150 W/m2 (Jensen), up to the little weight below."""
    own = table("fig-5.2").query("curve == 'threshold' and mean_irradiance_w_per_m2 > 500")
    assert (own["expected_mw"] <= own["at_mean_mw"] + 1e-3).all()


def test_the_decoupled_load_flow_is_a_flow_chart_of_the_code(made):
    """Half-steps of active and reactive power lie within the loop of the exchange."""
    drawn = made["fig-5.3"].chart
    assert isinstance(drawn, Diagram)
    links = {(link.start, link.end) for link in drawn.links}
    assert {("ask", "stated"), ("p", "q"), ("small", "p"), ("agree", "ask")} <= links
    code = made["fig-5.3"].table.set_index("step")["code"]
    assert code["p"] == code["q"] == "security.outages.fast_decoupled.settle"


@pytest.mark.parametrize("name", ["fig-5.4", "fig-5.8"])
def test_pv_and_wind_are_drawn_in_the_feeders(made, name):
    transmission, feeder = made[name].chart.panels
    assert {"generator", "boundary"} <= set(series(transmission))
    assert {"boundary", "PV", "wind"} <= set(series(feeder))


@pytest.mark.parametrize(("name", "cases"), CASES.items())
def test_figures_show_the_changes_of_their_cases(made, name, cases):
    drawn = panels(made[name])
    assert "".join(title.split()[1][0] for title in drawn) == cases
    assert all(series(p) == WAYS for p in drawn.values())
    assert all((p.x, p.y) == ("line", "change of flow, MW") for p in drawn.values())


@pytest.mark.parametrize(("name", "cases"), DESCRIBED.items())
def test_tables_describe_their_cases(table, name, cases):
    own = table(name)
    assert "".join(case[0] for case in own["case"].unique()) == cases
    assert set(own["boundary_bus"]) == set(BOUNDARIES)


def test_a_cloud_leaves_a_fifth_of_the_pv_where_it_hangs(table):
    own = table("table-5.2").set_index("area")
    left = own["pv_after_mw"] / own["pv_before_mw"]
    assert left.to_dict() == pytest.approx({"D9": 0.2, "D10": 1.0, "D14": 1.0})


def test_case_4_loses_the_generator_of_d10_and_case_5_all_that_it_names(table):
    fourth = table("table-5.3").query("case.str.startswith('4')").set_index("area")
    assert fourth["generator_after_mw"]["D10"] == 0
    assert (fourth["pv_after_mw"] == fourth["pv_before_mw"]).all()
    fifth = table("table-5.5")
    assert (fifth["pv_after_mw"] < fifth["pv_before_mw"]).all()
    assert set(fifth["line_lost"]) == {"2-4"}


@pytest.mark.parametrize("name", CASES)
def test_changes_that_sensitivities_predict_meet_at_every_other_bus(table, name):
    """Flows into a bus without boundary add up to zero; the slack takes the sum of all changes."""
    own = table(name)
    for case, rows in own.groupby("case", sort=False):
        into: dict[str, float] = {}
        for row in rows.itertuples():
            start, end = row.branch.split("-")
            into[start] = into.get(start, 0.0) - row.by_sensitivity_mw
            into[end] = into.get(end, 0.0) + row.by_sensitivity_mw
        others = [v for bus, v in into.items() if bus not in (SLACK, *BOUNDARIES)]
        assert others == pytest.approx([0.0] * len(others), abs=1e-9), case
        assert into[SLACK] == pytest.approx(-sum(into[b] for b in BOUNDARIES), abs=1e-9)


def test_sensitivities_come_close_to_the_load_flow(table):
    """Where no line is lost they miss changes of losses only."""
    for name in ("fig-5.5", "fig-5.6"):
        own = table(name).query("not case.str.startswith('3')")
        largest = own.groupby("case")["by_load_flow_mw"].agg(lambda c: c.abs().max())
        error = own.groupby("case")["error_mw"].agg(lambda c: c.abs().max())
        assert (error < 0.1 * largest).all()


def test_announced_changes_know_nothing_of_voltage(table):
    own = table("fig-5.6").query("case.str.startswith('3')")
    assert (own["announced_mw"] == 0).all()
    assert own["by_sensitivity_mw"].abs().max() > 1


def test_feeders_that_tell_how_they_react_foretell_case_3_better_than_no_change(table):
    own = table("fig-5.6").query("case.str.startswith('3')")
    announced = own["announced_mw"] - own["by_load_flow_mw"]
    assert own["error_mw"].abs().sum() < announced.abs().sum()


def test_a_lost_line_carries_nothing(table):
    own = table("fig-5.7").set_index("branch").loc["2-4"]
    assert own["by_sensitivity_mw"] == pytest.approx(-own["before_mw"], abs=1e-9)
    assert own["by_load_flow_mw"] == pytest.approx(-own["before_mw"], abs=1e-9)


def test_boundaries_draw_about_what_their_feeders_expect(table):
    for name in ("table-5.4", "table-5.6"):
        own = table(name)
        assert own["p_expected_mw"].to_numpy() == pytest.approx(own["p_after_mw"], rel=0.02)


def test_boundary_power_is_that_of_another_program(table):
    """Plants at buses 18 and 33, half each; it tells tenths."""
    own = table("table-5.7").dropna(subset="other_p_mw")
    assert len(own) == 4
    assert own["p_mw"].to_numpy() == pytest.approx(own["other_p_mw"], abs=0.06)
    told = own.dropna(subset="other_q_mvar")
    assert told["q_mvar"].to_numpy() == pytest.approx(told["other_q_mvar"], abs=0.06)


def test_plants_at_two_ends_save_less_than_plants_at_every_load(table):
    """They raise voltage, and with it loads, and carry their power upwards over the laterals."""
    own = table("table-5.7").query("renewable_share == 0.75")
    assert (own["p_mw"] > own["spread_p_mw"]).all()
    assert (own["q_mvar"] > own["spread_q_mvar"]).all()


def test_active_power_falls_and_reactive_power_rises_with_renewables(table):
    for _, own in table("table-5.7").groupby("bus"):
        assert (np.diff(own["p_mw"]) < 0).all()
        assert (np.diff(own["q_mvar"]) > 0).all()


def test_indices_are_those_of_another_program(table):
    """It counts apparent power at the fuller end, against 1.3 times that of the base case."""
    own = table("table-5.8")
    for column in ("pi_mva", "pi_v"):
        told = own.dropna(subset=f"other_{column}")
        assert told[column].to_numpy() == pytest.approx(told[f"other_{column}"], abs=0.06)


def test_reactive_power_only_adds_to_the_index(table):
    known = table("table-5.8").dropna(subset="pi_mva")
    assert (known["pi_mva"] >= known["pi_mw"]).all()


def test_the_worst_line_changes_with_renewables(table):
    own = table("table-5.9").query("state != 'islanding'")
    worst = own.groupby("renewable_share")["outage"].first()
    assert worst.tolist() == ["branch 5-6"] * 3 + ["branch 2-3"]


def test_feeders_that_answer_swap_two_outages(table):
    """After the loss of 7-9 the feeder at bus 9 sheds load by itself, after that of 4-7 less."""
    own = table("table-5.9").query("renewable_share == 0").set_index("outage")
    first, second = own.loc["branch 4-7"], own.loc["branch 7-9"]
    assert first["rank"] < second["rank"]
    assert first["rank_fixed"] > second["rank_fixed"]


def test_every_ranking_is_a_permutation(table):
    for _, own in table("table-5.9").groupby("renewable_share"):
        for column in ("rank", "rank_fixed"):
            assert sorted(own[column]) == list(range(1, len(own) + 1))


def test_rankings_show_ranks_and_what_moves_them(made):
    first, second = made["table-5.9"].chart.panels
    assert first.x == second.x == "share of renewables"
    assert first.heat.x == ["0%", "25%", "50%", "75%"]
