"""Both solver back-ends give the same optimum and the same duals, first and after changes."""

import numpy as np
import pyomo.environ as pyo
import pytest
from scipy import sparse

from solvers.certify import residuals
from solvers.clarabel import ClarabelSession
from solvers.compile import NotQuadratic, compile_block
from solvers.errors import SolveFailed
from solvers.highs import HighsSession
from solvers.join import join
from solvers.program import Program

BACKENDS = [HighsSession, ClarabelSession]


def one_bus(load=60.0):
    """50 MW at 20 and 100 MW at 40 $/MWh serve `load` MW: cost 1400, price 40 at 60 MW."""
    return Program(
        cost=np.array([20.0, 40.0]),
        lower=np.zeros(2),
        upper=np.array([50.0, 100.0]),
        matrix=sparse.csr_array(np.array([[1.0, 1.0]])),
        row_lower=np.array([load]),
        row_upper=np.array([load]),
    )


def random_program(seed):
    """A feasible, bounded linear program: boxes around a point that meets all rows."""
    rng = np.random.default_rng(seed)
    rows, columns = 6, 12
    matrix = np.where(rng.random((rows, columns)) < 0.5, rng.normal(size=(rows, columns)), 0.0)
    inside = rng.uniform(-1, 1, columns)
    width = np.where(rng.random(rows) < 0.5, 0.0, rng.uniform(0.1, 1, rows))
    return Program(
        cost=rng.normal(size=columns),
        lower=inside - rng.uniform(0.5, 2, columns),
        upper=inside + rng.uniform(0.5, 2, columns),
        matrix=sparse.csr_array(matrix),
        row_lower=matrix @ inside - width,
        row_upper=matrix @ inside + width,
    )


def solve(backend, program):
    return backend(program, "a test", 60.0).solve()


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_dual_of_the_balance_is_the_price_of_one_more_megawatt(backend):
    found = solve(backend, one_bus())
    assert found.objective == pytest.approx(1400.0)
    assert found.dual == pytest.approx([40.0])


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_dual_is_the_finite_difference_of_the_cost(backend):
    more, less = solve(backend, one_bus(60.5)), solve(backend, one_bus(59.5))
    slope = more.objective - less.objective
    assert solve(backend, one_bus()).dual[0] == pytest.approx(slope)


def test_a_quadratic_cost_sets_the_price_at_its_slope():
    """20 P + P^2 / 20 at 60 MW: marginal 20 + 6 = 26."""
    program = one_bus()
    program.quadratic = sparse.csr_array(np.diag([0.1, 0.0]))
    program.upper = np.array([100.0, 100.0])
    assert solve(ClarabelSession, program).dual == pytest.approx([26.0])


