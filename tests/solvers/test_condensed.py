"""Programs without what follows from the rest: the same optima, whatever limits what follows."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from solvers.blocks import Blocks
from solvers.certify import residuals
from solvers.condensation import Condensation
from solvers.condensed import CondensedSession
from solvers.errors import SolveFailed
from solvers.highs import HighsSession
from solvers.layout import Layout, Part
from solvers.program import Program

BUSES, INJECTIONS, PERIODS = 6, 9, 4


def feeder(seed: int, limit: float = 1.0) -> Program:
    """Injections (MW), flows and voltages of a random tree in periods that a store joins.

    Flows are limited by rows, voltages by bounds; `limit` scales both. What is bought at the root
    stands in the first of the columns.
    """
    rng = np.random.default_rng(seed)
    above = np.array([rng.integers(0, n) for n in range(1, BUSES)])
    places = rng.integers(0, BUSES, INJECTIONS)
    meets = sparse.csr_array(
        (np.ones(INJECTIONS), (places, np.arange(INJECTIONS))), (BUSES, INJECTIONS)
    )
    lines = np.arange(BUSES - 1)
    ends = np.zeros((BUSES, BUSES - 1))
    ends[above, lines], ends[lines + 1, lines] = -1.0, 1.0
    root = np.eye(BUSES)[:, :1]
    falls = np.zeros((BUSES - 1, BUSES - 1))
    falls[lines[above > 0], above[above > 0] - 1] = 1.0
    falls[lines, lines] -= 1.0
    resistance = -np.diag(rng.uniform(0.01, 0.05, BUSES - 1))
    period = sparse.block_array(
        [
            [root, meets, ends, None],
            [None, None, resistance, falls],
            [None, None, np.eye(BUSES - 1), None],
        ]
    )
    size = period.shape[1]
    matrix = sparse.kron(sparse.eye_array(PERIODS), period)
    store = np.zeros((1, PERIODS * size))
    store[0, 1::size] = 1.0
    low = np.concatenate([[-20.0], -rng.uniform(0, 2, INJECTIONS), np.full(BUSES - 1, -np.inf)])
    high = np.concatenate([[20.0], rng.uniform(0, 2, INJECTIONS), np.full(BUSES - 1, np.inf)])
    voltage = np.full(BUSES - 1, 0.05 * limit)
    load = np.concatenate([rng.uniform(0, 1, BUSES), np.zeros(BUSES - 1)])
    bound = np.concatenate([load, np.full(BUSES - 1, 2.0 * limit)])
    least = np.concatenate([load, np.full(BUSES - 1, -2.0 * limit)])
    cost = np.zeros((PERIODS, size))
    cost[:, : 1 + INJECTIONS] = rng.integers(1, 60, (PERIODS, 1 + INJECTIONS))
    return Program(
        cost=cost.ravel(),
        lower=np.tile(np.concatenate([low, -voltage]), PERIODS),
        upper=np.tile(np.concatenate([high, voltage]), PERIODS),
        matrix=sparse.csr_array(sparse.vstack([matrix, store])),
        row_lower=np.concatenate([np.tile(least, PERIODS), [0.0]]),
        row_upper=np.concatenate([np.tile(bound, PERIODS), [0.0]]),
        follows=np.tile(np.arange(size) > INJECTIONS, PERIODS),
    )


def condensed(program: Program) -> CondensedSession:
    found = Condensation.of(program.matrix, program.row_lower == program.row_upper, program.follows)
    assert found is not None
    rows, columns = program.matrix.shape
    layout = Layout.of(program, [Part(found, np.arange(columns), np.arange(rows))])
    return CondensedSession(program, layout, "feeder", 60.0)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("limit", [0.5, 1.0, 100.0])
def test_the_optimum_is_that_of_the_whole_program(seed, limit):
    program = feeder(seed, limit)
    whole = _solved(HighsSession(program, "feeder", 60.0))
    found = _solved(condensed(program))
    assert (whole is None) == (found is None)
    if found is not None:
        assert found.objective == pytest.approx(whole.objective, abs=1e-7)
        assert residuals(program, found.x, found.dual)[0].acceptable


def _solved(session):
    try:
        return session.solve()
    except SolveFailed:
        return None


def test_most_limits_of_what_follows_are_never_seen():
    session = condensed(feeder(1, limit=100.0))
    session.solve()
    assert session._inner.program.row_lower.size == PERIODS + 1  # balances of the root, the store


@pytest.mark.parametrize("seed", range(4))
def test_other_prices_and_limits_are_taken(seed):
    rng = np.random.default_rng(seed)
    program = feeder(seed)
    kept, anew = condensed(program), program.copy()
    size = program.cost.size // PERIODS
    bought = np.arange(PERIODS) * size
    flow = bought + 1 + INJECTIONS
    for _ in range(5):
        price, most = rng.uniform(-20, 80, PERIODS), rng.uniform(0.5, 3.0, PERIODS)
        kept.set_cost(bought, price)
        kept.set_bounds(flow, -most, most)
        anew.cost[bought], anew.lower[flow], anew.upper[flow] = price, -most, most
        whole = _solved(HighsSession(anew, "feeder", 60.0))
        found = _solved(kept)
        assert (whole is None) == (found is None)
        if found is not None:
            assert found.objective == pytest.approx(whole.objective, abs=1e-7)


def test_after_a_restart_answers_are_those_of_a_new_session():
    program = feeder(3)
    kept = condensed(program)
    first = kept.solve()
    kept.set_cost(np.arange(3), np.array([90.0, -5.0, 3.0]))
    kept.solve()
    kept.set_cost(np.arange(3), program.cost[:3])
    kept.restart()
    np.testing.assert_array_equal(kept.solve().x, first.x)


def test_rows_and_columns_that_come_later_count():
    program = feeder(2)
    session = condensed(program)
    plain = session.solve().objective
    limit = sparse.csr_array(np.eye(1, program.cost.size))
    session.add_rows(limit, np.array([-1.0]), np.array([1.0]))
    anew = HighsSession(program.with_rows(limit, np.array([-1.0]), np.array([1.0])), "feeder", 60.0)
    assert session.solve().objective == pytest.approx(anew.solve().objective, abs=1e-9)
    assert session.solve().objective > plain + 1e-3


def test_what_is_not_determined_is_left_in():
    program = feeder(0)
    twice = replace(
        program,
        cost=np.append(program.cost, 0.0),
        lower=np.append(program.lower, -np.inf),
        upper=np.append(program.upper, np.inf),
        matrix=sparse.csr_array(sparse.hstack([program.matrix, program.matrix[:, [12]]])),
        follows=np.append(program.follows, True),
    )
    assert Condensation.of(twice.matrix, twice.row_lower == twice.row_upper, twice.follows) is None


def test_blocks_that_differ_are_one():
    alike = sparse.csr_array(sparse.block_diag([[[2.0, 1], [0, 1]]] * 3))
    assert Blocks.of(alike).rows.shape == (2, 3)
    other = alike.copy()
    other.data[0] = 3.0
    whole = Blocks.of(sparse.csr_array(other))
    assert whole.rows.shape == (6, 1)
    right = np.arange(6.0)
    np.testing.assert_allclose(other @ whole.solve(right), right)
    np.testing.assert_allclose(other.T @ whole.solve(right, "T"), right)
    assert Blocks.of(sparse.csr_array(np.zeros((2, 2)))) is None
