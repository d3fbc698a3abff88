"""Every item of chapter 3, made once: what it is a picture of, and the laws that it obeys."""

import numpy as np
import pytest

from reproduction import chapter3
from reproduction.chapter3.two_bus import Q_RES, TwoBuses
from reproduction.diagram import Diagram
from reproduction.solved import Solved
from tests.reproduction.checks import leaves_its_files, panels, series, tells_what_it_shows

ITEMS = {item.name: item for item in chapter3.ITEMS}
TABLES = {f"table-3.{n}" for n in range(1, 4)}
FIGURES = {f"fig-3.{n}" for n in range(1, 14)}
ALL = ["CCPF", "TCPF", "TCPF-LM"]
VOLTAGE = "voltage, p.u."


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


@pytest.mark.parametrize("name", sorted(ITEMS))
def test_every_item_leaves_its_files_and_tells_what_it_shows(made, name, tmp_path):
    leaves_its_files(ITEMS[name], made[name], tmp_path)
    tells_what_it_shows(ITEMS[name], made[name])
    assert (made[name].chart is None) == (name in TABLES)


BOUNDARIES = ["T14D2, bus 10", "T14D2, bus 12", "T30D2, bus 15", "T30D2, bus 19"]
OF_118 = [f"T118Dn4, bus {bus}" for bus in (39, 50, 67, 98)]
PARTS = [f"({p}) {b}" for p, b in zip("aabbcccc", [*BOUNDARIES, *OF_118], strict=True)]
BY_LOADS = [f"bus {b}, {n}" for n in ("constant power", "households") for b in (10, 12)]
CURVES = [
    ("fig-3.6", ["T14D2, bus 10", "T30D2, bus 19"], ALL[:2], "lambda", VOLTAGE),
    ("fig-3.7", BOUNDARIES, ALL[:2], "power served, MW", VOLTAGE),
    ("fig-3.8", ["T14D2, bus 11", "T30D2, bus 23"], ALL[:2], "power served, MW", VOLTAGE),
    ("fig-3.9", BOUNDARIES, ALL, "power served, MW", VOLTAGE),
    ("fig-3.10", ["T118Dn4, bus 23", *OF_118], ALL, "power served, MW", VOLTAGE),
    ("fig-3.11", PARTS, ALL, "lambda", "power served, MW"),
    ("fig-3.12", BY_LOADS,
     [f"R/X times {f:g}" for f in (0.5, 1, 1.5, 2)], "power into the feeder, MW", VOLTAGE),
    ("fig-3.13", BY_LOADS, ["no plant", "at the root", "at the middle", "at the end"],
     "power into the feeder, MW", VOLTAGE),
]  # fmt: skip


@pytest.mark.parametrize(("name", "places", "curves", "x", "y"), CURVES)
def test_curves_are_of_the_buses_and_methods_of_their_caption(made, name, places, curves, x, y):
    drawn = panels(made[name])
    assert list(drawn) == places
    for panel in drawn.values():
        assert series(panel) == curves
        assert (panel.x, panel.y) == (x, y)


@pytest.mark.parametrize("name", ["fig-3.1", "fig-3.4"])
def test_diagrams_are_diagrams(made, name):
    assert isinstance(made[name].chart, Diagram)


def test_every_step_but_start_and_halving_names_its_code(table):
    own = table("fig-3.4").set_index("step")["code"]
    assert set(own.index[own == ""]) == {"start", "halve"}
    assert own["predict"] == "security.continuation.corrector.moved"


def test_lumped_constant_power_carries_more_than_feeders_in_full(table):
    top = table("fig-3.6").groupby(["system", "method"])["lambda"].max()
    assert top["T14D2", "CCPF"] == pytest.approx(1.9383, abs=2e-4)
    assert top["T14D2", "TCPF"] == pytest.approx(3.0385, abs=2e-4)
    assert top["T30D2", "CCPF"] == pytest.approx(1.3525, abs=2e-4)
    assert top["T30D2", "TCPF"] == pytest.approx(1.9059, abs=2e-4)


@pytest.mark.parametrize("name", ["fig-3.9", "fig-3.10"])
def test_lumped_loads_that_follow_voltage_come_close_to_feeders_in_full(table, name):
    own = table(name)
    top = own.groupby(["system", "method"])["lambda"].max().unstack()
    assert (abs(top["TCPF-LM"] / top["CCPF"] - 1) < 0.03).all()
    assert (top["TCPF"] < top["CCPF"]).all()


@pytest.mark.parametrize("name", ["fig-3.6", "fig-3.7", "fig-3.8"])
def test_a_curve_has_one_voltage_above_the_nose(table, name):
    """On the way to the nose voltage falls from point to point."""
    for _, own in table(name).groupby(["place", "method"]):
        upper = own["v_pu"].to_numpy()[: int(own["lambda"].to_numpy().argmax()) + 1]
        assert (np.diff(upper) < 0).all()


def test_power_served_follows_lambda_only_where_load_is_constant(table):
    """Nearly so: the boundary also carries the feeder's losses in the base case."""
    own = table("fig-3.11").query("bus == '10'")
    start = own.groupby("method")["p_mw"].first()
    end = own.loc[own.groupby("method")["lambda"].idxmax()].set_index("method")
    ratio = end["p_mw"] / start / (1 + end["lambda"])
    assert ratio["TCPF"] == pytest.approx(1.0, rel=1e-9)
    assert (ratio[["CCPF", "TCPF-LM"]] < 0.8).all()


