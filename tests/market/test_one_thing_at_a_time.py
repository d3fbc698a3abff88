"""Stores never charge and discharge at once, whatever they would be paid for burning energy."""

from dataclasses import replace

import numpy as np
import pytest

from market.designs import designs
from market.operators.operators import Operators
from scenarios.records import Area, Boundary, Branch, Bus, Generator, Load, Offer, Storage
from scenarios.scenario import Scenario
from validation import validate

DESIGNS = ("conventional", "local_only", "wholesale_only", "cmo", "integrated")


def windy(area="D", bus="d", slope=0.0):
    """Three hours of wind that pays 30 $/MWh to run, 80 MW of load, a battery half full.

    Of 14.7 MWh that a battery which burns energy would use up in the day, one that does one thing
    at a time uses 12.8: it gives 7.2 MWh (8 MWh of its content) in one hour to take 10 MW in both
    of the others, which fills it up.
    """
    return Scenario(
        "windy", (1.0, 1.0, 1.0), 1000.0, 100.0,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        (
            Bus("T", "t", 110.0, 0.9, 1.1, kind="slack"),
            Bus("D", "r", 10.0, 0.9, 1.1, kind="slack"),
            Bus("D", "d", 10.0, 0.9, 1.1),
        ),
        (Branch("D", "l", "r", "d", 0.001, 0.001),),
        (Generator("T", "wind", "t", 0.0, 100.0),),
        (Offer("T", "wind", None, 1, 100.0, -30.0, slope),),
        (Load("D", "l", "d", 80.0, 0.0),),
        storage=(
            Storage(area, "battery", bus, 10.0, 10.0, 20.0, 0.0, 10.0, 10.0, 0.9, 0.9),
        ),
        boundaries=(Boundary("B", "t", "D", "r"),),
    )  # fmt: skip


def cleared(scenario, design, distribution="transport"):
    clearing = designs[design]().clear(Operators(scenario, distribution=distribution), design)
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    return clearing


def battery(clearing):
    table = clearing.tables["dispatch"].to_pandas()
    return table[table.asset == "battery"].sort_values("period").p_mw.to_numpy()


@pytest.mark.parametrize("distribution", ["transport", "lindistflow"])
def test_a_battery_that_may_not_burn_energy_makes_room_in_one_hour(distribution):
    clearing = cleared(windy(), "integrated", distribution)
    assert sorted(battery(clearing)) == pytest.approx([-10.0, -10.0, 7.2], abs=1e-5)
    assert clearing.welfare_usd == pytest.approx(30.0 * (240.0 + 12.8), rel=1e-6)


def test_prices_are_those_with_the_directions_chosen():
    """Wind is never full: one more MW of load is paid for by the wind, 30 $."""
    lmp = cleared(windy(), "integrated").tables["lmp"].to_pandas()
    assert lmp.lmp_usd_per_mwh.to_numpy() == pytest.approx(-30.0)


def test_costs_that_bend_are_searched_by_branches():
    """With -30 + 0.001 P $/MWh the same hours are best."""
    found = cleared(windy(slope=0.001), "integrated")
    assert sorted(battery(found)) == pytest.approx([-10.0, -10.0, 7.2], abs=1e-3)


@pytest.mark.parametrize("place", [("T", "t"), ("D", "d")])
@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_is_valid_and_none_beats_the_integrated_one(design, place):
    scenario = windy(*place)
    found, best = cleared(scenario, design), cleared(scenario, "integrated")
    assert found.welfare_usd <= best.welfare_usd * (1 + 1e-9)


@pytest.mark.parametrize("place", [("T", "t"), ("D", "d")])
def test_the_certified_gap_holds_what_one_thing_at_a_time_costs(place):
    """Operators agree on a day in which the battery burns energy, worth 30 (240 + 14.7) $."""
    scenario = windy(*place)
    certificate = cleared(scenario, "cmo").certificate
    assert certificate.upper_usd == pytest.approx(30.0 * (240.0 + 14.7), rel=1e-6)
    assert certificate.lower_usd <= 30.0 * (240.0 + 12.8) + 1e-3


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("quadratic", [False, True])
def test_drawn_days_of_negative_prices_obey_every_law(random_scenario, seed, quadratic):
    scenario = random_scenario(seed, storage=True, quadratic=quadratic)
    windy = replace(
        scenario,
        offers=tuple(
            replace(o, price_usd_per_mwh=o.price_usd_per_mwh - 70.0) if o.area == "T" else o
            for o in scenario.offers
        ),
    )
    welfare = {d: cleared(windy, d, "lindistflow") for d in ("integrated", "cmo", "conventional")}
    best = welfare["integrated"].certificate
    assert welfare["cmo"].certificate.upper_usd >= best.lower_usd - 1e-6 * abs(best.lower_usd)
    for clearing in welfare.values():
        assert np.isfinite(clearing.welfare_usd)
        assert clearing.welfare_usd <= best.upper_usd + 1e-6 * abs(best.upper_usd)
