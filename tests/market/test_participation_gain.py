"""What wholesale participation gains at five load levels, against figures of another program.

The figures (gain in welfare over no participation, $/h, by level and share; local prices without
participation) come from a prototype whose loads were not recorded. The shipped system's loads,
their values and one line rating were inferred from those prices and gains, so single gains may
differ by up to 0.65 $/h; what the table shows, a gain that shrinks with load and vanishes once
the areas use all they make, must hold as it stands.
"""

from dataclasses import replace
from itertools import pairwise

import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.local_wholesale import LocalWholesale
from market.operators.operators import Operators
from scenarios.systems import build_system

SHARES = (0.25, 0.5, 0.75, 1.0)
GAINS = {
    0.3: (99.6, 187.5, 232.8, 253.2),
    0.5: (74.2, 126.7, 148.8, 150.6),
    0.7: (58.9, 84.0, 87.9, 87.9),
    0.9: (40.0, 48.8, 48.8, 48.8),
    1.1: (23.0, 24.0, 24.0, 24.0),
}
LOCAL_PRICES = {
    0.3: (18.5, 16.6),
    0.5: (18.8, 17.0),
    0.7: (24.2, 29.0),
    0.9: (24.5, 33.5),
    1.1: (30.8, 37.1),
}
METHOD = Schedules(gap_relative=1e-10, max_rounds=80)


def at_level(level):
    """One hour of the system with distribution load at `level` of its peak, transmission at 1."""
    system = build_system("local-wholesale")
    loads = (
        replace(r, profile=None)
        if r.area == system.transmission
        else replace(r, profile=None, p_mw=level * r.p_mw, q_mvar=level * r.q_mvar)
        for r in system.loads
    )
    offers = (
        o
        if o.period is None
        else replace(
            o,
            period=None,
            quantity_mw=level * o.quantity_mw,
            slope_usd_per_mw2h=o.slope_usd_per_mw2h / level,
        )
        for o in system.offers
        if o.period in (None, 19)  # the hour of the peak
    )
    return replace(
        system,
        hours=(1.0,),
        loads=tuple(loads),
        offers=tuple(offers),
        bids=tuple(replace(k, profile=None, p_max_mw=level * k.p_max_mw) for k in system.bids),
        profiles=tuple(p for p in system.profiles if p.period == 1),
    )


@pytest.fixture(scope="module")
def cleared():
    """Clearings by level and share."""
    found = {}
    for level in GAINS:
        market = Operators(at_level(level), distribution="transport")
        for share in (0.0, *SHARES):
            found[level, share] = LocalWholesale(METHOD, gamma=share).clear(market)
    return found


@pytest.fixture(scope="module")
def gains(cleared):
    return {
        level: [cleared[level, s].welfare_usd - cleared[level, 0.0].welfare_usd for s in SHARES]
        for level in GAINS
    }


@pytest.mark.parametrize("level", GAINS)
def test_gains_are_those_of_the_table(gains, level):
    assert gains[level] == pytest.approx(GAINS[level], abs=0.65)


@pytest.mark.parametrize("level", LOCAL_PRICES)
def test_local_prices_without_participation_are_those_of_the_table(cleared, level):
    rows = cleared[level, 0.0].tables["boundary"].to_pandas().set_index("area")
    local = rows["dlmp_usd_per_mwh"][["D10", "D14"]].to_numpy()
    assert local == pytest.approx(LOCAL_PRICES[level], abs=0.2)


@pytest.mark.parametrize("share", range(len(SHARES)))
def test_the_gain_shrinks_with_load(gains, share):
    by_level = [gains[level][share] for level in sorted(gains)]
    assert all(a > b for a, b in pairwise(by_level))


def test_once_saturated_a_larger_share_gains_nothing(gains):
    assert gains[0.9][1] == pytest.approx(gains[0.9][3], abs=1e-3)
    assert gains[0.3][3] > gains[0.3][1] + 50.0


def test_participation_lowers_the_wholesale_price(cleared):
    for level in GAINS:
        before, after = (
            cleared[level, s].tables["boundary"].column("lmp_usd_per_mwh").to_numpy()
            for s in (0.0, 1.0)
        )
        assert (after <= before + 1e-6).all()
