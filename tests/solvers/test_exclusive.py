"""Where one column at most of a pair may be used, the best choice is found and priced."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import sparse

from solvers.errors import SolveFailed
from solvers.exclusive import solve_exclusively, used_both_ways
from solvers.program import Program
from solvers.session import open_session

PAIRS = np.array([[0, 1], [2, 3], [4, 5], [6, 7]])


def burning(seed, bend):
    """Stores over four hours whose prices may be negative: charge and discharge, then energy."""
    rng = np.random.default_rng(seed)
    price, hours = rng.uniform(-40.0, 10.0, 4), np.arange(4)
    rows = np.zeros((4, 12))
    rows[hours, 2 * hours], rows[hours, 2 * hours + 1] = 0.9, -1 / 0.8
    rows[hours, 8 + hours] = -1.0
    rows[hours[1:], 7 + hours[1:]] = 1.0
    cost = np.concatenate([np.stack([price, -price], axis=1).ravel(), np.zeros(4)])
    start = rng.uniform(1.0, 5.0)
    right = np.array([-start, 0.0, 0.0, 0.0])
    slope = np.concatenate([np.full(8, bend), np.zeros(4)])
    return Program(
        cost=cost, lower=np.zeros(12), upper=np.concatenate([np.full(8, 3.0), np.full(4, 6.0)]),
        matrix=sparse.csr_array(rows), row_lower=right, row_upper=right,
        quadratic=sparse.csr_array(sparse.diags_array(slope)) if bend else None,
    )  # fmt: skip


def best_of_all_choices(program):
    found = []
    for sides in product((0, 1), repeat=len(PAIRS)):
        upper = program.upper.copy()
        upper[PAIRS[np.arange(len(PAIRS)), sides]] = 0.0
        try:
            held = replace(program, upper=upper)
            found.append(open_session(held, "one choice", 60.0).solve().objective)
        except SolveFailed:
            continue
    return min(found)


@pytest.mark.parametrize("bend", [0.0, 0.5])
@pytest.mark.parametrize("seed", range(8))
def test_no_other_choice_is_better(seed, bend):
    program = burning(seed, bend)
    session = open_session(program, "stores", 60.0)
    found = solve_exclusively(session, PAIRS, "stores", 60.0)
    assert not used_both_ways(found.x, PAIRS).any()
    assert found.objective == pytest.approx(best_of_all_choices(program), abs=1e-4)
    assert 0.0 <= found.gap <= 1e-4 * max(1.0, abs(found.objective))


def test_the_session_keeps_its_limits():
    program = burning(0, 0.0)
    session = open_session(program, "stores", 60.0)
    relaxed = session.solve().objective
    solve_exclusively(session, PAIRS, "stores", 60.0)
    assert session.solve().objective == pytest.approx(relaxed)


def test_some_of_these_programs_would_burn_energy():
    found = [open_session(burning(s, 0.0), "relaxed", 60.0).solve().x for s in range(8)]
    assert sum(used_both_ways(x, PAIRS).any() for x in found) >= 3
