"""A day with plants, cleared and checked."""

import pytest

from market.operators.operators import Operators
from scenarios.check import check_scenario
from validation import validate


@pytest.fixture
def cleared():
    """Clear a sound scenario by a design; every law of the validator holds."""

    def clear(scenario, design, gap=0.0):
        assert check_scenario(scenario) == ()
        clearing = design.clear(Operators(scenario, mip_gap=gap))
        missed = [check for check in validate(scenario, clearing) if not check.passed]
        assert not missed
        return clearing

    return clear


@pytest.fixture
def on():
    """Whether a plant is on, by period."""

    def states(clearing, name):
        rows = clearing.frame("plant")
        return rows[rows["generator"] == name]["on"].astype(int).tolist()

    return states
