"""The same outages in the DC model."""

import numpy as np

from security.dc.outages import State, generator_outages
from security.dc.ptdf import Sensitivities
from security.outages.ac import Before
from security.outages.dc import DcBefore
from security.outages.outage import single_outages
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
