"""Every item of chapter 5, made once, and the laws that its table obeys."""

import numpy as np
import pytest

from reproduction import chapter5
from reproduction.make import write_item
from reproduction.solved import Solved

ITEMS = {item.name: item for item in chapter5.ITEMS}
NAMES = {*(f"table-5.{n}" for n in range(1, 10)), *(f"fig-5.{n}" for n in range(1, 9))}
TABLES_ONLY = {f"table-5.{n}" for n in (1, 2, 3, 4, 5, 6, 7, 9)}
CASES = ("table-5.2", "table-5.3", "table-5.5")
SLACK = "1"


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
def test_every_item_leaves_its_files(made, name, tmp_path):
    write_item(tmp_path, ITEMS[name], made[name])
    endings = {"parquet", "csv", "html"} | (set() if name in TABLES_ONLY else {"png"})
    assert {f.suffix[1:] for f in tmp_path.iterdir()} == endings
    assert all(f.stat().st_size > 0 for f in tmp_path.iterdir())
    assert len(made[name].table) > 0


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


def test_exchange_settles_round_by_round(table):
    for _, own in table("fig-5.3").groupby("outage"):
        assert (np.diff(own["v_apart_pu"]) < 0).all()
        assert own["v_apart_pu"].iloc[-1] <= 1e-9
        assert (own["largest_mismatch_pu"] <= 1e-9).all()


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
        others = [v for bus, v in into.items() if bus not in (SLACK, "9", "10", "14")]
        assert others == pytest.approx([0.0] * len(others), abs=1e-9), case
        assert into[SLACK] == pytest.approx(-sum(into[b] for b in ("9", "10", "14")), abs=1e-9)


def test_sensitivities_come_close_to_the_load_flow(table):
    """Where no line is lost they miss changes of losses only."""
    for name in ("table-5.2", "table-5.3"):
        own = table(name).query("not case.str.startswith('3')")
        largest = own.groupby("case")["by_load_flow_mw"].agg(lambda c: c.abs().max())
        error = own.groupby("case")["error_mw"].agg(lambda c: c.abs().max())
        assert (error < 0.1 * largest).all()


def test_announced_changes_know_nothing_of_voltage(table):
    own = table("table-5.3").query("case.str.startswith('3')")
    assert (own["announced_mw"] == 0).all()
    assert own["by_sensitivity_mw"].abs().max() > 1


def test_the_feeders_own_load_flow_errs_less_than_what_is_announced(table):
    """Loads that follow voltage take back part of a loss of generation."""
    own = table("table-5.3").query("case.str.startswith('4')")
    announced = (own["announced_mw"] - own["by_load_flow_mw"]).abs().sum()
    assert own["error_mw"].abs().sum() < announced


def test_a_lost_line_carries_nothing(table):
    own = table("table-5.5").set_index("branch").loc["2-4"]
    assert own["by_sensitivity_mw"] == pytest.approx(-own["before_mw"], abs=1e-9)
    assert own["by_load_flow_mw"] == pytest.approx(-own["before_mw"], abs=1e-9)


def test_boundaries_draw_about_what_their_feeders_expect(table):
    for name in ("table-5.4", "table-5.6"):
        own = table(name)
        assert own["p_expected_mw"].to_numpy() == pytest.approx(own["p_after_mw"], rel=0.02)


def test_power_without_renewables_is_that_of_another_program(table):
    own = table("table-5.7").query("bus == '9' and renewable_share == 0")
    assert own["p_mw"].to_numpy() == pytest.approx(own["other_p_mw"], abs=0.05)
    assert own["q_mvar"].to_numpy() == pytest.approx(own["other_q_mvar"], abs=0.05)


def test_active_power_falls_and_reactive_power_rises_with_renewables(table):
    for _, own in table("table-5.7").groupby("bus"):
        assert (np.diff(own["p_mw"]) < 0).all()
        assert (np.diff(own["q_mvar"]) > 0).all()


def test_indices_are_of_the_size_that_another_program_finds(table):
    """It rates lines and places renewables a little differently."""
    own = table("table-5.8")
    told = own.dropna(subset="other_pi_mw")
    assert len(told) == 5
    assert told["pi_mw"].to_numpy() == pytest.approx(told["other_pi_mw"], rel=0.2)
    voltage = own.dropna(subset="other_pi_v")
    assert voltage["pi_v"].to_numpy() == pytest.approx(voltage["other_pi_v"], rel=0.05)


def test_the_worst_line_changes_with_renewables(table):
    own = table("table-5.9").query("injections == 'coordinated' and state != 'islanding'")
    worst = own.groupby("renewable_share")["outage"].first()
    assert worst.tolist() == ["branch 5-6"] * 3 + ["branch 2-3"]


def test_every_ranking_is_a_permutation(table):
    for _, own in table("table-5.9").groupby(["renewable_share", "injections"]):
        assert sorted(own["rank_mw"]) == list(range(1, len(own) + 1))
