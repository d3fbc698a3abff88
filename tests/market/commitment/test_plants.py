"""Plants that start and stop, by arithmetic."""

import dataclasses

import pytest

from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from scenarios.records import Bid, Offer
from tests.market.commitment.one_bus import VOLL, one_bus, plant, start, unit

DESIGNS = [Integrated(), Conventional()]
BASE = unit("base", 50.0, 20.0)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize(("cost", "starts"), [(500.0, [0, 0, 0]), (300.0, [0, 1, 0])])
def test_a_start_that_does_not_pay(cleared, on, design, cost, starts):
    """In hour 2 a bid would take 10 MW at 100 $, the peaker makes them at 60: 400 $ to gain."""
    peaker = unit("peaker", 30.0, 60.0, least=5.0)
    scenario = one_bus(
        [40.0, 50.0, 40.0],
        [BASE, peaker],
        commitments=[plant("peaker")],
        startups=start("peaker", (1.0, cost)),
        bids=(Bid("T", "flex", "b", p_max_mw=10.0),),
        offers=[Offer("T", "flex", None, 1, 10.0, 100.0)],
    )
    found = cleared(scenario, design)
    assert on(found, "peaker") == starts
    served = 3 if starts[1] else 2
    costs = 20.0 * 150.0 + (10.0 * 60.0 + cost if starts[1] else 0.0)
    assert found.welfare_usd == pytest.approx(served * 1000.0 - costs)


@pytest.mark.parametrize("design", DESIGNS)
def test_minimum_time_on_spans_midnight(cleared, on, design):
    """On for one hour of three when the day begins: two more hours at 10 MW and 50 $."""
    scenario = one_bus(
        [30.0] * 4,
        [BASE, unit("old", 40.0, 50.0, least=10.0)],
        commitments=[
            plant("old", min_up_h=3.0, on_before=True, p_before_mw=10.0, hours_before=1.0)
        ],
    )
    found = cleared(scenario, design)
    assert on(found, "old") == [1, 1, 0, 0]
    assert found.welfare_usd == pytest.approx(-(2 * (10 * 50 + 20 * 20) + 2 * 30 * 20))


def test_minimum_time_off_keeps_a_plant_down(cleared, on):
    """Off for one hour of three: two hours without it, in which 10 MW are not served."""
    scenario = one_bus(
        [60.0] * 3,
        [BASE, unit("gas", 40.0, 50.0, least=10.0)],
        commitments=[plant("gas", min_down_h=3.0, hours_before=1.0)],
    )
    found = cleared(scenario, Integrated())
    assert on(found, "gas") == [0, 0, 1]
    assert found.welfare_usd == pytest.approx(-(2 * 10 * VOLL + 3 * 50 * 20 + 10 * 50))


def test_a_cold_start_costs_more_than_a_warm_one(cleared, on):
    """Off since four hours: 400 $ now; after an hour's rest 100 $, cheaper than 10 MW at 130 $."""
    scenario = one_bus(
        [60.0, 30.0, 60.0],
        [BASE, unit("gas", 40.0, 150.0, least=10.0)],
        commitments=[plant("gas", hours_before=4.0)],
        startups=start("gas", (1.0, 100.0), (3.0, 400.0)),
    )
    found = cleared(scenario, Integrated())
    assert on(found, "gas") == [1, 0, 1]
    paid = found.frame("plant")["start_cost_usd"].tolist()
    assert paid == pytest.approx([400.0, 0.0, 100.0])


def test_a_plant_stays_on_where_another_start_costs_more(cleared, on):
    """At 10 MW it loses 30 $/MWh in the night: 300 $, less than 400 $ for another start."""
    scenario = one_bus(
        [60.0, 30.0, 60.0],
        [BASE, unit("gas", 40.0, 50.0, least=10.0)],
        commitments=[plant("gas", on_before=True, p_before_mw=10.0)],
        startups=start("gas", (1.0, 400.0)),
    )
    found = cleared(scenario, Integrated())
    assert on(found, "gas") == [1, 1, 1]
    assert found.welfare_usd == pytest.approx(-(50 + 20 + 50) * 20 - 3 * 10 * 50)