@pytest.mark.parametrize("seed", range(12))
def test_back_ends_agree_on_random_programs(seed):
    simplex, interior = (solve(b, random_program(seed)) for b in BACKENDS)
    assert interior.objective == pytest.approx(simplex.objective, abs=1e-7)
    assert interior.dual == pytest.approx(simplex.dual, abs=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("seed", range(6))
def test_a_session_after_changes_equals_a_fresh_one(backend, seed):
    rng = np.random.default_rng(seed)
    session = backend(random_program(seed), "a test", 60.0)
    session.solve()
    some = np.arange(0, 12, 2)
    cost = rng.normal(size=some.size)
    session.set_cost(some, cost)
    session.solve()
    lower, upper = session.program.lower[some] - 0.1, session.program.upper[some] - 0.1
    session.set_bounds(some, lower, upper)
    entry = sparse.csc_array(rng.normal(size=(6, 1)) * 0.1)
    session.add_columns(np.array([0.5]), entry)
    warm = session.solve()
    fresh = solve(backend, session.program)
    assert warm.objective == pytest.approx(fresh.objective, abs=1e-7)
    assert warm.dual == pytest.approx(fresh.dual, abs=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
def test_contradicting_limits_name_the_problem_and_the_cure(backend):
    with pytest.raises(SolveFailed) as failure:
        solve(backend, one_bus(load=200.0))
    assert failure.value.problem == "a test"
    assert failure.value.status
    assert failure.value.cure


def test_a_simplex_that_starts_from_the_injections_finds_the_same_optimum():
    """Flow f follows from f == p: the basis {f} is triangular."""
    program = Program(
        cost=np.array([3.0, 0.0]),
        lower=np.array([0.0, -10.0]),
        upper=np.array([5.0, 10.0]),
        matrix=sparse.csr_array(np.array([[1.0, -1.0], [0.0, 1.0]])),
        row_lower=np.array([0.0, 2.0]),
        row_upper=np.array([0.0, np.inf]),
        follows=np.array([False, True]),
    )
    assert solve(HighsSession, program).x == pytest.approx([2.0, 2.0])


def test_a_wrong_point_does_not_pass_the_check():
    program = one_bus()
    right, _ = residuals(program, np.array([50.0, 10.0]), np.array([40.0]))
    short, _ = residuals(program, np.array([50.0, 9.0]), np.array([40.0]))
    dear, _ = residuals(program, np.array([40.0, 20.0]), np.array([40.0]))
    cheap, _ = residuals(program, np.array([50.0, 10.0]), np.array([30.0]))
    assert right.acceptable
    assert not short.acceptable
    assert not dear.acceptable
    assert not cheap.acceptable


def test_the_gap_of_a_wrong_dual_is_what_it_leaves_unexplained():
    """At 30 $/MWh the second unit's 10 MW lose 10 $/MWh each: the gap is 100 $."""
    found, _ = residuals(one_bus(), np.array([50.0, 10.0]), np.array([30.0]))
    assert found.gap_absolute == pytest.approx(100.0)


def test_a_gap_is_held_against_all_money_that_moves_and_not_against_what_is_left():
    """10,000 MW are bought and sold at 20 $/MWh: nothing is left of 400,000 $; 0.1 $ is no gap."""
    program = Program(
        cost=np.array([20.0, -20.0]),
        lower=np.zeros(2),
        upper=np.full(2, 1e4),
        matrix=sparse.csr_array(np.array([[1.0, -1.0]])),
        row_lower=np.zeros(1),
        row_upper=np.zeros(1),
    )
    found, _ = residuals(program, np.full(2, 1e4), np.array([20.00001]))
    assert program.objective(np.full(2, 1e4)) == 0.0
    assert found.gap_absolute == pytest.approx(0.1)
    assert found.gap == pytest.approx(0.1 / 400_000)


def small_model():
    model = pyo.ConcreteModel()
    model.p = pyo.Var(["a", "b"], bounds=(0, 8))
    model.flow = pyo.Var()
    model.fixed = pyo.Var(initialize=3.0)
    model.fixed.fix()
    model.balance = pyo.Constraint(expr=model.p["a"] + model.p["b"] - 2 * model.flow + 1 == 4)
    model.limit = pyo.Constraint(expr=(-5, model.flow + model.fixed, 5))
    model.cost = pyo.Objective(expr=2 * model.p["a"] + 3 * model.p["b"] ** 2 + 7)
    return model


def test_compiling_keeps_coefficients_limits_and_places():
    """The constant 1 moves to the right; the fixed variable is a column held at 3."""
    compiled = compile_block(small_model())
    program = compiled.program
    a, b = compiled.columns["p"]
    (flow,) = compiled.columns["flow"]
    (balance,), (limit,) = compiled.rows["balance"], compiled.rows["limit"]
    dense = program.matrix.toarray()
    assert dense[balance, [a, b, flow]].tolist() == [1.0, 1.0, -2.0]
    assert (program.row_lower[balance], program.row_upper[balance]) == (3.0, 3.0)
    (held,) = compiled.columns["fixed"]
    assert dense[limit, [flow, held]].tolist() == [1.0, 1.0]
    assert (program.row_lower[limit], program.row_upper[limit]) == (-5.0, 5.0)
    assert (program.lower[held], program.upper[held]) == (3.0, 3.0)
    assert program.cost[a] == 2.0
    assert program.quadratic.toarray()[b, b] == 6.0
    assert program.offset == 7.0


def test_what_is_more_than_quadratic_is_refused():
    model = small_model()
    model.curved = pyo.Constraint(expr=model.p["a"] ** 3 <= 1)
    with pytest.raises(NotQuadratic, match="curved"):
        compile_block(model)


def test_columns_that_coincide_add_their_costs_and_share_their_bounds():
    """Two one-bus programs share their first unit: cost 20 + 20, and both balances use it."""
    first, second = one_bus(60.0), one_bus(70.0)
    second.upper = np.array([30.0, 100.0])
    joined = join([first, second], [((0, np.array([0])), (1, np.array([0])))])
    assert joined.columns[0][0] == joined.columns[1][0]
    assert joined.program.cost.tolist() == [40.0, 40.0, 40.0]
    assert joined.program.upper[joined.columns[0][0]] == 30.0
    assert joined.program.matrix.toarray().tolist() == [[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]]