def test_margins_by_resistance_and_losses_are_those_of_the_reference(table):
    own = table("fig-3.12")
    top = own.groupby(["loads", "factor"])[["lambda", "reference"]].max()
    assert len(top) == 8
    assert top["lambda"].to_numpy() == pytest.approx(top["reference"].to_numpy(), abs=6e-4)
    assert table("table-3.3")["difference_mw"].abs().max() < 6e-4


def test_resistance_lowers_the_margin_of_constant_power_alone(table):
    top = table("fig-3.12").groupby(["loads", "factor"])["lambda"].max()
    assert (np.diff(top["constant power"]) < 0).all()
    assert (np.diff(top["households"]) > 0).all()


def test_a_plant_helps_constant_power_the_more_the_farther_it_stands(table):
    own = table("fig-3.13").query("loads == 'constant power'")
    top = own.groupby("change", sort=False)["lambda"].max()
    assert list(top.index) == ["no plant", "at the root", "at the middle", "at the end"]
    assert (np.diff(top) > 0).all()


def test_feeders_in_full_feel_reactive_power_and_lumped_ones_hardly(table):
    """Of constant power: more reactive power, more loading, but never as much as TCPF finds."""
    own = table("table-3.1").query("loads == 'constant power'")
    for _, rows in own.groupby("plant_over_load"):
        assert np.all(np.diff(rows["ccpf_lambda"]) > -1e-8)
        assert np.ptp(rows["tcpf_lambda"]) < np.ptp(rows["ccpf_lambda"])
        assert (rows["ccpf_lambda"] < rows["tcpf_lambda"]).all()


def test_a_plant_that_holds_its_voltage_ends_as_one_that_gives_all(table):
    """Before the nose it stands at its greatest reactive power: the equations are the same."""
    own = table("table-3.1").set_index(["loads", "plant_over_load", "reactive_power"])
    holds = own.xs("holds 1 p.u. within the inverter", level="reactive_power")
    gives = own.xs("all that the inverter leaves", level="reactive_power")
    assert (holds["at_limit_from_lambda"] < holds["ccpf_lambda"]).all()
    assert (holds["at_limit_from_lambda"] > 0).all()
    assert holds["ccpf_lambda"].to_numpy() == pytest.approx(gives["ccpf_lambda"], abs=1e-6)


def test_a_plant_at_the_end_without_reactive_power_has_the_margin_of_the_reference(table):
    own = table("table-3.1").query("reactive_power == 'none' and plant_over_load == 0.4")
    assert own["ccpf_lambda"].to_numpy() == pytest.approx([2.176, 3.141], abs=6e-4)


def test_an_inverter_leaves_what_its_circle_says(table):
    """S = 1.1 P: sqrt(1.21 - 1) = 0.458 at rated power, sqrt(1.21 - 0.16) = 1.025 at 40 %."""
    own = table("table-3.2").groupby("output")["q_max_over_rated"].first()
    assert own[1.0] == pytest.approx(0.458, abs=5e-4)
    assert own[0.4] == pytest.approx(1.025, abs=5e-4)


@pytest.mark.parametrize("q", Q_RES)
def test_two_buses_without_resistance_end_at_the_load_of_the_textbook(q):
    """x^2 P^2 = E^2 (E^2/4 - x Q) with P = L - 0.3, Q = 0.3 L - q, x = 0.25 and E = 1."""
    x, k, p = 0.25, 0.3, 0.3
    load = TwoBuses(0.0, q).greatest
    assert (x * (load - p)) ** 2 == pytest.approx(0.25 - x * (k * load - q), abs=1e-12)


def test_two_buses_have_one_voltage_at_their_nose(table):
    for _, own in table("fig-3.3").groupby(["r_pu", "q_res_pu"]):
        nose = own[own["p_pu"] == own["p_pu"].max()]["v_pu"]
        assert np.ptp(nose) < 1e-6


def test_reactive_power_of_the_source_lifts_load_and_voltage_of_the_nose(table):
    own = table("fig-3.3")
    nose = own.loc[own.groupby(["r_pu", "q_res_pu"])["p_pu"].idxmax()]
    for _, rows in nose.groupby("r_pu"):
        assert (np.diff(rows["p_pu"]) > 0).all()
        assert (np.diff(rows["v_pu"]) > 0).all()


def test_two_buses_are_a_schematic_beside_curves(made):
    drawn = panels(made["fig-3.3"])
    assert drawn["schematic"].bare
    assert series(drawn["r = 0 p.u."]) == [f"source gives {q:g} p.u. reactive" for q in Q_RES]


def test_load_follows_its_exponent(table):
    """P0 (1 + lambda) V^n at V = 0.5, lambda = 3: 4, 2 and 1 p.u."""
    own = table("fig-3.2").query("v_pu == 0.5 and `lambda` == 3").set_index("exponent")["p_pu"]
    assert own.to_numpy() == pytest.approx([4.0, 2.0, 1.0])
