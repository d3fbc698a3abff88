"""A search that was stopped is reported with its gap, never as an optimum."""

import dataclasses

import pytest

from market.clearing.unproved import unproved
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from solvers.errors import SolveFailed
from solvers.whole import Search
from tests.market.commitment.one_bus import one_bus, plant, unit

SCENARIO = one_bus(
    [60.0, 30.0],
    [unit("base", 50.0, 20.0), unit("gas", 40.0, 50.0, least=10.0)],
    commitments=[plant("gas")],
)


def test_bounds_wider_than_the_gap_are_no_optimum(cleared):
    """Welfare -2,100 $ with a bound 21 $ above: a gap of 1 %."""
    found = cleared(SCENARIO, Integrated())
    assert found.status is Status.OPTIMAL
    bounds = dataclasses.replace(found.certificate, upper_usd=found.welfare_usd + 21.0)
    stopped = dataclasses.replace(found, certificate=bounds)
    assert unproved(stopped, [], Search(0.1, 1.0)).status is Status.OPTIMAL
    told = unproved(stopped, [], Search(1e-3, 1.0))
    assert told.status is Status.OUT_OF_TIME
    assert "21.00 $ short of the best (gap 1.0e-02)" in told.outcome


def test_no_point_at_all_is_an_error():
    """No time, no schedule."""
    with pytest.raises(SolveFailed, match="time_limit_s"):
        Integrated().clear(Operators(SCENARIO, time_limit_s=1e-9))
