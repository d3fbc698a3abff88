"""Outages of IEEE 118 with four feeders: AC beside DC, with fixed and with reacting feeders."""

from dataclasses import replace

import pytest

from benchmarks.cases import ieee118_with_mixed_feeders
from security.ac.newton import Outcome
from security.dc.outages import State, branch_outages
from security.dc.sensitivity import Sensitivities
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
