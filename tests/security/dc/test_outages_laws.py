"""What holds for DC flows after any outage."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.findings import InvalidInput
from scenarios.islands import cut_off
from scenarios.network import Network
from scenarios.records import Generator
from scenarios.systems import build_system
from security.dc.outages import State, branch_outages, generator_outages, pair_outages
from security.dc.ptdf import Sensitivities

on_meshes = given(network=st.from_type(Network))
few = settings(max_examples=40, deadline=None)
AT = 1e-8  # MW; flows are of 100 MW, and losing 1 - PTDF of 0.01 loses two digits of sixteen


def injections(network):
    return np.array([math.sin(3.0 * n) * 50 for n in range(len(network.buses))])


def solved_without(network, out):
    """Flows of the network without some branches, solved from the start; 0 on what is out."""
    left = {name: k for name, k in network.branches.items() if name not in out}
    rest = Sensitivities.of(dataclasses.replace(network, branches=left))
    flow = dict(zip(left, rest.flow(injections(network)), strict=True))
    return np.array([flow.get(name, 0.0) for name in network.branches])


def assert_as_solved_anew(network, outages):
    for n, (out, state) in enumerate(zip(outages.out, outages.states, strict=True)):
        assert (state is State.ISLANDING) == bool(cut_off(network, out))
        assert np.isnan(outages.flow_mw[:, n]).all() == (state is State.ISLANDING)
        if state is not State.ISLANDING:
            found = outages.flow_mw[:, n]
            np.testing.assert_allclose(found, solved_without(network, out), rtol=0, atol=AT)


@few
@on_meshes
def test_flows_after_branch_outages_are_those_of_the_network_without_the_branch(network):
    found = Sensitivities.of(network)
    assert_as_solved_anew(network, branch_outages(found, found.flow(injections(network))))


@few
@on_meshes
def test_flows_after_pair_outages_are_those_of_the_network_without_the_pair(network):
    found = Sensitivities.of(network)
    assert_as_solved_anew(network, pair_outages(found, found.flow(injections(network))))


@few
@on_meshes
def test_flows_after_branch_outages_do_not_depend_on_the_slack(network):
    """With the slack bus balancing before, any sensitivities tell the same change."""
    one = Sensitivities.of(network)
    shared = Sensitivities.of(network, dict.fromkeys(network.buses, 1.0))
    flow = one.flow(injections(network))
    found = [branch_outages(s, flow).flow_mw for s in (one, shared)]
    np.testing.assert_allclose(*found, rtol=0, atol=AT)


def units_at(network):
    return {
        f"g{bus}": Generator("T", f"g{bus}", bus, 0.0, 100.0 + n)
        for n, bus in enumerate(network.buses)
    }


@few
@on_meshes
def test_flows_after_generator_outages_are_those_of_the_new_injections(network):
    units = units_at(network)
    p_mw = {g: 10.0 + n for n, g in enumerate(units)}
    weight = {g: unit.p_max_mw for g, unit in units.items()}
    found = Sensitivities.of(network)
    before = np.array(list(p_mw.values()))
    outages = generator_outages(found, found.flow(before), units, p_mw, weight)
    for n, lost in enumerate(units):
        shares = np.array([0.0 if g == lost else w for g, w in weight.items()])
        after = np.where(np.arange(len(before)) == n, 0.0, before)
        after += p_mw[lost] * shares / shares.sum()
        assert outages.flow_mw[:, n] == pytest.approx(found.flow(after), abs=AT)


def test_a_lost_generator_is_made_up_for_at_the_slack(network_of):
    """60 MW at bus 1 go to bus 0; without them nothing flows."""
    network = network_of((0, 1))
    found = Sensitivities.of(network)
    unit = {"g": Generator("T", "g", "1", 0.0, 100.0)}
    outages = generator_outages(found, found.flow(np.array([0.0, 60.0])), unit, {"g": 60.0})
    assert outages.flow_mw == pytest.approx(np.array([[0.0]]))


def test_a_great_weight_does_not_swallow_a_small_one(network_of):
    """Of 60 MW lost at bus 1 the only other generator, at bus 0, takes over all."""
    network = network_of((0, 1))
    found = Sensitivities.of(network)
    p_mw, weight = {"g0": 0.0, "g1": 60.0}, {"g0": 1e-9, "g1": 1e9}
    before = found.flow(np.array([0.0, 60.0]))
    outages = generator_outages(found, before, units_at(network), p_mw, weight)
    assert outages.flow_mw == pytest.approx(np.array([[-60.0, 0.0]]))


def test_a_ring_sends_everything_the_other_way(network_of):
    """90 MW from 1 to 0: 60 direct, 30 by way of 2; without 0-1 all 90 go by way of 2."""
    found = Sensitivities.of(network_of((0, 1), (1, 2), (0, 2)))
    outages = branch_outages(found, found.flow(np.array([0.0, 90.0, 0.0])))
    assert outages.flow_mw[:, 0] == pytest.approx([0.0, 90.0, -90.0])


@pytest.mark.parametrize(("rating", "state"), [(90.0, State.SECURE), (89.9, State.VIOLATED)])
def test_a_flow_above_its_rating_violates(network_of, rating, state):
    """As above: the worst flow after the loss of 0-1 is 90 MW."""
    found = Sensitivities.of(network_of((0, 1), (1, 2), (0, 2), rating_mva=rating))
    outages = branch_outages(found, found.flow(np.array([0.0, 90.0, 0.0])))
    assert outages.states[0] is state


def test_an_island_is_never_secure(network_of):
    """Nothing flows to bus 1, and nothing is rated; without 0-1 it is cut off all the same."""
    found = Sensitivities.of(network_of((0, 1)))
    outages = branch_outages(found, found.flow(np.zeros(2)))
    assert (outages.states, outages.cut_off) == ((State.ISLANDING,), (("1",),))


def test_parallel_branches_are_lost_one_at_a_time(network_of):
    """Two lines share 80 MW; the one left carries all. Both together cut bus 1 off."""
    found = Sensitivities.of(network_of((0, 1), (0, 1)))
    flow = found.flow(np.array([0.0, -80.0]))
    assert branch_outages(found, flow).flow_mw == pytest.approx(np.array([[0, 80], [80, 0]]))
    assert pair_outages(found, flow).states == (State.ISLANDING,)


def test_a_pair_that_all_but_splits_the_network_is_solved_anew(network_of):
    """Beside two lines of 0.1 p.u. the third carries 1e-8 of the flow; alone it carries all."""
    network = network_of((0, 1), (0, 1), (0, 1))
    weak = dataclasses.replace(network.branches["k2"], x_pu=1e7)
    network = dataclasses.replace(network, branches=network.branches | {"k2": weak})
    found = Sensitivities.of(network)
    outages = pair_outages(found, found.flow(np.array([0.0, -80.0])), [("k0", "k1")])
    assert outages.flow_mw[:, 0] == pytest.approx([0.0, 0.0, 80.0])


def test_a_network_of_one_bus_has_no_outages():
    scenario = build_system("two-blocks")
    found = Sensitivities.of(scenario.area(scenario.transmission).network)
    flow = found.flow(np.zeros(1))
    assert branch_outages(found, flow).states == pair_outages(found, flow).states == ()


@pytest.mark.parametrize(
    ("pair", "message"), [(("k0", "k7"), "no branch 'k7'"), (("k0", "k0"), "two different")]
)
def test_a_pair_that_is_none_is_a_finding(network_of, pair, message):
    found = Sensitivities.of(network_of((0, 1), (0, 1)))
    with pytest.raises(InvalidInput, match=message):
        pair_outages(found, np.zeros(2), [pair])


@pytest.mark.parametrize(
    ("p_mw", "participation", "message"),
    [
        ({}, None, "generator 'g0': has no finite output"),
        ({"g0": 5.0, "g1": 5.0}, {"g0": 1.0}, "generator 'g0': nobody takes over"),
        ({"g0": 5.0, "g1": 5.0}, {"g0": 1.0, "g1": -1.0}, "the weight is -1.0"),
        ({"g0": 5.0, "g1": 5.0}, {"g0": 1.0, "g1": 1.0, "x": 1.0}, "no such generator"),
    ],
)
def test_a_generator_outage_without_answer_is_a_finding(network_of, p_mw, participation, message):
    network = network_of((0, 1))
    found = Sensitivities.of(network)
    with pytest.raises(InvalidInput, match=message):
        generator_outages(found, np.zeros(1), units_at(network), p_mw, participation)


@pytest.mark.parametrize("system", ["A", "B", "C"])
def test_outages_of_shipped_systems_are_those_of_the_network_without_the_branch(system):
    scenario = build_system(system)
    network = scenario.area(scenario.transmission).network
    found = Sensitivities.of(network)
    outages = branch_outages(found, found.flow(injections(network)))
    sample = list(itertools.islice(enumerate(outages.out), 0, None, 9))
    for n, out in sample:
        if outages.states[n] is not State.ISLANDING:
            anew = solved_without(network, out)
            np.testing.assert_allclose(outages.flow_mw[:, n], anew, rtol=0, atol=1e-7)