def test_a_start_is_limited_and_then_ramps(cleared):
    """Starts at 10 MW at most and rises by 5 MW/h: 10, 15, 20 of the 30 MW that are missing."""
    scenario = one_bus(
        [80.0] * 3,
        [BASE, unit("steam", 40.0, 50.0, least=10.0)],
        commitments=[plant("steam", p_start_mw=10.0, ramp_up_mw_per_h=5.0)],
    )
    found = cleared(scenario, Integrated())
    rows = found.frame("dispatch")
    assert rows[rows["asset"] == "steam"]["p_mw"].tolist() == pytest.approx([10.0, 15.0, 20.0])


def test_a_plant_slows_down_before_it_stops(cleared, on):
    """At 40 MW it may stop from 15 MW only and falls by 15 MW/h: 25, 10, then off."""
    scenario = one_bus(
        [50.0] * 4,
        [BASE, unit("steam", 40.0, 60.0, least=5.0)],
        commitments=[
            plant(
                "steam", p_stop_mw=15.0, ramp_down_mw_per_h=15.0, on_before=True, p_before_mw=40.0
            )
        ],
    )
    found = cleared(scenario, Integrated())
    rows = found.frame("dispatch")
    power = rows[rows["asset"] == "steam"]["p_mw"].tolist()
    assert power == pytest.approx([25.0, 10.0, 0.0, 0.0])


def test_the_price_is_that_of_the_margin_with_states_held(cleared):
    """The plant at its least output sets no price: one more MW comes from the base unit."""
    must = plant("old", must_run=True)
    scenario = one_bus([30.0], [BASE, unit("old", 40.0, 50.0, least=10.0)], commitments=[must])
    found = cleared(scenario, Integrated())
    assert found.frame("lmp")["lmp_usd_per_mwh"].tolist() == pytest.approx([20.0])


def test_a_plant_out_of_service_stays_off(cleared, on):
    """10 MW are not served, dear as that is."""
    out = plant("old", out_of_service=True)
    scenario = one_bus([60.0], [BASE, unit("old", 40.0, 50.0, least=10.0)], commitments=[out])
    found = cleared(scenario, Integrated())
    assert on(found, "old") == [0]
    assert found.welfare_usd == pytest.approx(-50 * 20 - 10 * VOLL)


def test_no_load_cost_is_paid_while_on_alone(cleared):
    """Two hours on at 70 $/h beside the energy, none in the hour when it is off."""
    old, offer = unit("old", 40.0, 50.0, least=10.0)
    scenario = one_bus(
        [60.0, 60.0, 40.0],
        [BASE, (dataclasses.replace(old, no_load_usd_per_h=70.0), offer)],
        commitments=[plant("old")],
    )
    found = cleared(scenario, Integrated())
    assert found.welfare_usd == pytest.approx(-(140 * 20 + 2 * (10 * 50 + 70)))


def test_half_hours_count_as_periods(cleared, on):
    """Least time on of one hour is two periods of half an hour; a start costs 100 $."""
    scenario = one_bus(
        [60.0, 40.0, 40.0],
        [BASE, unit("gas", 40.0, 50.0, least=10.0)],
        commitments=[plant("gas", min_up_h=1.0)],
        startups=start("gas", (0.5, 100.0)),
        hours=(0.5, 0.5, 0.5),
    )
    found = cleared(scenario, Integrated())
    assert on(found, "gas") == [1, 1, 0]
    cost = 0.5 * (50 * 20 + 10 * 50 + 30 * 20 + 10 * 50 + 40 * 20) + 100
    assert found.welfare_usd == pytest.approx(-cost)
