"""Conventional clearing where transmission cannot deliver all that was bid."""

from dataclasses import replace

import pytest

from market.designs.conventional import Conventional
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.assembly import assemble
from scenarios.networks import NetworkTables
from scenarios.records import (
    DISTRIBUTION,
    SLACK,
    TRANSMISSION,
    Area,
    Bid,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
    ShiftableLoad,
)
from scenarios.systems import build_system
from settlement import settle
from validation import validate

VOLL = 500.0


def transmission(rating_mva, buses=("far",)):
    """100 MW at 20 $/MWh at bus `near`, and a line of that rating to each other bus."""
    return NetworkTables(
        area=Area("T", TRANSMISSION, 100.0),
        buses=(
            Bus("T", "near", 132.0, 0.9, 1.1, kind=SLACK),
            Bus("T", "hub", 132.0, 0.9, 1.1),
            *(Bus("T", bus, 132.0, 0.9, 1.1) for bus in buses),
        ),
        branches=(
            Branch("T", "near-hub", "near", "hub", 0.0, 0.1, rating_mva=rating_mva),
            *(Branch("T", f"hub-{bus}", "hub", bus, 0.0, 0.1) for bus in buses),
        ),
        generators=(Generator("T", "unit", "near", 0.0, 100.0),),
        offers=(Offer("T", "unit", None, 1, 100.0, 20.0),),
    )


def feeder(area, load_mw, plant_mw=0.0, flexible_mw=0.0, technology="thermal"):
    """A load, a plant at 60 $/MWh (free, if of the sun), and a flexible load worth 45 $/MWh."""
    cost = 0.0 if technology == "pv" else 60.0
    plant = Generator(area, "plant", "1", 0.0, plant_mw, technology=technology)
    return NetworkTables(
        area=Area(area, DISTRIBUTION, 100.0, "B"),
        buses=(Bus(area, "1", 20.0, 0.9, 1.1, kind=SLACK),),
        branches=(),
        loads=(Load(area, "load", "1", p_mw=load_mw),),
        bids=(Bid(area, "flexible", "1", p_max_mw=flexible_mw),),
        generators=(plant,),
        offers=(
            Offer(area, "plant", None, 1, plant_mw, cost),
            Offer(area, "flexible", None, 1, flexible_mw, 45.0),
        ),
    )


def vehicles(area, energy_mwh, p_max_mw, first, last):
    """Vehicles at the only bus of a feeder that charge within a window."""
    return ShiftableLoad(area, "vehicles", "1", energy_mwh, p_max_mw, first, last)


def market(upper, *feeders, buses=("far",), hours=(1.0,)):
    return assemble(
        "delivery",
        [upper, *feeders],
        {f.area.area: bus for f, bus in zip(feeders, buses, strict=True)},
        profiles={},
        hours=hours,
        voll_usd_per_mwh=VOLL,
        spill_usd_per_mwh=VOLL,
        chi=100.0,
    )


def cleared(scenario, **options):
    clearing = Conventional(**options).clear(Operators(scenario, distribution="transport"))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    return clearing, clearing.frame("boundary").set_index("area")


def shed(clearing):
    rows = clearing.frame("dispatch")
    return rows["unserved_mw"].sum() + rows.loc[rows["kind"] == "unserved", "p_mw"].sum()


def test_own_generators_make_up_for_what_is_not_delivered():
    """40 MW bid, 30 delivered: 10 of the plant at 60, which is what one more MW is worth there."""
    scenario = market(transmission(30.0), feeder("D", 40.0, plant_mw=20.0))
    clearing, boundary = cleared(scenario)
    assert boundary["p_mw"]["D"] == pytest.approx(30.0)
    assert clearing.welfare_usd == pytest.approx(-30 * 20 - 10 * 60)
    assert boundary["lmp_usd_per_mwh"]["D"] == pytest.approx(60.0)
    settled = settle(scenario, clearing.tables, Nodal())
    rents = settled.rents.to_pandas().set_index(["area", "kind"])["amount_usd"]
    assert rents["T", "congestion"] == pytest.approx(30 * (60 - 20))
    assert settled.area_surplus_of_day()["D"] == pytest.approx(-30 * 60 - 10 * 60)


