"""Parts: matrices and grids without some branches."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from scenarios.systems import build_system
from security.ac.grid import Grid
from security.outages.compensation import Factorised


@given(st.integers(0, 10_000), st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_a_corrected_solution_is_that_of_the_changed_matrix(seed, count):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(6, 6)) + 8 * np.eye(6)
    buses = np.sort(rng.choice(6, 5, replace=False))
    at, part = rng.choice(6, count, replace=False), 0.3 * rng.normal(size=(count, count))
    changed = matrix.copy()
    changed[np.ix_(at, at)] -= part
    right = rng.normal(size=5)
    solution = Factorised(sparse.csc_array(matrix), buses).without(at, part)(right)
    expected = np.linalg.solve(changed[np.ix_(buses, buses)], right)
    np.testing.assert_allclose(solution, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", ["A", "B"])
def test_a_grid_without_branches_is_that_of_the_network_without_them(name):
    network = build_system(name).area("T").network
    gone = list(network.branches)[1::7]
    left = replace(network, branches={n: k for n, k in network.branches.items() if n not in gone})
    found, expected = Grid.of(network).without(gone), Grid.of(left)
    np.testing.assert_allclose(found.y_bus.toarray(), expected.y_bus.toarray(), atol=1e-12)
