"""Outages of IEEE 118 with four feeders: AC beside DC, with fixed and with reacting feeders.

Beside them a compiled program on transmission alone, with what feeders draw without outage.
"""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.cases import ieee118_with_mixed_feeders
from benchmarks.compiled import Compiled, run
from security.ac.newton import Outcome
from security.coordinated.boundary_iteration import Boundaries
from security.dc.outages import State, branch_outages
from security.dc.ptdf import Sensitivities
from security.outages.ac import Before
from security.outages.dc import DcBefore
from security.outages.outage import single_outages

FEEDERS, MESHED = 4, 177
group = pytest.mark.benchmark(group="177 outages of IEEE 118 with 4 feeders")


@pytest.fixture(scope="module")
def before():
    """The state without outage."""
    return Before.of(ieee118_with_mixed_feeders(FEEDERS))


@pytest.fixture(scope="module")
def outages(before):
    """Outages of one branch that leave no island."""
    listed = [o for o in single_outages(before.operators.upper) if o.branches]
    meshed = [left.outage for left in before.after(listed) if left.state is not State.ISLANDING]
    assert len(meshed) == MESHED
    return meshed


@group
@pytest.mark.parametrize("coordinated", [True, False], ids=["coordinated", "fixed"])
def test_ac(benchmark, before, outages, coordinated):
    kept = replace(before, coordinated=coordinated)
    left = benchmark(lambda: list(kept.after(outages)))
    assert all(one.state is not State.UNSOLVED for one in left)


@group
def test_newton_alone(benchmark, before, outages):
    """The same states without fast decoupled steps."""
    found = benchmark(lambda: [before.by_newton(before.upper, outage) for outage in outages])
    assert all(one.outcome is Outcome.SOLVED for one in found)


@group
def test_dc_after_the_sensitivities(benchmark, before):
    linear = DcBefore.of(before)
    flow = linear.flow(linear.dispatch.power)
    built = linear.sensitivities
    benchmark(
        lambda: branch_outages(Sensitivities(built.network, built.ptdf, built.shift_flow_mw), flow)
    )


@pytest.fixture(scope="module")
def branches(before, outages):
    """Positions of the branches that go out."""
    return [before.layout.upper.branch_at[outage.branches[0]] for outage in outages]


@pytest.fixture(scope="module")
def compiled(before):
    """Transmission with boundaries as loads."""
    power = np.array(list(before.found.power.values()))
    none, buses = np.zeros(power.size), len(before.layout.upper.buses)
    drawn = Boundaries(buses, before.found.bus, none, power, none.astype(complex))
    alone = replace(before.upper, consumption=(*before.upper.consumption, drawn))
    return Compiled.of(before.operators.upper.network, alone)


@group
def test_compiled_ac(benchmark, before, outages, compiled, branches):
    start, found = before.found.transmission.v, compiled.outages(branches)
    benchmark(run, found, start)
    left = replace(before, coordinated=False).after(outages)
    ours = np.array([one.v_pu[: start.size] for one in left])
    theirs = np.abs(found.get_voltages())[compiled.rows(found, branches)]
    assert np.abs(ours - theirs).max() < 1e-8


@group
def test_compiled_dc(benchmark, before, compiled, branches):
    start, found = (
        np.ones(len(before.layout.upper.buses), complex),
        compiled.outages(branches, dc=True),
    )
    benchmark(run, found, start)
    found.compute_power_flows()
    linear = DcBefore.of(before)
    ours = branch_outages(linear.sensitivities, linear.flow(linear.dispatch.power))
    theirs = found.get_power_flows()[compiled.rows(found, branches)][:, compiled.place]
    assert np.abs(ours.flow_mw[:, branches].T - theirs).max() < 1e-8
