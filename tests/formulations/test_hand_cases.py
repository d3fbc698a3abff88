"""Devices and networks on cases whose answers can be worked out by hand."""

import dataclasses
import math

import pyomo.environ as pyo
import pytest

from formulations.circle import SIDES, polygon_sides
from formulations.networks.dc import Dc
from formulations.networks.lindistflow import LinDistFlow
from formulations.networks.transport import Transport
from market.designs.integrated import Integrated
from market.operators.area import clearing_model
from market.operators.day import build_day
from market.operators.operators import Operators
from scenarios.records import (
    Area,
    Bid,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
    ProfileValue,
    ShiftableLoad,
    Storage,
)  # fmt: skip
from scenarios.scenario import Scenario
from scenarios.systems import build_system
from solvers.session import open_session
from validation import validate

VOLL = 1000.0


def day(hours=(1.0,), **tables):
    """A transmission-only scenario: bus a (slack) unless other buses are given."""
    buses = tables.pop("buses", ("a",))
    profiles = tables.pop("profiles", {})
    return Scenario(
        name="by hand",
        hours=hours,
        voll_usd_per_mwh=VOLL,
        spill_usd_per_mwh=VOLL,
        areas=(Area("T", "transmission", 100.0),),
        buses=tuple(
            Bus("T", b, 110.0, 0.9, 1.1, kind="slack" if b == "a" else "pq") for b in buses
        ),
        branches=tables.pop("branches", ()),
        profiles=tuple(
            ProfileValue(name, t, v)
            for name, row in profiles.items()
            for t, v in enumerate(row, start=1)
        ),
        **tables,
    )  # fmt: skip


def clear(scenario, **formulations):
    clearing = Integrated().clear(Operators(scenario, **formulations))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    return clearing


def power(clearing, asset):
    table = clearing.tables["dispatch"].to_pandas()
    return table[table.asset == asset].sort_values("period").p_mw.tolist()


def flows(clearing):
    table = clearing.tables["flow"].to_pandas()
    return dict(zip(table.branch, table.p_mw, strict=True))


def lmp(clearing, bus="a"):
    table = clearing.tables["lmp"].to_pandas()
    return table[table.bus == bus].sort_values("period").lmp_usd_per_mwh.tolist()


def unit(name="g", bus="a", p_max=100.0, price=20.0, **more):
    return Generator("T", name, bus, 0.0, p_max, **more), Offer("T", name, None, 1, p_max, price)


def line(name, start, end, **more):
    return Branch("T", name, start, end, 0.0, 0.1, **more)


def triangle(**of_ac):
    """a feeds 30 MW at c over three equal lines."""
    g, offer = unit()
    return day(
        buses=("a", "b", "c"),
        branches=(line("ab", "a", "b"), line("bc", "b", "c"), line("ac", "a", "c", **of_ac)),
        generators=(g,),
        offers=(offer,),
        loads=(Load("T", "l", "c", 30.0),),
    )


def test_power_divides_by_reactance():
    """The direct way has half the reactance of the other: 20 and 10 MW."""
    found = flows(clear(triangle()))
    assert found == pytest.approx({"ab": 10.0, "bc": 10.0, "ac": 20.0})


def test_a_tap_raises_the_reactance_of_its_branch():
    """x tap = 0.2 on both ways: 15 MW each."""
    assert flows(clear(triangle(tap=2.0)))["ac"] == pytest.approx(15.0)


def test_a_phase_shift_drives_a_loop_flow():
    """Around the loop x sum = 0.3 on 100 MVA: a shift of 0.03 rad drives 10 MW against a-c."""
    found = flows(clear(triangle(shift_deg=math.degrees(0.03))))
    assert found == pytest.approx({"ab": 20.0, "bc": 20.0, "ac": 10.0})


def test_transport_is_dc_on_a_tree():
    scenario = triangle()
    tree = dataclasses.replace(scenario, branches=scenario.branches[:2])
    assert flows(clear(tree, transmission="transport")) == pytest.approx(flows(clear(tree)))


