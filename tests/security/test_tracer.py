"""The curve of loading over random systems: it rises to its nose, and no load flow lies beyond."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scenarios.networks import load_network
from scenarios.systems.coupled import coupled
from scenarios.variants.feeders import with_exponents, with_impedance
from security.ac.newton import LEAST_V, Outcome
from security.continuation.conditions import LoadingAt
from security.continuation.loaded import Loaded, merged
from security.continuation.margin import margin, margin_of
from security.continuation.recheck import worst_mismatch
from security.coordinated.boundary_iteration import Operators

NETWORKS = ("ieee14", "ieee30", "ieee118")
FEEDERS = ("feeder16", "feeder17", "feeder33", "feeder69", "feeder85", "feeder141")
LOADED = {n: [r.bus for r in load_network(n, "T").loads if r.p_mw > 0] for n in NETWORKS}
EXPONENTS = ((0.0, 0.0), (0.5, 2.5), (1.0, 1.0), (1.2, 3.0))
LEAST_STEP = 1e-6  # of loading, of the search by load flows
FAILS_BELOW = 1e-4  # of loading: Newton's method fails a little below the nose


def greatest_by_load_flows(loaded):
    """The last loading at which Newton's method solves the merged network, by halving steps."""
    prepared = merged(loaded, q_limits=False)
    equations, v = prepared.system.upper, prepared.base.areas[""].v
    loading, step = 0.0, 0.1
    while step > LEAST_STEP:
        found = equations.newton.solve(equations.loading.at(loading + step), v)
        if found.outcome is Outcome.SOLVED:
            loading, v = loading + step, found.v
        else:
            step /= 2
    return loading


@dataclass(frozen=True)
class Recipe:
    """A published network with feeders in the place of loads, scaled in load and impedance."""

    network: str
    feeders: dict[str, str]
    scale: float
    exponents: tuple[float, float]
    impedance: float

    @property
    def scenario(self):
        scenario = coupled(self.network, self.feeders, self.scale)
        return with_impedance(with_exponents(scenario, *self.exponents), self.impedance)


@st.composite
def recipes(draw):
    """One to four feeders."""
    network = draw(st.sampled_from(NETWORKS))
    buses, feeders = st.sampled_from(LOADED[network]), st.sampled_from(FEEDERS)
    fed = draw(st.dictionaries(buses, feeders, min_size=1, max_size=4))
    scale, impedance = draw(st.floats(0.3, 3.0)), draw(st.floats(0.3, 2.0))
    return Recipe(network, fed, scale, draw(st.sampled_from(EXPONENTS)), impedance)


def lowest_voltage(at):
    return min(float(np.abs(local.v).min()) for local in at.point.areas.values())


@settings(max_examples=25, deadline=None)
@given(recipes())
def test_loading_rises_to_the_nose_and_falls_behind_it(recipe):
    """Far behind it loading may turn again, but it never comes as high.

    Constant currents may bring a voltage down to nothing instead, before the nose or behind it.
    """
    loaded = Loaded.base(Operators(recipe.scenario))
    found = margin_of(loaded, q_limits=False, past=0.05)
    assume("base case" not in found.why)
    points, top = found.curve.points, found.curve.top
    loading = np.array([at.point.lam for at in points])
    if found.status == "unsolved":
        assert recipe.exponents == (1.0, 1.0)
        assert lowest_voltage(points[-1]) < 1.01 * LEAST_V
        top = len(points) - 1
    assert np.all(np.diff(loading[: top + 1]) > 0)
    assert np.all(loading[top + 1 :] < loading[top])
    assert loading[-1] <= 0.95 * loading[top] or lowest_voltage(points[-1]) < 1.01 * LEAST_V
    assert not any(worst_mismatch(at)[1] for at in points)
    assert -LEAST_STEP < loading[top] - greatest_by_load_flows(loaded) < FAILS_BELOW


@settings(max_examples=10, deadline=None)
@given(recipes())
def test_the_curve_keeps_its_orientation(recipe):
    """Through the fold too, where the tangent in terms of the loading changes its sign."""
    found = margin(recipe.scenario, q_limits=False, past=0.05)
    assume(found.status == "solved")
    assert len({t.orientation for t in found.curve.tangents}) == 1
    for at, along in zip(found.curve.points, found.curve.tangents, strict=True):
        if abs(along.lam) > 1e-4:  # where it tells points apart
            by_loading = at.tangent(LoadingAt(at.point.lam))
            assert by_loading.orientation * along.orientation == np.sign(along.lam)


@pytest.mark.parametrize("method", ["response", "merged"])
def test_a_wide_network_whose_feeder_collapses_is_not_traced_back_and_forth(method):
    """Angles of transmission turn back at the nose of one feeder and outweigh its voltages."""
    feeders = {"39": "feeder141", "50": "feeder33", "67": "feeder69", "98": "feeder141"}
    loaded = Loaded.base(Operators(coupled("ieee118", feeders)))
    found = margin_of(loaded, method, q_limits=False, past=0.1)
    assert found.status == "solved"
    assert found.limit == "fold"
    assert found.critical_bus.startswith("D67/")
    assert len(found.curve.points) < 50
    assert -LEAST_STEP < found.lambda_max - greatest_by_load_flows(loaded) < FAILS_BELOW
