"""Batteries under a transmission network whose costs are quadratic."""

from pathlib import Path

import pytest

import tandem
from market.coordination.methods.cuts import Cuts
from market.designs.cmo import Cmo
from scenarios.clearing import Status

TUTORIAL = Path(__file__).parents[2] / "examples" / "tutorial"


def with_feeders(resources):
    """The tutorial's transmission network with a feeder for every load."""
    per_load = tandem.FeedersPerLoad(files=(TUTORIAL / "feeder.m",), resources=resources)
    return tandem.import_matpower(TUTORIAL / "transmission.m", {}, per_load=per_load)


def test_cuts_agree_though_no_area_tells_what_batteries_carry():
    """No mixture's prices rest here; the best plan below the cuts is no vertex, and has some."""
    scenario = with_feeders(tandem.Resources(batteries=0.3, seed=4))
    operators = tandem.Operators(scenario)
    agreed = Cmo(Cuts(max_rounds=60)).clear(operators)
    assert agreed.status is Status.AGREED
    assert all(check.passed for check in tandem.validate(scenario, agreed))
    best = tandem.clear(operators, "integrated").welfare_usd
    assert agreed.welfare_usd == pytest.approx(best, rel=2e-7)


@pytest.mark.parametrize(
    "resources",
    [
        tandem.Resources(batteries=0.3, seed=4),
        tandem.Resources(pv=0.3, batteries=0.1, flexible=0.2, seed=1),
    ],
)
def test_areas_that_tell_what_batteries_carry_agree_under_quadratic_costs(resources):
    """All schedules carry the same in hours when batteries are full; prices of that are free."""
    scenario = with_feeders(resources)
    operators = tandem.Operators(scenario, discloses="storage")
    agreed = tandem.clear(operators, "cmo", gap_relative=1e-6)
    assert agreed.status is Status.AGREED
    assert agreed.rounds <= 40
    assert all(check.passed for check in tandem.validate(scenario, agreed))
    best = tandem.clear(operators, "integrated").welfare_usd
    assert agreed.welfare_usd == pytest.approx(best, rel=1e-6)