def test_a_battery_buys_low_and_sells_high():
    """10 MWh bought at 10 $ store 9; selling 8.1 at 50 $ saves 8.1 x 50 and costs 10 x 10."""
    cheap, dear = unit("cheap", price=10.0, profile="first"), unit("dear", price=50.0)
    scenario = day(
        hours=(1.0, 1.0),
        generators=(cheap[0], dear[0]),
        offers=(cheap[1], dear[1]),
        loads=(Load("T", "l", "a", 20.0),),
        storage=(
            Storage("T", "s", "a", 10.0, 10.0, 20.0, charge_efficiency=0.9,
                    discharge_efficiency=0.9),
        ),
        profiles={"first": (1.0, 0.0)},
    )  # fmt: skip
    clearing = clear(scenario)
    assert power(clearing, "s") == pytest.approx([-10.0, 8.1])
    assert -clearing.welfare_usd == pytest.approx(30 * 10 + (20 - 8.1) * 50)


def test_a_battery_ends_the_day_with_its_final_energy():
    """5 MWh more than at the start need 5 / 0.5 = 10 MWh from the grid."""
    g, offer = unit()
    store = Storage("T", "s", "a", 10.0, 10.0, 10.0, energy_final_mwh=5.0, charge_efficiency=0.5)
    scenario = day(hours=(0.5, 0.5), generators=(g,), offers=(offer,), storage=(store,))
    clearing = clear(scenario)
    assert sum(power(clearing, "s")) * 0.5 == pytest.approx(-10.0)


def test_a_ramp_limits_the_first_step_and_every_other():
    """From 10 MW by at most 20 MW/h, hours of 0.5 h: 20, 30, 40 MW; a dear unit does the rest."""
    slow = unit("slow", price=10.0, ramp_mw_per_h=20.0, p_initial_mw=10.0)
    fast = unit("fast", price=90.0)
    scenario = day(
        hours=(0.5, 0.5, 0.5),
        generators=(slow[0], fast[0]),
        offers=(slow[1], fast[1]),
        loads=(Load("T", "l", "a", 60.0),),
    )
    clearing = clear(scenario)
    assert power(clearing, "slow") == pytest.approx([20.0, 30.0, 40.0])
    assert lmp(clearing) == pytest.approx([90.0] * 3)


def test_a_shiftable_load_takes_the_cheapest_hours_of_its_window():
    """12 MWh at most 8 MW in hours 2 to 4 at 30, 10, 20 $/MWh: 8 in hour 3, 4 in hour 4."""
    prices = (5.0, 30.0, 10.0, 20.0)
    generator = Generator("T", "g", "a", 0.0, 100.0)
    scenario = day(
        hours=(1.0,) * 4,
        generators=(generator,),
        offers=tuple(Offer("T", "g", t, 1, 100.0, p) for t, p in enumerate(prices, start=1)),
        shiftable_loads=(ShiftableLoad("T", "ev", "a", 12.0, 8.0, 2, 4),),
    )
    assert power(clear(scenario), "ev") == pytest.approx([0.0, 0.0, 8.0, 4.0])


def test_energy_that_a_shiftable_load_cannot_get_is_unserved():
    """12 MWh asked, 2 x 5 MWh to be had: 2 MWh short at the value of lost load."""
    g, offer = unit(p_max=5.0, price=0.0)
    load = ShiftableLoad("T", "ev", "a", 12.0, 8.0, 1, 2)
    clearing = clear(
        day(hours=(1.0, 1.0), generators=(g,), offers=(offer,), shiftable_loads=(load,))
    )
    assert clearing.tables["dispatch"].to_pandas().unserved_mw.sum() == pytest.approx(2.0)
    assert -clearing.welfare_usd == pytest.approx(2 * VOLL)


def test_load_beyond_all_offers_is_shed_at_the_value_of_lost_load():
    g, offer = unit(p_max=40.0)
    clearing = clear(day(generators=(g,), offers=(offer,), loads=(Load("T", "l", "a", 60.0),)))
    assert lmp(clearing) == pytest.approx([VOLL])
    assert clearing.tables["dispatch"].to_pandas().unserved_mw.sum() == pytest.approx(20.0)


