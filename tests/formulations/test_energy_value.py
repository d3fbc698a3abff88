"""Worth of what a store holds when the day is over."""

import dataclasses

import pytest

from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.records import (
    DISTRIBUTION,
    SLACK,
    TRANSMISSION,
    Area,
    Boundary,
    Bus,
    Generator,
    Load,
    Offer,
    ProfileValue,
    Storage,
)
from scenarios.scenario import Scenario
from settlement import settle
from validation import validate

DEMAND = [20.0, 35.0, 60.0, 55.0, 30.0, 70.0, 80.0, 40.0]  # MW in two days of four hours
STORE = Storage("D", "store", "d", 8.0, 8.0, 40.0, 0.0, 10.0, 0.0, 0.9, 0.9, 0.5)
STRONG = {"p_charge_max_mw": 20.0, "p_discharge_max_mw": 20.0}


def scenario(demand, store=STORE, price=10.0, slope=0.5):
    """A unit of rising cost in transmission; demand and a store behind one boundary."""
    return Scenario(
        name="by hand",
        hours=(1.0,) * len(demand),
        voll_usd_per_mwh=1000.0,
        spill_usd_per_mwh=1000.0,
        areas=(Area("T", TRANSMISSION, 100.0), Area("D", DISTRIBUTION, 100.0, "B")),
        buses=(
            Bus("T", "t", 110.0, 0.9, 1.1, kind=SLACK),
            Bus("D", "d", 20.0, 0.9, 1.1, kind=SLACK),
        ),
        branches=(),
        generators=(Generator("T", "unit", "t", 0.0, 200.0),),
        offers=(Offer("T", "unit", None, 1, 200.0, price, slope),),
        loads=(Load("D", "homes", "d", 1.0, profile="demand"),),
        storage=(store,),
        boundaries=(Boundary("B", "t", "D", "d"),),
        profiles=tuple(ProfileValue("demand", t, v) for t, v in enumerate(demand, start=1)),
    )


def cleared(day, design=None):
    """A clearing that obeys every law, and whose settlement adds up."""
    clearing = (design or Integrated()).clear(Operators(day))
    assert [check for check in validate(day, clearing) if not check.passed] == []
    settled = settle(day, clearing.tables, Nodal())
    assert settled.net_surplus_usd == pytest.approx(clearing.welfare_usd)
    return clearing


def of_store(clearing):
    rows = clearing.frame("dispatch")
    return rows[rows["asset"] == "store"].set_index("period")


def worth(value, **changes):
    return dataclasses.replace(STORE, energy_value_usd_per_mwh=value, **changes)


@pytest.mark.parametrize(("value", "charged"), [(20.0, 0.0), (30.0, 8.0)])
def test_a_store_charges_if_what_it_keeps_is_worth_more_than_it_costs(value, charged):
    """Energy costs 25 $/MWh, so that a stored MWh costs 25 / 0.9 = 27.8 $."""
    day = scenario([20.0], worth(value, energy_initial_mwh=0.0), price=25.0, slope=0.0)
    clearing = cleared(day)
    kept = of_store(clearing)
    assert kept["p_mw"].tolist() == pytest.approx([-charged])
    assert kept["value_usd"].tolist() == pytest.approx([0.9 * charged * value])
    assert clearing.welfare_usd == pytest.approx(0.9 * charged * value - 25.0 * (20.0 + charged))


def test_what_was_there_before_is_taken_off():
    """10 MWh at 20 $/MWh in the morning; selling at 25 $/MWh brings 25 x 0.9 - 0.5 x 0.9 = 22 $."""
    day = scenario([20.0], worth(20.0), price=25.0, slope=0.0)
    kept = of_store(cleared(day))
    assert kept["p_mw"].tolist() == pytest.approx([8.0])
    assert kept["value_usd"].tolist() == pytest.approx([-20.0 * 8.0 / 0.9])


def test_the_least_energy_in_the_end_holds_beside_a_price():
    """At a worth of nothing the store keeps 6 MWh and no more."""
    kept = of_store(cleared(scenario(DEMAND[:4], worth(0.0, energy_final_mwh=6.0))))
    assert kept["energy_mwh"].iloc[-1] == pytest.approx(6.0, abs=1e-6)


@pytest.mark.parametrize("design", [Integrated(), Cmo()], ids=["integrated", "cmo"])
def test_a_day_at_the_marginal_price_of_the_next_is_the_first_of_both(design):
    """What one more MWh at midnight is worth: 0.9 (price - wear) of an hour in which it is sold.

    With it as the price of what is left, the first day alone is that of the optimum of two.
    """
    both = cleared(scenario(DEMAND, worth(0.0, **STRONG)))
    later = of_store(both).loc[5:]
    selling = later[(later["p_mw"] > 0.01) & (later["p_mw"] < 19.99)].index[0]
    lmp = both.frame("lmp").set_index(["area", "period"])["lmp_usd_per_mwh"]
    value = 0.9 * (lmp["D", selling] - STORE.cost_usd_per_mwh)
    first = cleared(scenario(DEMAND[:4], worth(value, **STRONG)), design)
    expected = of_store(both)["energy_mwh"].loc[:4].tolist()
    assert 1.0 < expected[-1] < 39.0
    assert of_store(first)["energy_mwh"].tolist() == pytest.approx(expected, abs=0.02)
    blind = cleared(scenario(DEMAND[:4], worth(0.0, **STRONG)))
    assert of_store(blind)["energy_mwh"].iloc[-1] == pytest.approx(0.0, abs=1e-5)


def test_changes_of_worth_add_up_over_the_day():
    kept = of_store(cleared(scenario(DEMAND[:4], worth(40.0))))
    change = kept["energy_mwh"].iloc[-1] - STORE.energy_initial_mwh
    assert kept["value_usd"].sum() == pytest.approx(40.0 * change)
