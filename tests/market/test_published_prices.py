"""What a coordinated market publishes at default tolerances is the joint market's price."""

from dataclasses import replace

import numpy as np
import pytest

from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs import designs
from market.designs.cmo import Cmo
from market.operators.operators import Operators
from scenarios.clearing import Status
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


@pytest.mark.parametrize("system", ["A", "B", "C"])
def test_an_exchange_agrees_on_the_joint_prices(system):
    """Until demands move by less than 1e-3 MW, and prices by less than 1e-3 $/MWh."""
    operators = Operators(build_system(system))
    clearing = Cmo(Exchange()).clear(operators)
    assert clearing.status is Status.AGREED
    assert clearing.rounds <= 60
    found = clearing.frame("boundary").sort_values(["boundary", "period"])
    apart = found["lmp_usd_per_mwh"] - boundary_prices(operators, "integrated")
    assert np.abs(apart).max() <= 1e-3


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


@pytest.fixture(scope="module")
def two_with_batteries():
    built = build_system("B")
    areas = sorted({battery.area for battery in built.storage})[:2]
    return replace(built, storage=tuple(b for b in built.storage if b.area in areas))


def test_hours_that_are_mixed_by_themselves_need_few_rounds(two_with_batteries):
    """A schedule of a day is one point, its 24 hours are 24; both ways lead to the same welfare."""
    by_day, by_hour = (
        Cmo().clear(Operators(two_with_batteries, discloses=d)) for d in ("nothing", "storage")
    )
    assert by_day.status is by_hour.status is Status.AGREED
    assert by_hour.rounds < by_day.rounds
    assert by_hour.welfare_usd == pytest.approx(by_day.welfare_usd, rel=1e-8)


@pytest.mark.parametrize("method", [Schedules, Exchange])
def test_more_prices_a_round_agree_in_fewer_rounds(two_with_batteries, method):
    """Prices of 24 coupled hours rest on some 25 schedules an area; several come in each round."""
    operators = Operators(two_with_batteries)
    one, four = (Cmo(method(prices_a_round=n)).clear(operators) for n in (1, 4))
    assert one.status is four.status is Status.AGREED
    assert four.rounds < one.rounds
    assert four.welfare_usd == pytest.approx(one.welfare_usd, rel=1e-8)


@pytest.mark.parametrize("system", ["B", "C"])
def test_a_tight_gap_takes_less_than_twenty_rounds(system):
    operators = Operators(build_system(system), discloses="storage")
    clearing = Cmo(Schedules(gap_relative=1e-6)).clear(operators)
    assert clearing.status is Status.AGREED
    assert clearing.rounds < 20


@pytest.mark.parametrize(("seed", "congested", "hours"), [(635870, True, 8), (853797, False, 5)])
@pytest.mark.parametrize("method", [Schedules(gap_relative=1e-6), Exchange()])
def test_replies_that_differ_by_what_solvers_leave_do_not_stop_a_mix(
    random_scenario, seed, congested, hours, method
):
    """Interior points carry a little more or less through an hour in which nothing can change."""
    options = {"quadratic": True, "storage": True, "ramps": True, "shiftable": True}
    day = random_scenario(
        seed, **options, congested=congested, hours=(1.0,) * hours, feeders=2 if congested else 3
    )
    operators = Operators(day, discloses="storage")
    found, best = Cmo(method).clear(operators), designs["integrated"]().clear(operators)
    assert found.status is Status.AGREED
    assert found.welfare_usd == pytest.approx(best.welfare_usd, rel=1e-6)
