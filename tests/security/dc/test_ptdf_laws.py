"""What holds for the DC sensitivities of any network."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.findings import InvalidInput
from scenarios.islands import bridges, cut_off
from scenarios.matrices import incidence
from scenarios.network import Network
from security.dc.ptdf import Sensitivities

on_meshes = given(network=st.from_type(Network))
few = settings(max_examples=40, deadline=None)
ROUNDING = 1e-10


def weights(network):
    return {bus: 1.0 + n % 3 for n, bus in enumerate(network.buses)}


def injections(network):
    return np.array([math.sin(3.0 * n) * 50 for n in range(len(network.buses))])


@few
@on_meshes
def test_what_is_injected_at_the_slack_flows_nowhere(network):
    found = Sensitivities.of(network)
    assert not found.ptdf[:, found.bus_at[network.slack_bus]].any()


@few
@on_meshes
def test_every_mw_flows_from_its_bus_to_the_slack(network):
    """A' H = I - e 1', e being 1 at the slack bus."""
    found = Sensitivities.of(network)
    expected = np.eye(len(network.buses))
    expected[found.bus_at[network.slack_bus]] -= 1
    np.testing.assert_allclose(incidence(network).T @ found.ptdf, expected, atol=ROUNDING)


@few
@on_meshes
def test_a_distributed_slack_takes_every_mw_by_its_shares(network):
    """A' H = I - w 1', w being the shares."""
    shares = np.array(list(weights(network).values()))
    shares /= shares.sum()
    found = incidence(network).T @ Sensitivities.of(network, weights(network)).ptdf
    np.testing.assert_allclose(found, np.eye(len(shares)) - shares[:, None], atol=ROUNDING)


@few
@on_meshes
def test_transfers_do_not_depend_on_the_slack(network):
    one, shared = Sensitivities.of(network), Sensitivities.of(network, weights(network))
    np.testing.assert_allclose(one.between_ends, shared.between_ends, atol=ROUNDING)


@few
@on_meshes
def test_all_slack_weight_on_one_bus_is_that_bus_as_slack(network):
    last = list(network.buses)[-1]
    moved = Sensitivities.of(dataclasses.replace(network, references=(last,)))
    weighed = Sensitivities.of(network, {last: 2.0})
    np.testing.assert_allclose(weighed.ptdf, moved.ptdf, atol=ROUNDING)


@few
@on_meshes
def test_flows_are_driven_by_angles_and_shifts(network):
    """Some angles explain all flows: x tap flow / base + shift = A angle, with no remainder."""
    flow = Sensitivities.of(network).flow(injections(network))
    lines = network.branches.values()
    driving = [
        k.x_pu * k.tap * f / 100.0 + math.radians(k.shift_deg)
        for k, f in zip(lines, flow, strict=True)
    ]
    a = incidence(network).toarray()
    angle = np.linalg.lstsq(a, driving)[0]
    np.testing.assert_allclose(a @ angle, driving, atol=ROUNDING)


@few
@on_meshes
def test_flows_balance_the_injections_away_from_the_slack(network):
    outflow = incidence(network).T @ Sensitivities.of(network).flow(injections(network))
    away = [bus != network.slack_bus for bus in network.buses]
    np.testing.assert_allclose(outflow[away], injections(network)[away], atol=1e-8)


@few
@on_meshes
def test_a_bridge_is_a_branch_without_which_some_bus_is_cut_off(network):
    assert bridges(network) == {k for k in network.branches if cut_off(network, [k])}


@few
@on_meshes
def test_otdf_is_the_ptdf_of_the_network_without_the_branch(network):
    found = Sensitivities.of(network)
    for k in network.branches.keys() - bridges(network):
        left = {name: line for name, line in network.branches.items() if name != k}
        rest = Sensitivities.of(dataclasses.replace(network, branches=left))
        rows = [name != k for name in network.branches]
        np.testing.assert_allclose(found.otdf(k)[rows], rest.ptdf, atol=1e-9)


@few
@on_meshes
def test_bridges_have_no_lodf(network):
    found = Sensitivities.of(network)
    np.testing.assert_array_equal(np.isnan(found.lodf).all(axis=0), found.is_bridge)
    np.testing.assert_array_equal(np.isnan(found.lodf).any(axis=0), found.is_bridge)


def test_a_triangle_sends_two_thirds_the_short_way(network_of):
    """Equal branches: 1 MW from 1 to 0 meets x on 0-1 and 2 x by way of 2."""
    found = Sensitivities.of(network_of((0, 1), (1, 2), (0, 2)))
    assert found.ptdf[:, 1] == pytest.approx([-2 / 3, 1 / 3, -1 / 3])


def test_parallel_branches_share_and_replace_each_other(network_of):
    found = Sensitivities.of(network_of((0, 1), (0, 1)))
    assert found.ptdf[:, 1] == pytest.approx([-0.5, -0.5])
    assert found.lodf == pytest.approx(np.array([[-1.0, 1.0], [1.0, -1.0]]))


def test_a_shifter_in_a_loop_drives_a_flow_around_it(network_of):
    """Two parallel branches of 1000 MW/rad, one with 3 deg: 500 rad(3 deg) = 26.18 MW around."""
    network = network_of((0, 1), (0, 1))
    shifted = dataclasses.replace(network.branches["k0"], shift_deg=3.0)
    network = dataclasses.replace(network, branches=network.branches | {"k0": shifted})
    flow = Sensitivities.of(network).flow(np.zeros(2))
    assert flow == pytest.approx([-26.1799388, 26.1799388])


def test_a_bus_without_way_to_the_slack_is_a_finding(network_of):
    network = network_of((0, 1), (2, 3))
    with pytest.raises(InvalidInput, match=r"no way from '2', '3' to the slack bus '0'"):
        Sensitivities.of(network)


@pytest.mark.parametrize("slack", [{}, {"1": -1.0, "0": 2.0}, {"0": 0.0}, {"0": math.nan}])
def test_slack_weights_without_meaning_are_a_finding(network_of, slack):
    with pytest.raises(InvalidInput, match="weights"):
        Sensitivities.of(network_of((0, 1)), slack)


def test_a_slack_weight_at_an_unknown_bus_is_a_finding(network_of):
    with pytest.raises(InvalidInput, match="there is no bus 'x'"):
        Sensitivities.of(network_of((0, 1)), {"x": 1.0})
