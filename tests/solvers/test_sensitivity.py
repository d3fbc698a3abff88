"""How optima move with costs: by hand, and as finite differences."""

import numpy as np
import pytest
from scipy import sparse

from solvers.ipopt import IpoptSession
from solvers.program import Products, Program
from solvers.sensitivity import response


def program(*, upper=10.0):
    """min x^2 + 2 y^2 - 4 x - 4 y, x + y + z = 0, x y <= 50; x is at most `upper`."""
    none = np.full(3, -100.0)
    return Program(
        cost=np.array([-4.0, -4.0, 0.0]),
        lower=none,
        upper=np.array([upper, 100.0, 100.0]),
        matrix=sparse.csr_array(np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])),
        row_lower=np.array([0.0, -np.inf]),
        row_upper=np.array([0.0, 50.0]),
        quadratic=sparse.csr_array(np.diag([2.0, 4.0, 0.0])),
        products=Products(*(np.array([k]) for k in (1, 0, 1)), np.array([1.0])),
    )


def moved(session, columns):
    return response(session.derivatives, session.solve(), np.array(columns))


def test_free_columns_move_by_one_over_their_curvature():
    """x = 2 - c/2, y = 1 - c/4; z = -x - y moves with both."""
    found = moved(IpoptSession(program(), "hand", 10.0), [0, 1, 2])
    expected = [[-0.5, 0.0, 0.5], [0.0, -0.25, 0.25], [0.5, 0.25, -0.75]]
    assert found == pytest.approx(np.array(expected), abs=1e-6)


def test_a_column_at_its_limit_does_not_move():
    found = moved(IpoptSession(program(upper=1.0), "hand", 10.0), [0, 1])
    assert found == pytest.approx(np.diag([0.0, -0.25]), abs=1e-6)


def test_curvature_that_is_added_counts():
    """x^2 + 2 y^2 and further (x - y)^2: the Hessian is [[4, -2], [-2, 6]]."""
    session = IpoptSession(program(), "hand", 10.0)
    extra = np.array([[2.0, -2.0], [-2.0, 2.0]])
    session.set_curvature(np.array([[0, 1]]), extra[None])
    expected = -np.linalg.inv([[4.0, -2.0], [-2.0, 6.0]])
    assert moved(session, [0, 1]) == pytest.approx(expected, abs=1e-6)
    session.set_curvature(np.array([[0, 1]]), 0 * extra[None])
    assert moved(session, [0, 1]) == pytest.approx(np.diag([-0.5, -0.25]), abs=1e-6)


def test_a_binding_product_is_followed():
    """With x y <= 0.5 binding, the finite difference of two solves."""
    tight = program()
    tight.row_upper[1] = 0.5
    session = IpoptSession(tight, "hand", 10.0)
    session.begin_at(np.array([2.0, 0.2, -2.2]))
    found, step = moved(session, [0])[0, 0], 1e-4
    ends = []
    for cost in (-4.0 + step, -4.0 - step):
        session.set_cost(np.array([0]), np.array([cost]))
        ends.append(session.solve().x[0])
    assert found == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-4)
