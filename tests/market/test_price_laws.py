"""A price is what one more MW costs, and the parts of prices pay for the limits that bind."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from scenarios.records import (
    Area,
    Boundary,
    Branch,
    Bus,
    Generator,
    Load,
    Offer,
    ProfileValue,
)
from scenarios.results import consuming
from scenarios.scenario import Scenario

HOURS = (0.5, 1.0)
# Steps (MW) are small against the distance of drawn numbers from the next kink; tolerances are
# what the solver may leave over the step: nothing in a simplex, 1e-7 $ in an interior point.
LINEAR = {"step": 1e-3, "rel": 1e-7, "bend": 1e-7}
QUADRATIC = {"step": 1e-2, "rel": 2e-5, "bend": 2e-2}


def over_seeds(examples=5):
    """Seeds of scenarios, as arguments of a test."""

    def decorate(test):
        drawn = given(seed=st.integers(0, 10**6))(test)
        return settings(max_examples=examples, deadline=None, derandomize=True)(drawn)

    return decorate


# --- Prices are slopes of the optimal cost ----------------------------------------------------


def with_load(scenario, area, bus, period, power):
    """`power` more MW consumed at a bus in one period; negative power is injected."""
    once = [ProfileValue("once", t, float(t == period)) for t in scenario.periods]
    return dataclasses.replace(
        scenario,
        loads=(*scenario.loads, Load(area, "more", bus, power, profile="once")),
        profiles=(*scenario.profiles, *once),
    )


def slopes(clear, scenario, welfare, place, step):
    """Cost ($/MWh) of `step` MW more, and of `step` MW that are there already."""
    more, less = (
        clear(with_load(scenario, *place, power), Integrated()).welfare_usd
        for power in (step, -step)
    )
    energy = step * scenario.hours[place[-1] - 1]
    return (welfare - more) / energy, (less - welfare) / energy


def prices(clearing):
    """Price ($/MWh) at every place: area, bus, period."""
    table = clearing.tables["lmp"].to_pandas()
    return table.set_index(["area", "bus", "period"]).lmp_usd_per_mwh


def drawn_places(clearing, seed):
    """One bus and period of transmission and two of distribution."""
    places = list(prices(clearing).index)
    upper = [p for p in places if p[0] == "T"]
    lower = [p for p in places if p[0] != "T"]
    rng = np.random.default_rng(seed)
    return [upper[rng.integers(len(upper))], *(lower[n] for n in rng.integers(len(lower), size=2))]


def assert_prices_are_slopes(clear, scenario, places, *, step, rel, bend):
    """At each of the `places` of a clearing; the cost bends by less than `bend` over two steps."""
    clearing = clear(scenario, Integrated())
    for place in places(clearing):
        up, down = slopes(clear, scenario, clearing.welfare_usd, place, step)
        assert up == pytest.approx(down, rel=bend), f"the cost has a kink at {place}"
        assert prices(clearing)[place] == pytest.approx((up + down) / 2, rel=rel), place


@over_seeds()
@pytest.mark.parametrize("congested", [False, True])
def test_prices_of_blocks_are_slopes(random_scenario, clear, congested, seed):
    scenario = random_scenario(seed, congested=congested, hours=HOURS)
    assert_prices_are_slopes(clear, scenario, lambda c: drawn_places(c, seed), **LINEAR)


@over_seeds()
@pytest.mark.parametrize("congested", [False, True])
def test_prices_of_quadratic_costs_are_slopes(random_scenario, clear, congested, seed):
    scenario = random_scenario(seed, congested=congested, quadratic=True, hours=HOURS)
    assert_prices_are_slopes(clear, scenario, lambda c: drawn_places(c, seed), **QUADRATIC)


@over_seeds()
def test_prices_of_coupled_hours_are_slopes(random_scenario, clear, seed):
    coupled = {"storage": True, "ramps": True, "shiftable": True}
    scenario = random_scenario(seed, **coupled, hours=HOURS)
    assert_prices_are_slopes(clear, scenario, lambda c: drawn_places(c, seed), **LINEAR)


def narrowed(scenario):
    """Feeders whose voltage may fall by 1 % only."""
    buses = [
        b if b.area == "T" else dataclasses.replace(b, v_min_pu=0.99, v_max_pu=1.01)
        for b in scenario.buses
    ]
    return dataclasses.replace(scenario, buses=tuple(buses))


def places_priced_by(part):
    """The places of greatest and least price part; it must be there."""

    def places(clearing):
        table = clearing.tables["lmp"].to_pandas().set_index(["area", "bus", "period"])
        assert table[part].abs().max() > 0.1
        return [table[part].idxmax(), table[part].idxmin()]

    return places


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("accuracy", [LINEAR, QUADRATIC], ids=["linear", "quadratic"])
def test_prices_are_slopes_where_voltage_binds(random_scenario, clear, accuracy, seed):
    quadratic = accuracy is QUADRATIC
    scenario = narrowed(random_scenario(seed, quadratic=quadratic, hours=HOURS))
    assert_prices_are_slopes(clear, scenario, places_priced_by("voltage_usd_per_mwh"), **accuracy)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("accuracy", [LINEAR, QUADRATIC], ids=["linear", "quadratic"])
def test_prices_are_slopes_where_lines_bind(random_scenario, clear, accuracy, seed):
    quadratic = accuracy is QUADRATIC
    scenario = random_scenario(seed, quadratic=quadratic, congested=True, hours=HOURS)
    assert_prices_are_slopes(
        clear, scenario, places_priced_by("congestion_usd_per_mwh"), **accuracy
    )


# --- Parts of prices, and what they pay for ---------------------------------------------------

DESIGNS = [Integrated(), Cmo(Schedules(1e-7)), Conventional(100.0)]
on_designs = pytest.mark.parametrize("design", DESIGNS, ids=["integrated", "cmo", "conventional"])


@on_designs
@over_seeds()
def test_the_parts_of_a_price_add_up(random_scenario, clear, design, seed):
    clearing = clear(narrowed(random_scenario(seed, congested=True, hours=HOURS)), design)
    lmp = clearing.tables["lmp"].to_pandas().fillna(0.0)
    parts = lmp.energy_usd_per_mwh + lmp.congestion_usd_per_mwh + lmp.voltage_usd_per_mwh
    assert parts.to_numpy() == pytest.approx(lmp.lmp_usd_per_mwh.to_numpy(), abs=1e-6)


@on_designs
@over_seeds()
def test_an_area_has_one_energy_price_a_period(random_scenario, clear, design, seed):
    clearing = clear(narrowed(random_scenario(seed, congested=True, hours=HOURS)), design)
    lmp = clearing.tables["lmp"].to_pandas()
    assert lmp.groupby(["area", "period"]).energy_usd_per_mwh.nunique().max() == 1


def paid(clearing, area):
    """What assets of an area pay, less what they are paid ($/h), by period."""
    dispatch = clearing.tables["dispatch"].to_pandas().query("area == @area")
    keys = ["period", "area", "bus"]
    priced = dispatch.merge(clearing.tables["lmp"].to_pandas(), on=keys)
    sign = np.where(priced.kind.isin(consuming()), 1.0, -1.0)
    return (sign * priced.p_mw * priced.lmp_usd_per_mwh).groupby(priced.period).sum()


def paid_at_boundaries(clearing, price, area=None):
    """Boundary power at transmission's or distribution's price ($/h), by period."""
    crossing = clearing.tables["boundary"].to_pandas()
    if area is not None:
        crossing = crossing[crossing.area == area]
    return (crossing.p_mw * crossing[price]).groupby(crossing.period).sum()


def flows(clearing, area):
    return clearing.tables["flow"].to_pandas().query("area == @area")


@on_designs
@over_seeds()
def test_transmission_collects_the_worth_of_its_lines(random_scenario, clear, design, seed):
    """Withdrawals less generation at bus prices = shadow price times rating of full lines."""
    scenario = random_scenario(seed, congested=True, hours=HOURS)
    clearing = clear(scenario, design)
    collected = paid(clearing, "T") + paid_at_boundaries(clearing, "lmp_usd_per_mwh")
    lines = flows(clearing, "T")
    worth = lines.shadow_usd_per_mwh.abs() * lines.rating_mva
    expected = worth.groupby(lines.period).sum()
    turnover = float(lines.p_mw.abs().sum() * scenario.voll_usd_per_mwh)
    assert collected.to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-9 * turnover)


def voltage_rise(clearing, area):
    """Rise of the voltage part along every branch ($/MWh)."""
    lmp = clearing.tables["lmp"].to_pandas().query("area == @area")
    part = lmp.set_index(["bus", "period"]).voltage_usd_per_mwh
    lines = flows(clearing, area)
    ends = [part.loc[list(zip(lines[e], lines.period, strict=True))].to_numpy()
            for e in ("from_bus", "to_bus")]  # fmt: skip
    return ends[1] - ends[0]


@on_designs
@over_seeds()
def test_a_feeder_collects_the_rent_of_its_branches_and_voltages(
    random_scenario, clear, design, seed
):
    """What its parties pay beyond the power from the boundary = rise of the price times flow."""
    scenario = narrowed(random_scenario(seed, congested=True, hours=HOURS))
    clearing = clear(scenario, design)
    for area in scenario.distribution:
        bought = paid_at_boundaries(clearing, "dlmp_usd_per_mwh", area)
        lines = flows(clearing, area)
        rent = (lines.shadow_usd_per_mwh + voltage_rise(clearing, area)) * lines.p_mw
        expected = rent.groupby(lines.period).sum()
        collected = (paid(clearing, area) - bought).to_numpy()
        assert collected == pytest.approx(expected.to_numpy(), abs=1e-4)


@on_designs
@over_seeds()
def test_an_active_feeder_collects_the_worth_of_its_branches(random_scenario, clear, design, seed):
    """Without reactive power a branch with a shadow price is full."""
    scenario = random_scenario(seed, congested=True, hours=HOURS)
    clearing = clear(scenario, design, distribution="transport")
    for area in scenario.distribution:
        lines = flows(clearing, area)
        worth = (lines.shadow_usd_per_mwh.abs() * lines.rating_mva).groupby(lines.period).sum()
        bought = paid_at_boundaries(clearing, "dlmp_usd_per_mwh", area)
        collected = (paid(clearing, area) - bought).to_numpy()
        assert collected == pytest.approx(worth.to_numpy(), abs=1e-4)


@pytest.mark.parametrize("hours", [1.0, 0.5])
def test_a_voltage_limit_earns_what_it_keeps_apart(clear, hours):
    """v^2 = 1 - 2 x 0.05 p / 10 >= 0.98 lets 2 MW in at 20 $/MWh; 1 MW comes at 90 $/MWh.

    Whatever the length of the period, the limit is worth 70 $/MWh and collects 2 x 70 $/h.
    """
    scenario = Scenario(
        "low", (hours,), 500.0, 500.0,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        (
            Bus("T", "a", 110.0, 0.9, 1.1, kind="slack"),
            Bus("D", "r", 10.0, 0.9, 1.1, kind="slack"),
            Bus("D", "n", 10.0, math.sqrt(0.98), 1.1),
        ),
        (Branch("D", "rn", "r", "n", 0.05, 0.0),),
        (Generator("T", "grid", "a", 0.0, 50.0), Generator("D", "unit", "n", 0.0, 5.0)),
        (Offer("T", "grid", None, 1, 50.0, 20.0), Offer("D", "unit", None, 1, 5.0, 90.0)),
        (Load("D", "load", "n", 3.0),),
        boundaries=(Boundary("B", "a", "D", "r"),),
    )  # fmt: skip
    clearing = clear(scenario, Integrated())
    assert prices(clearing)["D", "n", 1] == pytest.approx(90.0)
    assert voltage_rise(clearing, "D") == pytest.approx([70.0])
    bought = paid_at_boundaries(clearing, "dlmp_usd_per_mwh")
    assert (paid(clearing, "D") - bought).tolist() == pytest.approx([140.0])
