"""The same outages in the DC model."""

import math
from dataclasses import replace

import numpy as np
import pytest

from scenarios.records import Branch
from scenarios.systems import build_system
from security.dc.outages import State, generator_outages
from security.dc.ptdf import Sensitivities
from security.outages.ac import Before
from security.outages.dc import DcBefore
from security.outages.outage import Outage, single_outages
from tests.security.outages.conftest import all_outages


def test_generator_outages_are_those_of_the_dc_functions(coupled):
    before = Before.of(coupled)
    linear = DcBefore.of(before)
    outages = [o for o in single_outages(before.operators.upper) if o.generator]
    flow = np.column_stack([left.flow.real for left in linear.after(outages)])
    units = before.operators.upper.generators
    sensitivities = Sensitivities.of(before.operators.upper.network)
    expected = generator_outages(
        sensitivities,
        linear.flow(linear.dispatch.power),
        units,
        {n: s.real for n, s in linear.dispatch.power.items()},
        {n: g.p_max_mw for n, g in units.items()},
    )
    np.testing.assert_allclose(flow, expected.flow_mw, rtol=0, atol=1e-9)


def test_lossless_networks_have_dc_like_states(coupled):
    """Both approaches know the same islands and name the same outages."""
    one, other = all_outages(coupled), all_outages(coupled, approach="dc")
    assert one.names == other.names
    islands = [[s is State.ISLANDING for s in found.states] for found in (one, other)]
    assert islands[0] == islands[1]


def side_by_side(limit_deg, shift_deg=0.0):
    """40 MW over two branches of 0.1 p.u. on 100 MVA: 1.146 degrees, and 2.292 over one of them."""
    scenario = build_system("two-blocks")
    first = scenario.buses[0]
    lines = [
        Branch("T", name, "1", "2", 0.0, 0.1, shift_deg=shift_deg, angle_max_deg=limit_deg)
        for name in "ab"
    ]
    return replace(
        scenario,
        buses=(*scenario.buses, replace(first, bus="2", kind="pq")),
        branches=(*scenario.branches, *lines),
        boundaries=tuple(replace(b, transmission_bus="2") for b in scenario.boundaries),
        bids=(),
        offers=tuple(o for o in scenario.offers if o.area == "T"),
    )


@pytest.mark.parametrize("shift_deg", [0.0, 10.0])
def test_an_angle_beyond_its_limit_after_an_outage_is_a_violation(shift_deg):
    """A shift adds to the angle between the buses that a flow needs."""
    scenario = side_by_side(2.0 + shift_deg, shift_deg)
    before = DcBefore.of(Before.of(scenario, coordinated=False))
    assert before.intact().state is State.SECURE
    (after,) = before.after([Outage("branch a", ("a",))])
    assert after.state is State.VIOLATED
    size = math.degrees(0.04) + shift_deg
    (said,) = after.violations
    assert said == f"branch T/b: {size:.2f} degrees across it are beyond {2 + shift_deg:g}"


def test_an_angle_within_its_limit_after_an_outage_is_none():
    before = DcBefore.of(Before.of(side_by_side(2.3), coordinated=False))
    (after,) = before.after([Outage("branch a", ("a",))])
    assert after.state is State.SECURE
