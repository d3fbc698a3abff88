"""Events within distribution areas, and the transmission flows that they move."""

import numpy as np
import pytest

from scenarios.findings import InvalidInput
from scenarios.scenario import Port
from scenarios.systems import build_system
from security.dc.boundary_factors import (
    BoundaryFactors,
    as_announced,
    compare,
    injected,
    with_reactions,
)
from security.dc.distribution_events import (
    Event,
    generator_lost,
    load_scaled,
    output_scaled,
    together,
)
from security.dc.outages import branch_outages
from security.dc.ptdf import Sensitivities


@pytest.fixture(scope="module")
def ring(network_of):
    """Equal branches 0-1, 1-2, 0-2 with a boundary at 1 and one at 2."""
    ports = {"B1": Port("B1", "1"), "B2": Port("B2", "2")}
    return Sensitivities.of(network_of((0, 1), (1, 2), (0, 2))), ports


@pytest.fixture(scope="module")
def feeder():
    scenario = build_system("B")
    return scenario.area(next(a for a in scenario.distribution if scenario.area(a).generators))


def test_injections_move_flows_by_their_factors(ring):
    """3 MW at bus 1: 2 MW over 1-0, 1 MW over 2."""
    change = BoundaryFactors.of(*ring).flow_change([{"B1": 3.0}])
    assert change[:, 0] == pytest.approx([-2.0, 1.0, -1.0])


def test_more_power_into_distribution_is_less_injection():
    assert injected({"B1": 10.0}, {"B1": 12.5}) == {"B1": -2.5}


def test_the_flow_change_after_an_outage_is_that_of_the_flows_after_it(ring):
    sensitivities, ports = ring
    before = np.array([5.0, -3.0, 1.0])
    names = list(sensitivities.network.branches)
    change = {"B1": 4.0, "B2": -1.0}
    moved = before + BoundaryFactors.of(*ring).flow_change([change])[:, 0]
    expected = [branch_outages(sensitivities, f).flow_mw for f in (before, moved)]
    found = BoundaryFactors.after_outages(sensitivities, ports, names).flow_change([change])
    np.testing.assert_allclose(found[:, :, 0].T, expected[1] - expected[0], atol=1e-12)


def test_fixed_injections_miss_what_distribution_does_by_itself(ring):
    """3 MW fewer are produced at bus 1, where loads draw 0.6 MW less: 0.4 MW of it on 0-1."""
    event = Event("cloud", {"B1": -3.0})
    found = compare(BoundaryFactors.of(*ring), [event], lambda _: {"B1": -2.4})
    assert found.fixed_mw[:, 0] == pytest.approx([2.0, -1.0, 1.0])
    assert found.difference_mw[:, 0] == pytest.approx([-0.4, 0.2, -0.2])


def test_where_distribution_does_not_react_fixed_and_coordinated_agree(ring):
    events = [Event("cloud", {"B1": -3.0}), Event("gust", {"B2": 2.0})]
    assert not compare(BoundaryFactors.of(*ring), events, as_announced).difference_mw.any()


def test_indices_of_events_by_hand(ring):
    """5 MW on each branch, limits 10: the fixed flows become 7, 4, 6, the coordinated stay."""
    found = compare(BoundaryFactors.of(*ring), [Event("cloud", {"B1": -3.0})], lambda _: {})
    fixed, coordinated = found.indices_mw(np.full(3, 5.0), np.full(3, 10.0))
    assert fixed == pytest.approx([0.49 + 0.16 + 0.36])
    assert coordinated == pytest.approx([0.75])


def test_reactions_move_the_flows_of_their_outage_only(ring):
    """After the loss of 0-1 the feeder at bus 1 draws 2 MW less: 2 MW more over 1-2 and 2-0."""
    sensitivities, ports = ring
    outages = branch_outages(sensitivities, np.array([-6.0, 3.0, -3.0]))
    factors = BoundaryFactors.after_outages(sensitivities, ports, ["k0", "k1", "k2"])
    found = with_reactions(outages, factors, np.array([[2.0, 0.0], [0.0, 0.0], [0.0, 0.0]]))
    moved = found.flow_mw - outages.flow_mw
    assert moved == pytest.approx(np.array([[0, 0, 0], [2, 0, 0], [-2, 0, 0]]))


def test_a_change_at_an_unknown_boundary_is_a_finding(ring):
    with pytest.raises(InvalidInput, match=r"boundary 'B3': there is no such boundary; .*'B1'"):
        BoundaryFactors.of(*ring).flow_change([{"B3": 1.0}])


def test_a_cloud_takes_away_its_share_of_the_pv(feeder):
    pv = [g for g, unit in feeder.generators.items() if unit.technology == "pv"]
    p_mw = dict.fromkeys(feeder.generators, 2.0)
    (change,) = output_scaled(feeder, p_mw, "pv", 0.2).change_mw.values()
    assert change == pytest.approx(-0.8 * 2.0 * len(pv))


def test_losing_every_generator_is_losing_the_output_of_all(feeder):
    p_mw = {g: 1.0 + n for n, g in enumerate(feeder.generators)}
    event = together("all", *(generator_lost(feeder, p_mw, g) for g in feeder.generators))
    assert event.change_mw == pytest.approx({next(iter(feeder.ports)): -sum(p_mw.values())})


def test_without_load_as_much_is_injected_as_was_drawn(feeder):
    drawn = sum(r.p_mw * feeder.factor(r.profile)[0] for r in feeder.loads.values())
    (change,) = load_scaled(feeder, 1, 0.0).change_mw.values()
    assert change == pytest.approx(drawn)


def test_an_event_at_an_unknown_generator_is_a_finding(feeder):
    with pytest.raises(InvalidInput, match="generator 'x': there is no such generator"):
        generator_lost(feeder, {}, "x")


def test_an_event_without_dispatch_is_a_finding(feeder):
    with pytest.raises(InvalidInput, match="has no finite output"):
        output_scaled(feeder, {}, "pv", 0.2)
