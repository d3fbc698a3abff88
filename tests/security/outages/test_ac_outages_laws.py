"""AC outages: equal to Newton's method and to the network built without what is out."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.islands import cut_off
from scenarios.records import Load
from security.dc.outages import State
from security.load_flow import base_load_flow
from security.outages.ac import FAST, Before
from security.outages.outage import Outage, pair_outages, single_outages
from tests.security.outages.conftest import all_outages


def without_branches(scenario, names):
    """The scenario's tables without some branches of transmission."""
    gone = {(scenario.transmission, name) for name in names}
    left = tuple(k for k in scenario.branches if (k.area, k.branch) not in gone)
    return replace(scenario, branches=left)


def assert_same_state(before, left, scenario, tolerance=1e-8):
    """The outage leaves the state that a load flow of the merged scenario has."""
    merged = base_load_flow(scenario, method="merged")
    assert merged.outcome == "solved"
    v = np.concatenate([np.abs(merged.areas[g.area].v) for g in before.layout.grids])
    np.testing.assert_allclose(left.v_pu, v, rtol=0, atol=tolerance)
    power = [port.power for port in merged.ports.values()]
    np.testing.assert_allclose(left.boundary, power, rtol=0, atol=1e-5)


# Against other ways to the same state ------------------------------------------------------------


@pytest.mark.parametrize("model", ["const", "exp", "zip", "dgpq", "dgpv"])
def test_a_branch_outage_is_the_merged_network_without_the_branch(coupling, model):
    scenario = coupling.with_model(model)
    before = Before.of(scenario)
    network = before.operators.upper.network
    meshed = [o for o in single_outages(before.operators.upper)[: len(network.branches)]
              if not cut_off(network, o.branches)]  # fmt: skip
    for outage in meshed[::4]:
        (left,) = before.after([outage])
        assert_same_state(before, left, without_branches(scenario, outage.branches))


def test_a_pair_outage_is_the_merged_network_without_both(coupled):
    before = Before.of(coupled)
    network = before.operators.upper.network
    pairs = [("1-5", "2-4"), ("4-5", "6-13"), ("9-10", "12-13")]
    for left in before.after(pair_outages(network, pairs)):
        assert left.method == FAST
        assert_same_state(before, left, without_branches(coupled, left.outage.branches))


def test_every_pair_has_a_state_and_no_state_comes_from_an_island(coupled):
    before = Before.of(coupled)
    network = before.operators.upper.network
    for left in before.after(pair_outages(network)):
        lost = cut_off(network, left.outage.branches)
        assert (left.state is State.ISLANDING) == bool(lost)
        assert np.isnan(left.v_pu).all() == (left.state in (State.ISLANDING, State.UNSOLVED))


def test_fast_decoupled_equals_newton(coupled):
    before = Before.of(coupled)
    for outage in single_outages(before.operators.upper):
        if cut_off(before.operators.upper.network, outage.branches):
            continue
        operation = before.upper_without(outage)
        fast, newton = (
            before.by_fast_decoupled(operation, outage),
            before.by_newton(operation, outage),
        )
        apart = np.abs(fast.transmission.v - newton.transmission.v).max()
        assert apart < 1e-8
        assert abs(np.subtract(list(fast.power.values()), list(newton.power.values()))).max() < 1e-6


def test_a_generator_outage_is_the_merged_dispatch_of_the_others(coupled):
    """Generator 2 gives 40 MW; 1, 3, 6, 8 can give 332.4, 100, 100, 100 MW and share them so."""
    before = Before.of(coupled)
    (left,) = before.after([Outage("loss", generator="gen-2")])
    reach = {"gen-1": 332.4, "gen-3": 100.0, "gen-6": 100.0, "gen-8": 100.0}
    others = tuple(
        replace(g, p_base_mw=(g.p_base_mw or 0.0) + 40.0 * reach[g.generator] / 632.4)
        for g in coupled.generators
        if g.generator != "gen-2"
    )
    offers = tuple(o for o in coupled.offers if o.owner != "gen-2")
    assert_same_state(before, left, replace(coupled, generators=others, offers=offers))


def test_the_loss_of_the_slack_generator_balances(coupled):
    """All injections of the solution meet: what flows is losses and loads alone."""
    before = Before.of(coupled)
    outage = Outage("loss", generator="gen-1")
    found = before.by_fast_decoupled(before.upper_without(outage), outage)
    solved = found.transmission
    assert solved.operation.grid.slack != before.operators.newton.grid.slack
    old = before.operators.newton.grid.slack
    assert solved.generation[old] == pytest.approx(0.0, abs=1e-6)
    assert solved.generation.real.sum() > sum(r.p_mw for r in coupled.loads)


@pytest.mark.parametrize("name", ["14A", "30A"])
def test_reactive_limits_hold_after_outages_as_in_the_merged_network(coupling_of, name):
    scenario = coupling_of(name).scenario
    before = Before.of(scenario, q_limits=True)
    network = before.operators.upper.network
    outages = [o for o in single_outages(before.operators.upper) if o.branches]
    for left in before.after(outages[::5]):
        if cut_off(network, left.outage.branches):
            continue
        merged = base_load_flow(
            without_branches(scenario, left.outage.branches), method="merged", q_limits=True
        )
        assert (left.state is State.UNSOLVED) == (merged.outcome == "unsolved")
        if left.state is State.UNSOLVED:
            continue
        upper = np.abs(merged.areas["T"].v)
        np.testing.assert_allclose(left.v_pu[: upper.size], upper, rtol=0, atol=1e-8)


# Fixed and coordinated boundaries ----------------------------------------------------------------


def bare(scenario):
    """Feeders of one bus each, whose load does not depend on voltage."""
    roots = {b.area: b.root_bus for b in scenario.boundaries}
    upper = scenario.transmission
    return replace(
        scenario,
        buses=tuple(b for b in scenario.buses if roots.get(b.area, b.bus) == b.bus),
        branches=tuple(k for k in scenario.branches if k.area == upper),
        loads=(
            *(r for r in scenario.loads if r.area == upper),
            *(Load(area, "all", root, 9.0, 3.0) for area, root in roots.items()),
        ),
    )


def test_coordinated_is_fixed_where_feeders_are_inert(coupled):
    inert = bare(coupled)
    one, other = all_outages(inert), all_outages(inert, coordinated=False)
    np.testing.assert_allclose(one.flow, other.flow, rtol=0, atol=1e-6)
    assert one.states == other.states


def test_fixed_boundaries_draw_what_they_draw_without_outage(coupled):
    found = all_outages(coupled, coordinated=False)
    known = ~np.isnan(found.boundary[0])
    base = found.intact.boundary[:, None]
    np.testing.assert_allclose(found.boundary[:, known], np.broadcast_to(base, (2, known.sum())))


def test_fixed_boundaries_say_nothing_of_feeders(coupled):
    found = all_outages(coupled, coordinated=False)
    upper = len(found.layout.upper.buses)
    assert np.isnan(found.v_pu[upper:]).all()
