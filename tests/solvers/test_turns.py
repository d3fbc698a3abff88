"""Programs that share a HiGHS are solved as if each had one of its own."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from solvers.highs import HighsSession
from solvers.program import Program
from solvers.turns import Turns

COLUMNS = np.arange(12)


def programs(seed):
    """Three that share their rows, as feeders that are alike do, and one of other rows."""
    rng = np.random.default_rng(seed)
    first, other = rng.normal(size=(2, 6, 12))
    one = Program(
        cost=rng.normal(size=12),
        lower=-rng.uniform(0.5, 2, 12),
        upper=rng.uniform(0.5, 2, 12),
        matrix=sparse.csr_array(first),
        row_lower=np.full(6, -1.0),
        row_upper=np.full(6, 1.0),
    )
    alike = [replace(one, cost=rng.normal(size=12), upper=rng.uniform(0.5, 2, 12)) for _ in "ab"]
    return [one, *alike, replace(one, matrix=sparse.csr_array(other))]


def rounds(sessions, order, costs):
    """Optima of every session in every round, asked in an order of their own."""
    found = {}
    for number, cost in enumerate(costs):
        for n in order:
            sessions[n].set_cost(COLUMNS, cost * (n + 1))
            found[n, number] = sessions[n].solve()
    return found


@pytest.mark.parametrize("seed", range(8))
def test_optima_are_those_of_a_solver_of_ones_own(seed):
    held, costs = programs(seed), np.random.default_rng(seed + 100).normal(size=(4, 12))
    turns = Turns()
    shared = [HighsSession(p, "a test", 60.0, turns) for p in held]
    alone = [HighsSession(p, "a test", 60.0) for p in held]
    one, other = rounds(shared, range(4), costs), rounds(alone, range(4), costs)
    for key, found in one.items():
        assert found.objective == pytest.approx(other[key].objective, abs=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_an_optimum_does_not_depend_on_who_was_asked_before(seed):
    held, costs = programs(seed), np.random.default_rng(seed + 100).normal(size=(4, 12))
    ways = []
    for order in ([0, 1, 2, 3], [3, 1, 0, 2], [2], [1, 0]):
        turns = Turns()
        ways.append(rounds([HighsSession(p, "a test", 60.0, turns) for p in held], order, costs))
    for way in ways[1:]:
        for key, found in way.items():
            np.testing.assert_array_equal(found.x, ways[0][key].x)
            np.testing.assert_array_equal(found.dual, ways[0][key].dual)


def two_of_three_megawatts():
    """Two sessions of one program: 3 MW, of which a cheap column gives 2, a dear one the rest."""
    balance = Program(
        cost=np.array([1.0, 5.0]),
        lower=np.zeros(2),
        upper=np.array([2.0, 9.0]),
        matrix=sparse.csr_array(np.ones((1, 2))),
        row_lower=np.array([3.0]),
        row_upper=np.array([3.0]),
    )
    turns = Turns()
    return [HighsSession(balance, name, 60.0, turns) for name in ("one", "other")]


def test_limits_that_changed_while_others_were_asked_hold():
    """The cheapest column of two that serve 3 MW: 2 MW while it may give 2, then 1."""
    one, other = two_of_three_megawatts()
    assert one.solve().x == pytest.approx([2.0, 1.0])
    one.set_bounds(np.array([0]), np.zeros(1), np.ones(1))
    assert other.solve().x == pytest.approx([2.0, 1.0])
    assert one.solve().x == pytest.approx([1.0, 2.0])


def test_rows_and_columns_that_come_later_count():
    """A row lets the cheaper of two columns give 1 MW of 2; a third column then gives the rest."""
    one, other = two_of_three_megawatts()
    assert one.solve().x == pytest.approx([2.0, 1.0])
    one.add_rows(sparse.csr_array([[1.0, 0.0]]), np.zeros(1), np.ones(1))
    assert one.solve().x == pytest.approx([1.0, 2.0])
    one.add_columns(np.array([2.0]), sparse.csc_array([[1.0], [0.0]]))
    assert other.solve().x == pytest.approx([2.0, 1.0])
    assert one.solve().x == pytest.approx([1.0, 0.0, 2.0])
