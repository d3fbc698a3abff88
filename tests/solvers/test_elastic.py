"""The cheapest way to a feasible point names the limits in conflict."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from solvers.elastic import relief
from solvers.program import Program


def one_bus(load, capacity=50.0):
    """One unit serves a load: x = load, 0 <= x <= capacity."""
    return Program(
        cost=np.array([20.0]),
        lower=np.zeros(1),
        upper=np.array([capacity]),
        matrix=sparse.csr_array(np.array([[1.0]])),
        row_lower=np.array([load]),
        row_upper=np.array([load]),
    )


def test_a_feasible_program_needs_no_relief():
    found = relief(one_bus(40.0), "a test", 60.0)
    assert found.columns.tolist() == [0.0]
    assert found.rows.tolist() == [0.0]


def test_the_limit_gives_and_the_law_stays():
    """60 MW from a unit of 50: its limit would have to give 10, the balance nothing."""
    found = relief(one_bus(60.0), "a test", 60.0)
    assert found.columns == pytest.approx([10.0])
    assert found.rows.tolist() == [0.0]


def test_an_inequality_gives_where_that_is_cheaper():
    """x <= 100 as a column, x <= 50 as a row, x = 60 by law: the row gives 10."""
    program = replace(
        one_bus(60.0, capacity=100.0),
        matrix=sparse.csr_array(np.array([[1.0], [1.0]])),
        row_lower=np.array([60.0, -np.inf]),
        row_upper=np.array([60.0, 50.0]),
    )
    found = relief(program, "a test", 60.0)
    assert found.rows == pytest.approx([0.0, 10.0])
    assert found.columns.tolist() == [0.0]
