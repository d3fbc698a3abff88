"""Batteries under a transmission network whose costs are quadratic."""

from pathlib import Path

import pytest

import tandem
from scenarios.clearing import Status

TUTORIAL = Path(__file__).parents[2] / "examples" / "tutorial"


@pytest.mark.parametrize(
    "resources",
    [
        tandem.Resources(batteries=0.3, seed=4),
        tandem.Resources(pv=0.3, batteries=0.1, flexible=0.2, seed=1),
    ],
)
def test_areas_that_tell_what_batteries_carry_agree_under_quadratic_costs(resources):
    """All schedules carry the same in hours when batteries are full; prices of that are free."""
    per_load = tandem.FeedersPerLoad(files=(TUTORIAL / "feeder.m",), resources=resources)
    scenario = tandem.import_matpower(TUTORIAL / "transmission.m", {}, per_load=per_load)
    operators = tandem.Operators(scenario, discloses="storage")
    agreed = tandem.clear(operators, "cmo", gap_relative=1e-6)
    assert agreed.status is Status.AGREED
    assert agreed.rounds <= 40
    assert all(check.passed for check in tandem.validate(scenario, agreed))
    best = tandem.clear(operators, "integrated").welfare_usd
    assert agreed.welfare_usd == pytest.approx(best, rel=1e-6)
