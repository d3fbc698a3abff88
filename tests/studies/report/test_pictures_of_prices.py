"""Network map, price duration, earnings: numbers behind the pictures."""

import pandas as pd
import pytest

from scenarios.systems import build_system
from studies.report.earnings import earnings
from studies.report.figures.money import _across, _heights
from studies.report.figures.network_map import CLASSES, Hours, _segments, draw_network, places_of
from studies.report.figures.price_duration import price_duration
from studies.report.figures.style import look_of
from studies.report.figures.waterfall import step_text


@pytest.fixture
def network():
    scenario = build_system("A")
    return scenario.area(scenario.transmission).network


def test_a_price_is_reached_in_its_share_of_buses_and_hours():
    """10, 20, 30, 40: the dearest is 40, half are 20 or 30 and more, all at least 10."""
    lmp = pd.DataFrame({"design": "d", "area": "T", "lmp_usd_per_mwh": [10.0, 40.0, 20.0, 30.0]})
    found = price_duration(lmp, "T")["d"]
    assert found.loc[0.0] == 40.0
    assert found.loc[50.0] == pytest.approx(25.0)
    assert found.loc[100.0] == 10.0


def test_every_bus_has_a_place_and_the_same_each_time(network):
    first, second = places_of(network), places_of(network)
    assert first == second
    assert list(first) == list(network.buses)
    assert len(set(first.values())) == len(first)


def test_every_line_in_service_is_drawn_once_in_the_class_of_its_loading(network):
    names = list(network.branches)
    loadings = pd.DataFrame({1: [(0.2, 0.6, 0.9, 1.2)[n % 4] for n in range(len(names))]}, names)
    hours = Hours(pd.DataFrame({1: 20.0}, index=list(network.buses)), loadings)
    places = places_of(network)
    drawn = [len(_segments(network, places, hours, 1, n)[0]) // 3 for n in range(len(CLASSES))]
    expected = [len(names[n::4]) for n in range(4)]
    assert drawn == [*expected, 0]


def test_the_slider_has_a_step_for_every_period(network):
    hours = Hours(
        pd.DataFrame(20.0, index=list(network.buses), columns=[1, 2, 3]),
        pd.DataFrame(0.5, index=list(network.branches), columns=[1, 2, 3]),
    )
    figure = draw_network(network, hours, {}, look_of(["d"], "USD", (1.0,) * 3))
    assert [step.label for step in figure.layout.sliders[0].steps] == ["1", "2", "3"]


def test_resources_in_distribution_are_listed_the_richest_first():
    rows = [
        ("a", "D", "pv", "producer", 10.0, 8.0),
        ("a", "D", "pv", "producer", 5.0, 4.0),
        ("a", "D", "store", "storage", 20.0, 20.0),
        ("b", "D", "pv", "producer", 1.0, 0.5),
        ("a", "T", "gen", "producer", 99.0, 99.0),
        ("a", "D", "home", "consumer", -9.0, 30.0),
    ]
    columns = ["design", "area", "asset", "kind", "received_usd", "surplus_usd"]
    found = earnings(pd.DataFrame(rows, columns=columns), "T")
    assert [one.asset for one in found] == ["store", "pv"]
    assert found[1].received_usd == {"a": 15.0, "b": 1.0}
    assert found[1].surplus_usd == {"a": 12.0, "b": 0.5}


def test_groups_of_the_money_picture_keep_their_places_in_all_designs():
    """TSO and DSOs stand between those who only pay and those who are only paid."""
    pairs = [("loads", "DSOs"), ("DSOs", "TSO"), ("TSO", "plants"), ("TSO", "rent")]
    flows = pd.DataFrame(pairs, columns=["from_group", "to_group"])
    across = _across(flows)
    assert across["loads"] < across["DSOs"] < across["TSO"] < across["plants"] == across["rent"]
    sums = pd.Series({"loads": 4.0, "DSOs": 4.0, "TSO": 4.0, "plants": 3.0, "rent": 1.0})
    heights = dict(zip(sums.index, _heights(list(sums.index), across, sums), strict=True))
    assert heights["plants"] == pytest.approx(0.375)
    assert heights["rent"] == pytest.approx(0.875)


def test_a_step_that_rounds_to_nothing_has_no_sign():
    assert [step_text(v) for v in (1e-6, -1e-6, 2.6, -2.6)] == ["0", "0", "+3", "-3"]
