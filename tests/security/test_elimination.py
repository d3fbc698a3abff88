"""Factors in an order of elimination solve what the matrix says, and repeat for other values."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse

from security.ac.elimination import Elimination, Singular, determinant_sign, factors


@st.composite
def symmetric_patterns(draw):
    """A matrix with entries on its diagonal and at some pairs of places, by columns."""
    size = draw(st.integers(1, 12))
    places = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
    filled = np.eye(size, dtype=bool)
    for row, column in draw(st.lists(places, max_size=20)):
        filled[row, column] = filled[column, row] = True
    return sparse.csc_array(filled.astype(float))


@given(symmetric_patterns(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_factors_solve_the_matrix_for_any_values_of_its_pattern(pattern, seed):
    rng = np.random.default_rng(seed)
    elimination = Elimination.of(pattern.indices, pattern.indptr)
    right = rng.normal(size=(pattern.shape[0], 2))
    for _ in range(2):
        matrix = pattern.copy()
        matrix.data = rng.normal(size=matrix.nnz)
        matrix.setdiag(matrix.diagonal() + 20.0)
        found = elimination.factors(matrix.data)
        np.testing.assert_allclose(matrix @ found.solve(right), right, atol=1e-12)
        np.testing.assert_allclose(found.solve(right[:, 0]), found.solve(right)[:, 0], atol=1e-14)


def test_a_singular_matrix_is_told():
    pattern = sparse.csc_array(np.ones((2, 2)))
    with pytest.raises(Singular, match="singular"):
        Elimination.of(pattern.indices, pattern.indptr).factors(np.ones(4))


@given(symmetric_patterns(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_factors_tell_the_sign_of_the_determinant(pattern, seed):
    matrix = pattern.copy()
    matrix.data = np.random.default_rng(seed).normal(size=matrix.nnz)
    assume(abs(np.linalg.det(matrix.toarray())) > 1e-9)
    expected = np.sign(np.linalg.det(matrix.toarray()))
    assert determinant_sign(factors(matrix)) == expected
    in_order = Elimination.of(pattern.indices, pattern.indptr).factors(matrix.data)
    assert in_order.determinant_sign == expected