def test_flexible_load_gives_way_before_load_is_shed():
    """115 % of 40 MW were to serve 6 MW of flexible load; of the 42 delivered it has 2."""
    scenario = market(transmission(42.0), feeder("D", 40.0, flexible_mw=10.0))
    clearing, boundary = cleared(scenario, chi_percent=115.0)
    assert clearing.welfare_usd == pytest.approx(2 * 45 - 42 * 20)
    assert boundary["lmp_usd_per_mwh"]["D"] == pytest.approx(45.0)


def test_what_nobody_can_make_up_for_is_shed_once():
    """40 MW bid, 30 delivered, 4 of the plant: 6 are shed at 500."""
    clearing, boundary = cleared(market(transmission(30.0), feeder("D", 40.0, plant_mw=4.0)))
    assert shed(clearing) == pytest.approx(6.0)
    assert clearing.welfare_usd == pytest.approx(-30 * 20 - 4 * 60 - 6 * VOLL)
    assert boundary["lmp_usd_per_mwh"]["D"] == pytest.approx(VOLL)


def test_an_area_without_means_of_its_own_is_delivered_first():
    """60 MW bid over a line of 50: D has a plant of 20 MW, E has none, so that D goes without."""
    buses = ("a", "b")
    scenario = market(
        transmission(50.0, buses), feeder("D", 30.0, 20.0), feeder("E", 30.0), buses=buses
    )
    clearing, boundary = cleared(scenario)
    assert boundary["p_mw"].to_dict() == pytest.approx({"D": 20.0, "E": 30.0})
    assert shed(clearing) == pytest.approx(0.0)


def test_sun_that_transmission_cannot_take_is_turned_down_at_home():
    """50 MW of sun, 10 of load, a line of 25: of 40 MW for sale 25 go, and none is spilled."""
    scenario = market(transmission(25.0), feeder("D", 10.0, 50.0, technology="pv"))
    upper = replace(scenario.loads[0], area="T", load="town", bus="near", p_mw=60.0)
    clearing, boundary = cleared(replace(scenario, loads=(*scenario.loads, upper)))
    assert boundary["p_mw"]["D"] == pytest.approx(-25.0)
    assert boundary["lmp_usd_per_mwh"]["D"] == pytest.approx(0.0, abs=1e-6)
    assert clearing.welfare_usd == pytest.approx(-35 * 20)


def test_energy_whose_hours_are_free_is_bid_evenly_over_its_window():
    """6 MWh in the last two of three periods, of 1 and 2 h, beside 10 MW: 2 MW in each of them."""
    day = replace(feeder("D", 10.0), shiftable_loads=(vehicles("D", 6.0, 4.0, 2, 3),))
    scenario = market(transmission(None), day, hours=(1.0, 1.0, 2.0))
    clearing = Conventional().clear(Operators(scenario, distribution="transport"))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    assert clearing.frame("boundary")["p_mw"].tolist() == pytest.approx([10.0, 12.0, 12.0])
    assert shed(clearing) == pytest.approx(0.0, abs=1e-9)
    assert clearing.welfare_usd == pytest.approx(-20 * (10 + 12 + 2 * 12))


def test_sun_at_home_charges_vehicles_before_more_is_bid():
    """8 MW of sun for 5 of load and 3 of vehicles: nothing is asked of transmission."""
    day = feeder("D", 5.0, 8.0, technology="pv")
    day = replace(day, shiftable_loads=(vehicles("D", 3.0, 6.0, 1, 1),))
    clearing, boundary = cleared(market(transmission(None), day))
    assert boundary["p_mw"]["D"] == pytest.approx(0.0)
    assert clearing.welfare_usd == pytest.approx(0.0)


@pytest.mark.parametrize("chi", [70.0, 85.0, 100.0, 115.0])
def test_where_no_load_is_shed_its_value_changes_nothing(chi):
    """System A at 500 and at 1000 $/MWh: the same welfare, and the same prices at boundaries."""
    scenario = build_system("A")
    found = []
    for voll in (500.0, 1000.0):
        clearing, boundary = cleared(replace(scenario, voll_usd_per_mwh=voll), chi_percent=chi)
        assert shed(clearing) == pytest.approx(0.0, abs=1e-6)
        found.append((clearing.welfare_usd, boundary["lmp_usd_per_mwh"].to_numpy()))
    assert found[0][0] == pytest.approx(found[1][0], abs=0.01)
    assert found[0][1] == pytest.approx(found[1][1], abs=1e-3)
