"""A search that was stopped is reported with its gap, never as an optimum."""

import dataclasses

import pytest

from market.clearing.unproved import unproved
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.records import DISTRIBUTION, SLACK, Area, Boundary, Bus, Load
from solvers.errors import SolveFailed
from solvers.whole import Search
from tests.market.commitment.one_bus import one_bus, plant, start, unit

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


def test_what_a_boundary_bids_at_any_price_does_not_widen_the_gap():
    """A feeder takes 10,000 MW at lost load's price: 240 M$ a day beside which plants cost little.

    The search still ends at a part of what plants cost, by either design.
    """
    units = [unit("base", 10_040.0, 20.0)]
    names = [f"plant {n}" for n in range(6)]
    units += [unit(name, 11.0 + n, 5.0 + n, least=8.0) for n, name in enumerate(names)]
    built = one_bus(
        [20.0 + 7 * (n % 5) for n in range(24)],
        units,
        commitments=[plant(name, min_up_h=4.0, min_down_h=3.0) for name in names],
        startups=[s for n, name in enumerate(names) for s in start(name, (1.0, 300.0 + 40 * n))],
    )
    scenario = dataclasses.replace(
        built,
        areas=(*built.areas, Area("D", DISTRIBUTION, 100.0, "A")),
        buses=(*built.buses, Bus("D", "root", 20.0, 0.9, 1.1, kind=SLACK)),
        loads=(*built.loads, Load("D", "town", "root", 10_000.0)),
        boundaries=(Boundary("B", "b", "D", "root"),),
    )
    operators = Operators(scenario, mip_gap=1e-4, distribution="transport")
    conventional = Conventional().clear(operators)
    integrated = Integrated().clear(operators)
    assert conventional.status is Status.OPTIMAL
    assert conventional.welfare_usd == pytest.approx(integrated.welfare_usd, rel=2e-4)
