"""Outages that leave islands, diverge or have no state to start from are never secure."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.systems import build_system
from security.dc.outages import State
from tests.security.outages.conftest import all_outages, two_lines


def test_an_outage_beyond_the_nose_is_unsolved():
    """Lossless, unity power factor: at most 1/(2x) p.u.; 2.0 over both lines, 1.0 over one."""
    found = all_outages(two_lines(120.0, second_unit=True))
    assert found.intact.state == "secure"
    lines = dict(zip(found.names, found.after, strict=True))
    for line in ("branch line-1", "branch line-2"):
        assert lines[line].state is State.UNSOLVED
        assert "no solution" in lines[line].why


def test_an_outage_within_the_nose_is_solved():
    """0.9 p.u. over one line: v^2 = (1 + sqrt(1 - 4 x^2 p^2)) / 2 = (1 + sqrt(0.19)) / 2."""
    found = all_outages(two_lines(90.0, second_unit=True))
    v = np.sqrt((1 + np.sqrt(0.19)) / 2)
    at = found.layout.places.index(("T", "b"))
    assert found.v_pu[at, :2] == pytest.approx([v, v], abs=1e-7)


@pytest.mark.parametrize("coordinated", [True, False])
def test_a_feeder_beyond_its_nose_is_seen_by_those_who_ask_it(coordinated):
    """x = 0.25 + 0.5 carries 0.67 p.u., 0.5 + 0.5 only 0.5; fixed power of 0.6 does not know."""
    found = all_outages(two_lines(60.0, second_unit=True, feeder_x=0.5), coordinated=coordinated)
    unsolved = [name for name, state in zip(found.names, found.states, strict=True)
                if state is State.UNSOLVED]  # fmt: skip
    assert unsolved == (["branch line-1", "branch line-2"] if coordinated else [])


def test_the_only_line_leaves_an_island():
    found = all_outages(two_lines(50.0, lines=1, second_unit=True))
    assert found.states[0] is State.ISLANDING
    assert "'b'" in found.after[0].why


@pytest.mark.parametrize("approach", ["ac", "dc"])
def test_the_loss_of_the_only_generator_is_unsolved(approach):
    found = all_outages(two_lines(50.0), approach=approach)
    assert found.states[-1] is State.UNSOLVED


@pytest.mark.parametrize("approach", ["ac", "dc"])
def test_without_a_state_to_start_from_all_outages_are_unsolved(approach):
    """2.5 p.u. are more than both lines carry; coordinated boundaries are not known then."""
    found = all_outages(two_lines(250.0, second_unit=True), approach=approach)
    assert found.intact.state is State.UNSOLVED
    assert found.count(State.UNSOLVED) == len(found.after)
    assert all("without outage" in left.why for left in found.after)


@pytest.mark.parametrize("v_set", [1.0, None])
def test_a_second_generator_at_the_slack_bus_takes_over(v_set):
    """With or without a set-point of its own the bus stands at 1 p.u."""
    found = all_outages(two_lines(50.0, second_unit=True, v_set=v_set))
    units = [left for left in found.after if left.outage.generator]
    for left in units:
        np.testing.assert_allclose(left.v_pu, found.intact.v_pu, rtol=0, atol=1e-9)


def test_unknown_outages_have_no_index_even_without_branches():
    """System two-blocks has one bus, and nothing to sum over."""
    scenario = build_system("two-blocks")
    one = replace(scenario, generators=scenario.generators[:1], offers=tuple(
        o for o in scenario.offers
        if (o.area, o.owner) != (scenario.generators[1].area, scenario.generators[1].generator)
    ))  # fmt: skip
    found = all_outages(one)
    assert found.states == (State.UNSOLVED,)
    assert np.isnan(found.pi_mw).all()


@pytest.mark.parametrize("approach", ["ac", "dc"])
def test_an_island_is_one_without_a_state_to_start_from_too(approach):
    found = all_outages(two_lines(250.0, lines=1, second_unit=True), approach=approach)
    assert found.states[0] is State.ISLANDING


def test_a_collapsed_voltage_is_unsolved():
    """v = 1 - x i: with i = 1.3 p.u. 0.675 over both lines, 0.35 over one."""
    found = all_outages(two_lines(0.0, second_unit=True, current_mvar=130.0))
    lines = [n for n, name in enumerate(found.names) if name.startswith("branch")]
    assert found.intact.state is State.SECURE
    assert {found.states[n] for n in lines} == {State.UNSOLVED}
    assert all("collapse" in found.after[n].why for n in lines)


def test_unknown_outages_rank_before_all_others(found):
    assert found.names[found.ranking[0]] == "branch 7-8"
    known = found.pi_mw[found.ranking[1:]]
    assert (np.diff(known) <= 0).all()
