"""What moves the margin: transformers and their taps, R/X, place and reactive power of plants."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.findings import InvalidInput
from scenarios.variants.feeders import (
    TRANSFORMER,
    with_exponents,
    with_impedance,
    with_resistance,
    with_transformers,
)
from scenarios.variants.generation import Plant, bus_at, with_plants
from security.continuation.direction import Direction
from security.continuation.margin import margin, margin_with_taps
from security.continuation.tap_changer import TapChanger
from security.continuation.tap_moves import TapMove
from security.load_flow import base_load_flow
from tests.security.continuation_cases import with_scaled_feeders

SLACK_ONLY = Direction(transmission=0.0)
CONSTANT, HOUSEHOLD = (0.0, 0.0), (1.2, 3.0)


@pytest.fixture(scope="module")
def systems():
    feeders = with_scaled_feeders("ieee14", ("10", "12"))
    return {n: with_exponents(feeders, *n) for n in (CONSTANT, HOUSEHOLD)}


def loading(scenario, **options):
    return margin(scenario, q_limits=False, direction=SLACK_ONLY, **options).lambda_max


PUBLISHED = [
    ("x", CONSTANT, (2.528, 1.935, 1.432, 1.051)),
    ("x", HOUSEHOLD, (3.104, 3.107, 3.111, 3.116)),
    ("z", CONSTANT, (1.957, 1.935, 1.958, 1.983)),
    ("z", HOUSEHOLD, (3.110, 3.107, 3.106, 3.105)),
]


@pytest.mark.parametrize(("held", "exponents", "expected"), PUBLISHED)
def test_margins_by_resistance_are_as_published(systems, held, exponents, expected):
    """With X or |Z| held, to the three digits that were published."""
    found = [loading(with_resistance(systems[exponents], f, held)) for f in (0.5, 1.0, 1.5, 2.0)]
    assert found == pytest.approx(expected, abs=6e-4)


@pytest.mark.parametrize(("exponents", "sign"), [(CONSTANT, -1), (HOUSEHOLD, 1)])
def test_resistance_lowers_the_margin_of_constant_power_and_raises_that_of_households(
    systems, exponents, sign
):
    found = [loading(with_resistance(systems[exponents], f, "x")) for f in (0.5, 1.0, 2.0)]
    assert np.all(sign * np.diff(found) > 0)


@pytest.mark.parametrize(
    ("exponents", "at_root", "at_end"), [(CONSTANT, 1.953, 2.176), (HOUSEHOLD, 3.140, 3.141)]
)
def test_margins_by_place_of_a_plant_are_as_published(systems, exponents, at_root, at_end):
    found = [loading(with_plants(systems[exponents], Plant(0.4, p))) for p in ("root", "end")]
    assert found == pytest.approx([at_root, at_end], abs=6e-4)


def test_a_plant_without_reactive_power_helps_constant_power_more_the_farther_it_is(systems):
    places = ("root", "middle", "end")
    found = [loading(with_plants(systems[CONSTANT], Plant(0.4, p))) for p in places]
    assert np.all(np.diff([loading(systems[CONSTANT]), *found]) > 0)


def test_places_are_along_the_way_to_the_farthest_bus(systems):
    """The main line of the 33-bus feeder goes from 1 to 18."""
    network = systems[CONSTANT].area("D10").network
    assert [bus_at(network, "1", p) for p in ("root", "middle", "end")] == ["2", "10", "18"]


@pytest.mark.parametrize(("output", "expected"), [(1.0, 0.458), (2.5, 1.025)])
def test_an_inverter_leaves_the_circle_to_reactive_power(output, expected):
    """S = 1.1 x rated: at full output sqrt(1.21 - 1) x rated; at 40 % sqrt(1.21 - 0.16) x rated."""
    plant = Plant(1.0, rated_over_output=output)
    assert plant.q_max(1.0 / output) == pytest.approx(expected, abs=5e-4)


def test_more_reactive_power_raises_the_margin(systems):
    modes = ("unity", "power_factor", "greatest")
    found = [loading(with_plants(systems[CONSTANT], Plant(0.4, mode=m))) for m in modes]
    assert np.all(np.diff(found) > 0)


def test_a_plant_that_holds_voltage_stops_at_its_inverter(systems):
    """With Q limits the end is that of the plant which gives all it can."""
    plants = {m: Plant(0.4, mode=m) for m in ("greatest", "holds_voltage")}
    ends = {
        m: margin(with_plants(systems[CONSTANT], p), direction=SLACK_ONLY)
        for m, p in plants.items()
    }
    assert ends["holds_voltage"].curve.reached
    assert ends["holds_voltage"].lambda_max == pytest.approx(ends["greatest"].lambda_max, abs=1e-7)


def test_a_transformer_without_impedance_changes_nothing(systems):
    found = loading(with_transformers(systems[CONSTANT], 1e-6))
    assert found == pytest.approx(loading(systems[CONSTANT]), abs=1e-4)


def test_a_transformer_lowers_the_margin_of_constant_power(systems):
    found = [loading(with_transformers(systems[CONSTANT], x)) for x in (1e-6, 0.05, 0.1)]
    assert np.all(np.diff(found) < 0)


def test_an_ideal_transformer_raises_the_voltage_behind_it_by_its_ratio(systems):
    scenario = with_transformers(systems[CONSTANT], 1e-6, tap=0.95)
    flow = base_load_flow(scenario).areas["D10"]
    v = np.abs(flow.v)[[flow.grid.position[b] for b in ("high side", "1")]]
    assert v[1] / v[0] == pytest.approx(1 / 0.95, rel=1e-5)


def test_longer_feeders_carry_less(systems):
    found = [loading(with_impedance(systems[CONSTANT], f)) for f in (0.5, 1.0, 2.0)]
    assert np.all(np.diff(found) < 0)


@pytest.fixture(scope="module", params=[CONSTANT, HOUSEHOLD])
def tapped(request, systems):
    """The exponents, the scenario behind transformers, and its margin with tap changers."""
    scenario = with_transformers(systems[request.param], 0.08)
    taps = dict.fromkeys(scenario.distribution, TapChanger(TRANSFORMER))
    found = margin_with_taps(scenario, taps, q_limits=False, direction=SLACK_ONLY)
    return request.param, scenario, found


def test_taps_move_by_steps_when_voltage_leaves_the_band(tapped):
    _, _, found = tapped
    moves = [(lam, e) for lam, e in found.curve.reached if isinstance(e, TapMove)]
    by_area = {a: [e.tap for _, e in moves if e.area == a] for a in ("B10", "B12")}
    for taps in by_area.values():
        assert np.diff(taps) == pytest.approx(-0.00625)
        assert taps[-1] == pytest.approx(0.9)
    assert np.all(np.diff([lam for lam, _ in moves]) >= 0)


def test_voltages_stay_in_the_band_until_taps_are_exhausted(tapped):
    _, _, found = tapped
    for at in found.curve.points[: found.curve.top]:
        for area, regulated in at.system.taps.items():
            v = abs(at.point.areas[area].v[regulated.bus])
            if regulated.tap > 0.9 + 1e-9:
                assert v >= 1.0 - 0.0167 - 1e-5


def test_with_exhausted_taps_the_end_is_that_of_their_last_ratio(tapped):
    _, scenario, found = tapped
    stuck = replace(
        scenario,
        branches=tuple(
            replace(k, tap=0.9) if k.branch == TRANSFORMER else k for k in scenario.branches
        ),
    )
    assert found.lambda_max == pytest.approx(loading(stuck, method="merged"), abs=1e-6)


def test_taps_help_constant_power_and_harm_loads_that_follow_voltage(tapped):
    """Loads that taps restore to their power no longer relieve the network."""
    exponents, scenario, found = tapped
    gain = found.lambda_max - loading(scenario)
    assert gain > 0.1 if exponents == CONSTANT else gain < -0.01


def test_a_tap_changer_on_a_branch_that_is_not_there_is_bad_input(systems):
    with pytest.raises(InvalidInput, match="no branch"):
        margin_with_taps(systems[CONSTANT], {"D10": TapChanger("nowhere")})


def test_a_tap_changer_in_an_area_that_is_not_there_is_bad_input(systems):
    with pytest.raises(InvalidInput, match="no distribution area"):
        margin_with_taps(systems[CONSTANT], {"D99": TapChanger(TRANSFORMER)})


def test_lumped_feeders_do_not_let_plants_grow_that_hold_a_voltage(systems):
    """At its greatest reactive power from the beginning it is the plant that gives all it can."""
    holds, gives = (
        with_plants(systems[CONSTANT], Plant(0.1, mode=mode, v_set_pu=1.2))
        for mode in ("holds_voltage", "greatest")
    )
    first, second = (
        margin(s, method="tcpf", direction=SLACK_ONLY).lambda_max for s in (holds, gives)
    )
    assert first == pytest.approx(second, abs=1e-6)