def test_costs_count_hours_and_prices_do_not():
    """30 MW for half an hour at 20 $/MWh: 300 $; the price stays 20 $/MWh."""
    g, offer = unit()
    clearing = clear(
        day(hours=(0.5,), generators=(g,), offers=(offer,), loads=(Load("T", "l", "a", 30.0),))
    )
    assert -clearing.welfare_usd == pytest.approx(300.0)
    assert lmp(clearing) == pytest.approx([20.0])


def test_a_flexible_load_stops_where_its_value_meets_the_price():
    """Value 50 - 2 x against 20 $/MWh: 15 MW."""
    g, offer = unit()
    scenario = day(
        generators=(g,),
        offers=(offer, Offer("T", "flex", None, 1, 30.0, 50.0, 2.0)),
        bids=(Bid("T", "flex", "a", 0.0, 30.0),),
    )
    assert power(clear(scenario), "flex") == pytest.approx([15.0])


def test_least_output_fills_the_first_segments():
    """A unit that must run at 30 MW uses 20 MW at 60 and 10 MW at 70 $/MWh: 1900 $."""
    generator = Generator("T", "g", "a", 30.0, 50.0)
    blocks = (Offer("T", "g", None, 1, 20.0, 60.0), Offer("T", "g", None, 2, 30.0, 70.0))
    other = unit("other", price=10.0)
    clearing = clear(
        day(
            generators=(generator, other[0]),
            offers=(*blocks, other[1]),
            loads=(Load("T", "l", "a", 40.0),),
        )
    )
    assert power(clearing, "g") == pytest.approx([30.0])
    assert -clearing.welfare_usd == pytest.approx(1900.0 + 100.0)


def test_the_polygon_lies_in_the_circle_and_touches_it_at_unity_power_factor():
    sides = list(polygon_sides(5.0))
    for cos, sin, limit in sides:
        assert math.hypot(cos, sin) == pytest.approx(1.0)
        assert limit < 5.0
    assert max(cos * 5.0 - limit for cos, _, limit in sides) == pytest.approx(0.0, abs=1e-12)
    corners = [2 * math.pi * n / SIDES for n in range(SIDES)]
    for a in corners:
        p, q = 5 * math.cos(a), 5 * math.sin(a)
        assert max(c * p + s * q - limit for c, s, limit in sides) == pytest.approx(0.0, abs=1e-12)


def at_price(view, formulation, price):
    """The area's optimum when it buys boundary power at `price`, from its compiled day."""
    compiled = build_day(view, formulation)
    compiled.program.cost[compiled.columns["p_boundary"].ravel()] = price
    return open_session(compiled.program, view.name, 60.0).solve().objective


def pyomo_at_price(view, formulation, price):
    """The same from the whole day's Pyomo model, by Pyomo's own interface to HiGHS."""
    model = clearing_model(view, formulation)
    bought = sum(price * p for p in model.p_boundary.values())
    model.cost.set_value(model.cost.expr + bought)
    pyo.SolverFactory("appsi_highs").solve(model)
    return pyo.value(model.cost)


@pytest.mark.parametrize(
    "formulation", [LinDistFlow(), Transport()], ids=lambda f: type(f).__name__
)
@pytest.mark.parametrize("price", [15.0, 45.0])
def test_the_day_from_one_compiled_period_is_the_whole_pyomo_model(formulation, price):
    """A feeder with batteries, a shiftable load, PV, wind and reactive limits over 24 hours."""
    view = build_system("C").area("D50")
    expected = pyomo_at_price(view, formulation, price)
    assert at_price(view, formulation, price) == pytest.approx(expected, rel=1e-9)


def test_the_day_of_ramping_units_is_the_whole_pyomo_model():
    """IEEE 118 delivers 20 MW at each of twelve boundaries; a third of its units ramp."""
    view = build_system("C").area("T")
    compiled = build_day(view, Dc())
    boundary = compiled.columns["p_boundary"].ravel()
    compiled.program.lower[boundary] = compiled.program.upper[boundary] = 20.0
    found = open_session(compiled.program, view.name, 60.0).solve().objective

    model = clearing_model(view, Dc())
    for p in model.p_boundary.values():
        p.fix(20.0)
    pyo.SolverFactory("appsi_highs").solve(model)
    assert found == pytest.approx(pyo.value(model.cost), rel=1e-9)
