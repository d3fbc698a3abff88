"""Boundaries that are dropped matter no more than was promised."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.findings import InvalidInput
from scenarios.network import Network
from scenarios.scenario import Port
from scenarios.systems import build_system
from security.dc.boundary_factors import BoundaryFactors
from security.dc.outages import branch_outages
from security.dc.ptdf import Sensitivities
from security.dc.screening import screen_boundaries
from security.indices import contenders, index_bounds_mw, performance_index_mw, ranking

few = settings(max_examples=40, deadline=None)
TOP = 5


def everywhere(network):
    return {f"B{bus}": Port(f"B{bus}", bus) for bus in network.buses}


def ratings(count):
    return np.array([20.0 + 7.0 * n for n in range(count)])


@few
@given(network=st.from_type(Network), draw=st.data())
def test_dropped_boundaries_move_no_flow_by_more_than_the_bound(network, draw):
    factors = BoundaryFactors.of(Sensitivities.of(network), everywhere(network))
    names = factors.boundaries
    most = {b: draw.draw(st.floats(0, 5)) for b in names}
    found = screen_boundaries(factors, most, ratings(len(network.branches)), threshold=0.05)
    change = {b: draw.draw(st.sampled_from([-1.0, 0.3, 1.0])) * most[b] for b in names}
    kept = {b: change[b] for b in found.kept}
    missed = np.abs(factors.flow_change([change]) - factors.flow_change([kept]))[:, 0]
    assert (missed <= found.flow_error_mw + 1e-9).all()
    assert (missed <= found.error_bound * ratings(len(missed)) + 1e-9).all()


@few
@given(network=st.from_type(Network))
def test_without_threshold_nothing_is_dropped(network):
    factors = BoundaryFactors.of(Sensitivities.of(network), everywhere(network))
    most = dict.fromkeys(factors.boundaries, 1.0)
    found = screen_boundaries(factors, most, ratings(len(network.branches)), threshold=0.0)
    assert (found.kept, found.error_bound) == (factors.boundaries, 0.0)


def test_sensitivity_by_hand(network_of):
    """Ring of three, 1 MW at bus 1: 2/3 MW on 0-1. With 30 MW and 40 MW ratings 20/40 = 0.5."""
    network = network_of((0, 1), (1, 2), (0, 2))
    factors = BoundaryFactors.of(Sensitivities.of(network), {"B": Port("B", "1")})
    found = screen_boundaries(factors, {"B": 30.0}, np.full(3, 40.0))
    assert found.sensitivity == pytest.approx([0.5])


def test_sensitivity_counts_the_worst_outage(network_of):
    """As above; without 0-2 or 1-2 all 30 MW take 0-1: 30/40."""
    network = network_of((0, 1), (1, 2), (0, 2))
    sensitivities = Sensitivities.of(network)
    ports = {"B": Port("B", "1")}
    factors = BoundaryFactors.after_outages(sensitivities, ports, list(network.branches))
    found = screen_boundaries(factors, {"B": 30.0}, np.full(3, 40.0))
    assert found.sensitivity == pytest.approx([0.75])


def test_outages_that_leave_islands_do_not_count(network_of):
    """Bus 1 hangs on one line: 30/40 without outage, and with its outage nothing is told."""
    network = network_of((0, 1))
    factors = BoundaryFactors.after_outages(
        Sensitivities.of(network), {"B": Port("B", "1")}, ["k0"]
    )
    assert screen_boundaries(factors, {"B": 30.0}, np.full(1, 40.0)).kept == ()


@pytest.mark.parametrize(
    ("most", "rating", "message"),
    [
        ({}, 40.0, "boundary 'B': has no greatest change"),
        ({"B": -1.0}, 40.0, "boundary 'B': has no greatest change"),
        ({"B": math.inf}, 40.0, "boundary 'B': has no greatest change"),
        ({"B": 1.0}, math.inf, "no branch has a rating"),
        ({"B": 1.0, "C": 1.0}, 40.0, "boundary 'C': there is no such boundary"),
    ],
)
def test_a_screening_without_meaning_is_a_finding(network_of, most, rating, message):
    factors = BoundaryFactors.of(Sensitivities.of(network_of((0, 1))), {"B": Port("B", "1")})
    with pytest.raises(InvalidInput, match=message):
        screen_boundaries(factors, most, np.full(1, rating))


# Shipped systems: a share of the load at boundaries goes, limits are 1.3 times the flows ----------


@pytest.fixture(scope="module", params=["A", "B", "C"])
def studied(request):
    """Transmission, sensitivities, flows, limits, and the load at each boundary."""
    scenario = build_system(request.param)
    area = scenario.area(scenario.transmission)
    sensitivities = Sensitivities.of(area.network)
    draws = {b.boundary: b.transmission_bus for b in scenario.boundaries}
    nominal = {
        name: sum(r.p_mw for r in scenario.area(b.area).loads.values())
        for name, b in ((b.boundary, b) for b in scenario.boundaries)
    }
    injection = dict.fromkeys(sensitivities.bus_at, 0.0)
    for load in area.loads.values():
        injection[load.bus] -= load.p_mw
    for name, bus in draws.items():
        injection[bus] -= nominal[name]
    for unit in area.generators.values():
        injection[unit.bus] += unit.p_max_mw / 2
    flow = sensitivities.flow(np.array(list(injection.values())))
    limits = np.maximum(1.3 * np.abs(flow), 15.0)
    return area, sensitivities, flow, limits, nominal


def screened(studied, share):
    """Indices with all changes, indices with kept changes only, the contenders' flags."""
    area, sensitivities, flow, limits, nominal = studied
    change = {boundary: share * p for boundary, p in nominal.items()}
    intact = BoundaryFactors.of(sensitivities, area.ports)
    after = BoundaryFactors.after_outages(sensitivities, area.ports, list(area.network.branches))
    found = screen_boundaries(after, change, limits)
    assert found.error_bound > 0, "some boundary is dropped"

    def flows(boundaries):
        moved = flow + intact.flow_change([{b: change[b] for b in boundaries}])[:, 0]
        return branch_outages(sensitivities, moved).flow_mw

    part = flows(found.kept)
    low, high = index_bounds_mw(part, found.flow_error_mw.T, limits)
    full, part = (performance_index_mw(f, limits) for f in (flows(change), part))
    return full, part, contenders(low, high, TOP)


def most_severe(index):
    """The top five of the outages that leave no island."""
    return ranking(np.where(np.isnan(index), -1.0, index))[:TOP]


@pytest.mark.parametrize("share", [0.01, 0.02])
def test_no_outage_of_the_top_five_is_lost(studied, share):
    full, _, kept = screened(studied, share)
    assert kept[most_severe(full)].all()


def test_few_outages_contend_for_the_top_five(studied):
    """At least half of all need no closer look."""
    _, _, kept = screened(studied, 0.01)
    assert kept.mean() <= 0.5


def test_the_top_five_with_kept_boundaries_are_the_top_five(studied):
    full, part, _ = screened(studied, 0.02)
    assert set(most_severe(full)) == set(most_severe(part))
