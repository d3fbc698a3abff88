"""Every item of chapter 3, made once, and the laws that its table obeys."""

import numpy as np
import pytest

from reproduction import chosen_items
from reproduction.make import write_item
from reproduction.solved import Solved

NAMES = [item.name for item in chosen_items(["chapter-3"])]
TABLES_ONLY = ("table-3.1", "table-3.2", "table-3.3")


@pytest.fixture(scope="module")
def made():
    """All items, which share what is solved."""
    solved = Solved()
    return {item.name: item.make(solved) for item in chosen_items(["chapter-3"])}


@pytest.fixture(scope="module")
def table(made):
    return lambda name: made[name].table


@pytest.mark.parametrize("name", NAMES)
def test_every_item_leaves_its_files(made, name, tmp_path):
    write_item(tmp_path, chosen_items([name])[0], made[name])
    endings = {"parquet", "csv", "html"} | (set() if name in TABLES_ONLY else {"png"})
    assert {f.suffix[1:] for f in tmp_path.iterdir()} == endings
    assert len(made[name].table) > 0


def test_lumped_constant_power_carries_more_than_feeders_in_full(table):
    top = table("fig-3.6").groupby(["system", "method"])["lambda"].max()
    assert top["T14D2", "CCPF"] == pytest.approx(1.9383, abs=2e-4)
    assert top["T14D2", "TCPF"] == pytest.approx(3.0385, abs=2e-4)
    assert top["T30D2", "CCPF"] == pytest.approx(1.3525, abs=2e-4)
    assert top["T30D2", "TCPF"] == pytest.approx(1.9059, abs=2e-4)


def test_lumped_loads_that_follow_voltage_come_close_to_feeders_in_full(table):
    own = table("fig-3.9")
    top = own.groupby(["system", "method"])["lambda"].max().unstack()
    assert (abs(top["TCPF-LM"] / top["CCPF"] - 1) < 0.03).all()
    assert (top["TCPF"] < top["CCPF"]).all()


def test_power_served_follows_lambda_only_where_load_is_constant(table):
    """Nearly so: the boundary also carries the feeder's losses in the base case."""
    own = table("fig-3.11").query("bus == '10'")
    start = own.groupby("method")["p_mw"].first()
    end = own.loc[own.groupby("method")["lambda"].idxmax()].set_index("method")
    ratio = end["p_mw"] / start / (1 + end["lambda"])
    assert ratio["TCPF"] == pytest.approx(1.0, rel=1e-9)
    assert (ratio[["CCPF", "TCPF-LM"]] < 0.8).all()


def test_margins_and_losses_are_those_of_the_reference(table):
    assert table("fig-3.12")["difference"].abs().max() < 6e-4
    assert table("table-3.3")["difference_mw"].abs().max() < 6e-4


def test_the_place_of_a_plant_does_not_matter_without_a_plant(table):
    own = table("fig-3.13").query("share == 0.0")
    assert np.ptp(own.groupby("loads")["lambda_max"].agg(["min", "max"]).diff(axis=1)["max"]) == 0.0


def test_reactive_power_does_not_lower_the_margin(table):
    for _, own in table("table-3.1").groupby(["loads", "plant_over_load"]):
        assert np.all(np.diff(own["lambda_max"]) > -1e-8)


def test_two_buses_have_one_voltage_at_their_nose(table):
    """P = E^2 cos(phi) / (2 x (1 + sin(phi))) where nothing is injected and r = 0."""
    own = table("fig-3.3").query("r_pu == 0.0 and injection == '0 p.u. injected'")
    phi = np.arctan(0.3)
    nose = np.cos(phi) / (2 * 0.25 * (1 + np.sin(phi)))
    assert own["p_pu"].max() == pytest.approx(nose, abs=1e-3)
    assert own.loc[own["p_pu"].idxmax(), "v_pu"] == pytest.approx(
        1 / np.sqrt(2 * (1 + np.sin(phi))), abs=0.03
    )
