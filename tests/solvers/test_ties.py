"""Where an optimum has several prices, a rule chooses, and never the solver."""

import numpy as np
import pytest
from scipy import sparse

from solvers.certify import residuals
from solvers.clarabel import ClarabelSession
from solvers.highs import HighsSession
from solvers.program import Program
from solvers.ties import Prices, untied

BACKENDS = [HighsSession, ClarabelSession]
TIES = ["lowest", "middle", "highest"]
VOLL = 500.0


def one_bus(load, voll=VOLL):
    """50 MW at 20 and 100 MW at 40 $/MWh; what they do not serve costs `voll`."""
    return Program(
        cost=np.array([20.0, 40.0, voll]),
        lower=np.zeros(3),
        upper=np.array([50.0, 100.0, 1000.0]),
        matrix=sparse.csr_array(np.ones((1, 3))),
        row_lower=np.array([load]),
        row_upper=np.array([load]),
    )


def buses(program, count):
    """The first rows are buses, whose prices count the same in the mean."""
    assert program.row_lower.size >= count
    none = np.zeros(0, dtype=int)
    return Prices(np.arange(count), np.ones(count), np.full(count, 1 / count), none)


def prices(backend, program, tie, count=1):
    found = backend(program, "a test", 60.0).solve()
    duals = untied(program, found.x, found.dual, buses(program, count), tie)
    checked, _ = residuals(program, found.x, duals.chosen)
    assert checked.acceptable
    return duals


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("load", "lowest", "highest"), [(50.0, 20.0, 40.0), (150.0, 40.0, VOLL), (0.0, -np.inf, 20.0)]
)
def test_between_two_steps_the_price_is_in_the_middle(backend, load, lowest, highest):
    """At 50 MW one less saves 20 and one more costs 40 $; without load nothing can be saved."""
    if np.isinf(lowest):
        lowest = highest
    for tie, price in zip(TIES, (lowest, (lowest + highest) / 2, highest), strict=True):
        assert prices(backend, one_bus(load), tie).chosen == pytest.approx([price])


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_price_that_is_unique_stays_as_it_was_found(backend):
    program = one_bus(60.0)
    found = backend(program, "a test", 60.0).solve()
    duals = untied(program, found.x, found.dual, buses(program, 1), "middle")
    assert duals.chosen is found.dual
    assert duals.ends is None


@pytest.mark.parametrize("backend", BACKENDS)
def test_prices_move_with_the_value_of_lost_load_and_do_not_jump(backend):
    """At 150 MW nothing is unserved: half of a rise of the value, nothing by the lowest."""
    loads = (VOLL, VOLL + 1.0, 20 * VOLL)
    middle = [prices(backend, one_bus(150.0, v), "middle").chosen[0] for v in loads]
    assert np.diff(middle) == pytest.approx(np.diff(loads) / 2)
    lowest = [prices(backend, one_bus(150.0, v), "lowest").chosen[0] for v in loads]
    assert lowest == pytest.approx([40.0] * 3)


def network(seed, bend=0.0):
    """A ring of four buses with whole numbers everywhere, so that steps often meet exactly.

    Two units at each bus, lines of free flows with limits, and load that can be shed.
    """
    rng = np.random.default_rng(seed)
    size, units = 4, 8
    at = np.zeros((size, units))
    at[np.arange(units) % size, np.arange(units)] = 1.0
    ring = np.zeros((size, size))
    for line in range(size):
        ring[line, line], ring[(line + 1) % size, line] = -1.0, 1.0
    most = rng.integers(1, 4, units).astype(float)
    rating = rng.integers(1, 4, size).astype(float)
    load = rng.integers(0, 5, size).astype(float)
    matrix = np.hstack([at, ring, np.eye(size)])
    cost = np.concatenate([rng.integers(1, 9, units) * 10.0, np.zeros(size), np.full(size, VOLL)])
    bends = np.concatenate([np.full(units, bend), np.zeros(2 * size)])
    return Program(
        cost=cost,
        lower=np.concatenate([np.zeros(units), -rating, np.zeros(size)]),
        upper=np.concatenate([most, rating, load]),
        matrix=sparse.csr_array(matrix),
        row_lower=load,
        row_upper=load.copy(),
        quadratic=sparse.csr_array(np.diag(bends)) if bend else None,
    )


@pytest.mark.parametrize("bend", [0.0, 1.0])
def test_many_of_these_networks_have_prices_that_are_not_unique(bend):
    tied = [prices(ClarabelSession, network(s, bend), "middle", 4).ends for s in range(30)]
    assert sum(ends is not None for ends in tied) >= 8


@pytest.mark.parametrize("tie", TIES)
@pytest.mark.parametrize("seed", range(30))
def test_both_back_ends_give_the_same_prices(seed, tie):
    simplex, interior = (prices(b, network(seed), tie, 4).chosen[:4] for b in BACKENDS)
    assert interior == pytest.approx(simplex, abs=1e-4)


def more(program, power):
    """The same with `power` more at every bus."""
    load = program.row_lower + power
    upper = program.upper.copy()
    upper[-4:] = np.maximum(upper[-4:] + power, 0.0)
    other = Program(program.cost, program.lower, upper, program.matrix, load, load)
    other.quadratic = program.quadratic
    return other


@pytest.mark.parametrize("bend", [0.0, 1.0])
@pytest.mark.parametrize("seed", range(30))
def test_ends_are_what_load_costs_when_it_grows_and_saves_when_it_falls(seed, bend):
    """A step of 1e-3 MW at each of four buses bends no cost by more than 4e-3 $/MWh."""
    program, step = network(seed, bend), 1e-3
    here, up, down = (
        ClarabelSession(more(program, d), "a test", 60.0).solve().objective
        for d in (0.0, step, -step if (program.row_lower > 0).all() else 0.0)
    )
    duals = prices(ClarabelSession, program, "middle", 4)
    assert duals.highest[:4].sum() == pytest.approx((up - here) / step, abs=2e-2)
    if (program.row_lower > 0).all():
        assert duals.lowest[:4].sum() == pytest.approx((here - down) / step, abs=2e-2)
