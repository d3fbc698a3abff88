"""Limits that are none, written as numbers, change nothing: interior points are not drawn there."""

import pytest

from market.designs.cmo import Cmo
from market.operators.operators import Operators
from scenarios.records import SLACK, Area, Boundary, Branch, Bus, Generator, Load, Offer
from scenarios.scenario import Scenario


def ring(rating):
    """Three buses; a unit with ramps and quadratic cost, one at 40 $/MWh; a feeder of one load."""
    ends = (("1", "2"), ("2", "3"), ("1", "3"))
    return Scenario(
        "ring", (1.0,) * 4, 500.0, 100.0,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "A")),
        (Bus("T", "1", 132.0, 0.94, 1.06, kind=SLACK), Bus("T", "2", 132.0, 0.94, 1.06),
         Bus("T", "3", 132.0, 0.94, 1.06), Bus("D", "root", 12.66, 0.9, 1.1, kind=SLACK)),
        tuple(Branch("T", f"{a}-{b}", a, b, 0.01, 0.1, rating_mva=rating) for a, b in ends),
        generators=(
            Generator("T", "G1", "1", 0.0, 100.0, ramp_mw_per_h=60.0, p_initial_mw=20.0),
            Generator("T", "G2", "2", 0.0, 80.0),
        ),
        offers=(
            Offer("T", "G1", None, 1, 50.0, 20.0, 0.05),
            Offer("T", "G1", None, 2, 50.0, 30.0, 0.05),
            Offer("T", "G2", None, 1, 80.0, 40.0),
        ),
        loads=(Load("T", "city", "2", 30.0), Load("D", "village", "root", 3.0)),
        boundaries=(Boundary("B", "3", "D", "root"),),
    )  # fmt: skip


@pytest.mark.parametrize("written", [1e8, 1e9])
def test_a_rating_of_no_limit_is_none(written):
    """33 MW at 20 $/MWh rising by 0.05 $/MW2h, for four hours: 4 (660 + 0.025 x 33^2) $."""
    cleared = Cmo().clear(Operators(ring(written)))
    assert -cleared.welfare_usd == pytest.approx(4 * (20 * 33 + 0.025 * 33**2), rel=1e-7)
    assert cleared.welfare_usd == pytest.approx(Cmo().clear(Operators(ring(None))).welfare_usd)
