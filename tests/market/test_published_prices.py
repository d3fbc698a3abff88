"""What a coordinated market publishes at default tolerances is the joint market's price."""

import numpy as np
import pytest

from market.designs import designs
from market.operators.operators import Operators
from scenarios.systems import build_system


def boundary_prices(operators, design):
    table = designs[design]().clear(operators, design).frame("boundary")
    return table.sort_values(["boundary", "period"])["lmp_usd_per_mwh"].to_numpy()


@pytest.mark.parametrize("system", ["A", "B", "C", "local-wholesale"])
def test_prices_are_within_a_cent(system):
    """Each has one price at every boundary: both designs find it from different starts."""
    operators = Operators(build_system(system))
    apart = boundary_prices(operators, "cmo") - boundary_prices(operators, "integrated")
    assert np.abs(apart).max() <= 0.01


@pytest.mark.parametrize(
    ("seed", "options"),
    [
        (7, {}),
        (77, {"quadratic": True, "congested": True, "storage": True}),
        (173, {"quadratic": True, "congested": True, "storage": True}),
    ],
)
def test_prices_are_right_where_a_small_loss_hides_them(random_scenario, seed, options):
    """At a gap of 1e-4 the first was 1.19 $/MWh off; when prices rested, the others up to 0.07."""
    operators = Operators(random_scenario(seed, **options))
    apart = boundary_prices(operators, "cmo") - boundary_prices(operators, "integrated")
    assert np.abs(apart).max() <= 0.01
