"""Limits of all areas at once are those that each area's load flow exceeds."""

from dataclasses import replace

import numpy as np
import pytest

from security.load_flow import of_coordinated
from security.outages.ac import Before
from security.outages.outage import single_outages


@pytest.fixture(scope="module")
def strained(household):
    """Narrow bands and low ratings in feeders too, so that every kind of limit is exceeded."""
    return replace(
        household,
        buses=tuple(replace(b, v_min_pu=0.99, v_max_pu=1.03) for b in household.buses),
        branches=tuple(replace(k, rating_mva=k.rating_mva or 5.0) for k in household.branches),
    )


def test_every_outage_exceeds_what_its_load_flow_exceeds(strained):
    before = Before.of(strained)
    kinds = set()
    for left in before.after(single_outages(before.operators.upper)):
        operation = before.upper_without(left.outage)
        if left.state != "violated" or operation is None:
            continue
        flow = of_coordinated(before.operators, before.by_fast_decoupled(operation, left.outage))
        assert left.violations == tuple(map(str, flow.violations))
        kinds |= {v.kind for v in flow.violations}
    assert kinds == {"low voltage", "high voltage", "overload"}


def test_flows_of_all_areas_are_those_of_each(strained):
    before = Before.of(strained)
    flow = of_coordinated(before.operators, before.found)
    v = np.concatenate([flow.areas[g.area].v for g in before.layout.grids])
    into, out = before.networks.limits.branch_power(v)
    each = [g.branch_power(flow.areas[g.area].v) for g in before.layout.grids]
    np.testing.assert_allclose(into, np.concatenate([a for a, _ in each]), atol=1e-10)
    np.testing.assert_allclose(out, np.concatenate([b for _, b in each]), atol=1e-10)


def test_boundaries_held_fixed_are_judged_in_transmission_alone(strained):
    before = Before.of(strained, coordinated=False)
    found = before.intact()
    assert found.violations
    assert all("T/" in text for text in found.violations)
