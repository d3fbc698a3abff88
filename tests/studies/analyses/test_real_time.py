"""Operators in real time: they reach the optimum, whatever the link does, and bear small errors."""

import numpy as np
import pytest

from market.opf.coordinated import Heterogeneous, OpfOperators
from reproduction.chapter2.real_time import AtLevel
from scenarios.findings import InvalidInput
from scenarios.systems.load_flow import WIDE_BAND, System, optimised
from studies.analyses.real_time import Conditions, run
from studies.analyses.real_time.link import Link, Meter

IEEE14_TWO = System("T14D2", "ieee14", ("10", "12"))
CYCLES = 24
LAST = 4  # cycles


@pytest.fixture(scope="module")
def scenario():
    return optimised(IEEE14_TWO, WIDE_BAND).build()


@pytest.fixture(scope="module")
def optimum(scenario):
    """The coordinated optimum, found without a grid."""
    return Heterogeneous().solve(OpfOperators.of(scenario))


@pytest.fixture(scope="module")
def traced(scenario):
    """Traces by conditions."""
    held = {}

    def trace(**conditions):
        key = tuple(sorted(conditions.items()))
        if key not in held:
            held[key] = run([scenario], CYCLES, Conditions(**conditions))
        return held[key]

    return trace


def at_end(trace, column):
    """Values at the boundaries in the last cycles, shape (cycles, boundaries)."""
    return trace.boundary.pivot_table(column, "cycle", "boundary", sort=False).to_numpy()[-LAST:]


@pytest.mark.parametrize(
    "conditions", [{}, {"delay": 1}, {"loss": 0.3, "seed": 3}, {"delay": 1, "loss": 0.1}]
)
def test_the_grid_comes_to_rest_at_the_coordinated_optimum(traced, optimum, conditions):
    """Late and lost messages delay it and change nothing else."""
    trace = traced(**conditions)
    assert at_end(trace, "v_pu") == pytest.approx(np.tile(optimum.served.v, (LAST, 1)), abs=1e-4)
    drawn = [o.p_mw for o in optimum.offered]
    assert at_end(trace, "p_mw") == pytest.approx(np.tile(drawn, (LAST, 1)), abs=1e-3)
    cost = trace.grid["cost_usd_per_h"].to_numpy()[-LAST:]
    assert cost == pytest.approx(optimum.cost_usd_per_h, rel=1e-6)


def test_prices_come_to_rest_where_coordination_finds_them(traced, optimum):
    prices = at_end(traced(), "lmp_usd_per_mwh")
    assert prices == pytest.approx(np.tile(optimum.served.lmp, (LAST, 1)), abs=1e-3)


def test_the_same_seed_gives_the_same_trace(scenario):
    told = Conditions(noise=0.01, delay=1, loss=0.3, seed=7)
    first, second = (run([scenario], 3, told) for _ in range(2))
    assert first.boundary.equals(second.boundary)
    assert first.grid.equals(second.grid)


def test_another_seed_gives_another_trace(scenario):
    first, second = (run([scenario], 3, Conditions(noise=0.01, seed=n)) for n in (1, 2))
    assert not first.boundary.equals(second.boundary)


def test_errors_of_measurement_lead_to_deviations_in_proportion(traced):
    """Twice the noise of the same seed, about twice the deviation of what crosses boundaries."""
    exact = at_end(traced(), "p_mw")
    once, twice = (
        np.abs(at_end(traced(noise=noise, seed=5), "p_mw") - exact).max() for noise in (1e-3, 2e-3)
    )
    assert 0 < once < 0.1
    assert twice == pytest.approx(2 * once, rel=0.1)


def test_what_generators_give_is_load_and_losses(traced):
    """In every cycle, whatever the operators believe; the networks have no resistive shunts."""
    area = traced(noise=1e-3, seed=5).area.groupby("cycle").sum(numeric_only=True)
    needed = area["load_mw"] + area["loss_mw"]
    assert area["generation_mw"].to_numpy() == pytest.approx(needed, abs=1e-6)


def test_reactive_generation_meets_load_and_what_networks_take(traced):
    """Feeders of constant power: what crosses the boundary and local units, less load, is lost."""
    trace = traced(noise=1e-3, seed=5)
    crossed = trace.boundary.groupby("cycle")["q_mvar"].sum()
    below = trace.area[trace.area["area"] != "T"].groupby("cycle").sum(numeric_only=True)
    lost = crossed + below["generation_mvar"] - below["load_mvar"]
    assert (lost > 0).all()
    assert (lost < 0.1 * below["load_mvar"]).all()


def test_another_level_of_load_has_its_own_optimum():
    levels = [AtLevel(optimised(IEEE14_TWO, WIDE_BAND), f).build() for f in (1.0, 0.8)]
    trace = run(levels, 10)
    for n, level in enumerate(levels, start=1):
        found = Heterogeneous().solve(OpfOperators.of(level))
        last = trace.grid[trace.grid["level"] == n]["cost_usd_per_h"].iloc[-1]
        assert last == pytest.approx(found.cost_usd_per_h, rel=1e-6)


def test_a_link_with_delay_holds_the_first_values_until_the_first_message_is_there():
    link = Link(np.array([[0.0]]), Conditions(delay=2), np.random.default_rng(0))
    assert [float(link.carry(np.array([[x]]))[0, 0]) for x in (1.0, 2.0, 3.0, 4.0)] == [0, 0, 1, 2]


def test_a_lost_message_leaves_the_one_before():
    """Every value held is one that was sent, and none is older than one held before."""
    link = Link(np.zeros((2, 1)), Conditions(loss=0.5), np.random.default_rng(1))
    held = np.array([link.carry(np.full((2, 1), float(n)))[:, 0] for n in range(1, 200)])
    assert (np.diff(held, axis=0) >= 0).all()
    kept = (held == np.arange(1, 200)[:, np.newaxis]).mean()
    assert kept == pytest.approx(0.5, abs=0.1)


def test_a_meter_errs_by_no_more_than_it_says():
    read = Meter(0.02, np.random.default_rng(0)).read(np.full(1000, 5.0))
    assert np.abs(read / 5 - 1).max() <= 0.02
    assert np.abs(read / 5 - 1).max() > 0.019


def test_impossible_conditions_are_found_together():
    with pytest.raises(InvalidInput) as wrong:
        Conditions(noise=-1, delay=-1, loss=1.0)
    assert [f.place for f in wrong.value.findings] == [
        "real time, noise", "real time, delay", "real time, loss"
    ]  # fmt: skip
