"""Ipopt behind the compiler: values, duals, derivatives, refusals, with every package there is."""

from importlib.util import find_spec

import numpy as np
import pyomo.environ as pyo
import pytest

from solvers.compile import compile_block
from solvers.derivatives import Derivatives
from solvers.errors import SolveFailed
from solvers.ipopt import IpoptSession, ipopt_by

BACKENDS = [name for name in ("ipyopt", "cyipopt") if find_spec(name)]


def circle(radius=5.0):
    """min -3 x - 4 y on a disc: the optimum is (3, 4) radius / 5, its cost -5 radius."""
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(-10, 10)), pyo.Var(bounds=(-10, 10))
    model.disc = pyo.Constraint(expr=model.x**2 + model.y**2 <= radius**2)
    model.cost = pyo.Objective(expr=-3 * model.x - 4 * model.y)
    return compile_block(model)


def curved(extra=0.0):
    """min x^2 + 2 y^2 + z with x y >= 2 + extra, z >= x + y, all positive."""
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0.1, 10)), pyo.Var(bounds=(0.1, 10))
    model.z = pyo.Var(bounds=(0, 100))
    model.product = pyo.Constraint(expr=model.x * model.y >= 2 + extra)
    model.sum = pyo.Constraint(expr=model.z - model.x - model.y >= 0)
    model.cost = pyo.Objective(expr=model.x**2 + 2 * model.y**2 + model.z)
    return compile_block(model)


def solve(compiled, backend):
    return IpoptSession(compiled.program, "test", 60.0, backend).solve()


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_optimum_of_a_disc(backend):
    found = solve(circle(), backend)
    assert found.x == pytest.approx([3.0, 4.0], abs=1e-6)
    assert found.objective == pytest.approx(-25.0, abs=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_dual_is_the_slope_of_the_cost(backend):
    """The cost is -5 r, so per unit of r^2 it falls by 5 / (2 r) = 0.5."""
    found = solve(circle(), backend)
    assert found.dual == pytest.approx([-0.5], abs=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_dual_of_a_product_is_a_finite_difference(backend):
    step = 1e-3
    more, less = (solve(curved(extra), backend).objective for extra in (step, -step))
    dual = solve(curved(), backend).dual[0]
    assert dual == pytest.approx((more - less) / (2 * step), rel=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
def test_changed_costs_and_bounds_are_solved(backend):
    """With cost on y turned round and x held at 1, the disc gives y = -sqrt(24)."""
    compiled = circle()
    session = IpoptSession(compiled.program, "test", 60.0, backend)
    session.solve()
    session.set_cost(compiled.columns["y"], np.array([4.0]))
    session.set_bounds(compiled.columns["x"], np.array([1.0]), np.array([1.0]))
    assert session.solve().x == pytest.approx([1.0, -np.sqrt(24.0)], abs=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_cannot_be_met_fails_with_a_cure(backend):
    model = pyo.ConcreteModel()
    model.x, model.y = pyo.Var(bounds=(0, 1)), pyo.Var(bounds=(0, 1))
    model.product = pyo.Constraint(expr=model.x * model.y >= 2)
    model.cost = pyo.Objective(expr=model.x)
    with pytest.raises(SolveFailed, match="relax"):
        solve(compile_block(model), backend)


def test_derivatives_are_those_of_the_rows():
    """Jacobian and Hessian against central differences at a random point."""
    program = curved().program
    d = Derivatives(program)
    rng = np.random.default_rng(3)
    x, multipliers = rng.uniform(1, 2, 3), rng.uniform(-1, 1, 2)
    step = 1e-6
    jacobian, lagrangian = np.zeros((2, 3)), np.zeros((3, 3))
    row, column = d.jacobian_pattern
    jacobian[row, column] = d.jacobian(x)
    row, column = d.hessian_pattern
    lagrangian[row, column] = d.hessian(2.0, multipliers)
    lagrangian = np.tril(lagrangian) + np.tril(lagrangian, -1).T

    def gradient(at):
        return 2.0 * d.gradient(at) + program.slopes(at).T @ multipliers

    for n in range(3):
        move = step * np.eye(3)[n]
        difference = (d.rows(x + move) - d.rows(x - move)) / (2 * step)
        assert jacobian[:, n] == pytest.approx(difference, abs=1e-8)
        bend = (gradient(x + move) - gradient(x - move)) / (2 * step)
        assert lagrangian[:, n] == pytest.approx(bend, abs=1e-7)


@pytest.mark.parametrize("package", BACKENDS)
def test_sessions_opened_within_are_of_the_package(package):
    compiled = circle()
    with ipopt_by(package):
        session = IpoptSession(compiled.program, "test", 60.0)
    assert session.package == package
    assert session.solve().objective == pytest.approx(-25.0, abs=1e-6)
    assert IpoptSession(compiled.program, "test", 60.0).package == "ipyopt"


def test_a_package_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr("solvers.ipopt.find_spec", lambda _: None)
    with pytest.raises(SolveFailed, match="cyipopt is not installed"), ipopt_by("cyipopt"):
        pass
