"""Products, zones, steps of shortage and all kinds of holders, by arithmetic."""

import dataclasses

import pytest

from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.check import check_scenario
from scenarios.records import (
    Bid,
    Branch,
    Bus,
    Offer,
    Reserve,
    ReserveOffer,
    ReserveProduct,
    ReserveShortage,
    Storage,
)
from settlement import settle
from tests.market.commitment.one_bus import one_bus, plant, unit
from validation import validate

SHORT = 200.0  # $/MWh
CHEAP, DEAR = unit("cheap", 100.0, 20.0), unit("dear", 100.0, 50.0)


def held(mw, *holders, product=None, name="spinning", zone=None):
    """Tables of one reserve; holders are keywords of offers."""
    offers = tuple(ReserveOffer("T", name, **{"generator": None, **h}) for h in holders)
    products = (ReserveProduct("T", name, **product),) if product else ()
    return {
        "reserves": (Reserve("T", name, None, mw, SHORT, zone),),
        "reserve_offers": offers,
        "reserve_products": products,
    }


def cleared(scenario, design=None):
    """A sound day; every law of the validator and of the settlement holds."""
    assert check_scenario(scenario) == ()
    clearing = (design or Integrated()).clear(Operators(scenario, mip_gap=0.0))
    assert [check for check in validate(scenario, clearing) if not check.passed] == []
    settled = settle(scenario, clearing.tables, Nodal())
    assert settled.settlement_imbalance_usd == 0.0
    assert max(law.worst_usd for law in settled.checks) == pytest.approx(0.0, abs=1e-2)
    return clearing


def prices(clearing):
    lmp = clearing.frame("lmp")["lmp_usd_per_mwh"].tolist()
    return lmp, clearing.frame("reserve")["price_usd_per_mwh"].tolist()


def holding(clearing):
    """MW that each asset holds in the first hour."""
    return clearing.frame("reserve_held").query("period == 1").set_index("asset")["p_mw"].to_dict()


DOWN, CELL = {"direction": "down"}, {"storage": "cell"}


@pytest.mark.parametrize("design", [Integrated(), Conventional()])
def test_downward_reserve_lowers_the_price_of_energy(design):
    """20 MW down from the dear unit alone: it runs at 20 MW, though 50 $ is more than 20.

    A MW more of reserve moves a MW from 20 $ to 50; energy at the margin costs 20 $.
    """
    scenario = one_bus([80.0], [CHEAP, DEAR], **held(20.0, {"generator": "dear"}, product=DOWN))
    found = cleared(scenario, design)
    assert prices(found) == (pytest.approx([20.0]), pytest.approx([30.0]))
    assert found.welfare_usd == pytest.approx(-(60 * 20 + 20 * 50))


def battery(**changed):
    """10 MW both ways, half of its 10 MWh full, which it must give back."""
    half = {"energy_max_mwh": 10.0, "energy_initial_mwh": 5.0, "energy_final_mwh": 5.0}
    return Storage("T", "cell", "b", 10.0, 10.0, **{**half, **changed})


@pytest.mark.parametrize(("sustain", "mw"), [(None, 5.0), (0.5, 10.0), (2.0, 2.5)])
def test_a_battery_holds_as_long_as_half_its_energy_lasts(sustain, mw):
    """5 MWh last an hour at 5 MW, half an hour at 10 MW, two hours at 2.5; the rest is short."""
    tables = held(12.0, CELL, {"generator": "cheap"}, product={"sustain_h": sustain})
    found = cleared(one_bus([100.0], [CHEAP], storage=(battery(),), **tables))
    assert holding(found) == pytest.approx({"cell": mw, "cheap": 0.0})
    assert found.frame("reserve")["shortage_mw"].tolist() == pytest.approx([12.0 - mw])


def _asked(mw):
    return (Reserve("T", "spinning", None, mw, SHORT),)


def test_a_battery_holds_downward_what_it_can_still_store():
    """At 80 % a MWh at the bus is 0.8 in the store: 5 MWh of room last an hour at 6.25 MW."""
    tables = held(6.25, CELL, product=DOWN)
    lossy = battery(charge_efficiency=0.8)
    found = cleared(one_bus([60.0], [CHEAP], storage=(lossy,), **tables))
    assert holding(found) == pytest.approx({"cell": 6.25})


def test_a_battery_keeps_what_it_must_be_able_to_give():
    """5 MWh could be sold at 50 $ in the second hour; 2 MW of reserve keep 2 of them: 50 $ a MW."""
    store = battery(energy_final_mwh=0.0)
    scenario = one_bus([90.0, 110.0], [CHEAP, DEAR], storage=(store,), **held(2.0, CELL))
    found = cleared(scenario)
    energy = found.frame("dispatch").query("kind == 'storage'")["energy_mwh"].tolist()
    assert energy[-1] == pytest.approx(2.0)
    assert prices(found)[1] == pytest.approx([0.0, 50.0])


def test_a_flexible_load_holds_what_it_can_reduce():
    """10 MW worth 60 $ hold 10 MW up as they consume, at no cost; 12 MW would take 2 from CHEAP."""
    bid, value = Bid("T", "flex", "b", 0.0, 10.0), Offer("T", "flex", None, 1, 10.0, 60.0)
    tables = held(12.0, {"bid": "flex"}, {"generator": "cheap", "price_usd_per_mwh": 4.0})
    scenario = one_bus([50.0], [CHEAP], bids=(bid,), offers=(value,), **tables)
    found = cleared(scenario)
    assert holding(found) == pytest.approx({"flex": 10.0, "cheap": 2.0})
    assert prices(found)[1] == pytest.approx([4.0])


def test_a_flexible_load_holds_downward_what_it_can_add():
    """Worth 10 $ and so off at 20 $: it can add its 10 MW, which nobody need pay for."""
    bid, value = Bid("T", "flex", "b", 0.0, 10.0), Offer("T", "flex", None, 1, 10.0, 10.0)
    tables = held(8.0, {"bid": "flex", "price_usd_per_mwh": 1.0}, product=DOWN)
    scenario = one_bus([50.0], [CHEAP], bids=(bid,), offers=(value,), **tables)
    found = cleared(scenario)
    assert holding(found) == pytest.approx({"flex": 8.0})
    assert prices(found) == (pytest.approx([20.0]), pytest.approx([1.0]))


def test_steps_of_shortage_are_paid_in_their_order():
    """10 of 30 MW can be held: 20 are short, 5 at 40 $, 10 at 90 and 5 at the price of the rest."""
    steps = (ReserveShortage("T", "spinning", 1, 5.0, 40.0),
             ReserveShortage("T", "spinning", 2, 10.0, 90.0))  # fmt: skip
    scenario = one_bus([90.0], [CHEAP], **held(30.0, {"generator": "cheap"}))
    found = cleared(scenario.with_tables({"reserve_shortages": steps}))
    assert prices(found)[1] == pytest.approx([SHORT])
    assert found.frame("reserve")["cost_usd"].tolist() == pytest.approx(
        [5 * 40 + 10 * 90 + 5 * SHORT]
    )
    fewer = scenario.with_tables({"reserve_shortages": steps, "reserves": _asked(20.0)})
    assert prices(cleared(fewer))[1] == pytest.approx([90.0])


def two_zones(mw, zone):
    """CHEAP in the west, DEAR in the east, 80 MW of load in the west, no limit between."""
    east = dataclasses.replace(DEAR[0], bus="e")
    tables = held(mw, {"generator": "cheap"}, {"generator": "dear"}, zone=zone)
    scenario = one_bus([80.0], [CHEAP, (east, DEAR[1])], **tables)
    west = dataclasses.replace(scenario.buses[0], zone="west")
    bus = Bus("T", "e", 110.0, 0.9, 1.1, zone="east")
    line = Branch("T", "w-e", "b", "e", 0.0, 0.1)
    return scenario.with_tables({"buses": (west, bus), "branches": (line,)})


def test_a_zone_holds_its_own():
    """30 MW in the west, where 80 of 100 MW run: 10 MW move to the dear unit in the east."""
    assert prices(cleared(two_zones(30.0, None)))[1] == pytest.approx([0.0])
    found = cleared(two_zones(30.0, "west"))
    assert prices(found)[1] == pytest.approx([30.0])
    assert found.welfare_usd == pytest.approx(-(70 * 20 + 10 * 50))


def test_what_a_zone_holds_counts_for_the_whole_area_too():
    """30 MW in the west count for 40 MW in all, of which the dear unit holds the last 10."""
    both = (Reserve("T", "spinning", None, 30.0, SHORT, "west"), *_asked(40.0))
    found = cleared(two_zones(30.0, "west").with_tables({"reserves": both}))
    assert prices(found)[1] == pytest.approx([30.0, 0.0])
    worth = found.frame("reserve_held").set_index("asset")["price_usd_per_mwh"]
    assert worth.to_dict() == {"cheap": pytest.approx(30.0), "dear": pytest.approx(0.0)}


def test_reserve_is_there_within_its_minutes():
    """A ramp of 60 MW/h gives 10 MW in ten minutes, whatever the hour's change: 25 are asked."""
    ramped = dataclasses.replace(CHEAP[0], ramp_mw_per_h=60.0, p_initial_mw=0.0)
    tables = held(25.0, {"generator": "cheap"}, product={"minutes": 10.0})
    found = cleared(one_bus([60.0], [(ramped, CHEAP[1])], **tables))
    assert holding(found) == pytest.approx({"cheap": 10.0})


def test_a_plant_that_is_on_holds_downward_what_lies_above_its_least_output():
    """30 MW down from a plant of at least 10: it starts and runs at 40 MW, at 50 $."""
    gas = unit("gas", 60.0, 50.0, least=10.0)
    tables = held(30.0, {"generator": "gas"}, product=DOWN)
    found = cleared(one_bus([80.0], [CHEAP, gas], commitments=[plant("gas")], **tables))
    assert found.welfare_usd == pytest.approx(-(40 * 20 + 40 * 50))


SOUND = two_zones(30.0, "west")
BROKEN = [
    ({"reserves": (Reserve("T", "spinning", None, 101.0, SHORT, "west"),)},
     "101.0 MW, but offers can hold 100.0 MW in zone 'west'", "lower requirement_mw"),
    ({"reserves": (Reserve("T", "spinning", None, 0.0, SHORT, "wset"),)},
     "'wset' is not in column 'zone'", "near: 'west'"),
    ({"reserve_offers": (ReserveOffer("T", "spinning", "cheap", bid="cheap"),)},
     "it names 'generator', 'bid'", "name one asset"),
    ({"reserve_products": (ReserveProduct("T", "spinning", "sideways"),)},
     "'sideways'", "'up'"),
    ({"reserve_products": (ReserveProduct("T", "spining"),)},
     "'spining' is not in table 'reserves'", "near: 'spinning'"),
    ({"reserve_products": (ReserveProduct("T", "spinning", minutes=0.0),)}, "0.0 min", "> 0"),
    ({"reserve_shortages": (ReserveShortage("T", "spinning", 1, 5.0, 300.0),)},
     "300.0 $/MWh, but what lies beyond the steps costs 200.0", "raise shortage_usd_per_mwh"),
    ({"reserve_shortages": (ReserveShortage("T", "spinning", 1, 5.0, 30.0),
                            ReserveShortage("T", "spinning", 2, 5.0, 20.0))},
     "20.0 $/MWh, but the step before costs more", "rising price"),
    ({"reserve_shortages": (ReserveShortage("T", "spinning", 2, 5.0, 30.0),)},
     "steps do not count 1, 2, 3", "number them anew"),
]  # fmt: skip


@pytest.mark.parametrize(("tables", "finding", "cure"), BROKEN, ids=lambda part: str(part)[:40])
def test_what_is_wrong_is_found_alone(tables, finding, cure):
    assert check_scenario(SOUND) == ()
    found = [f for f in check_scenario(SOUND.with_tables(tables)) if finding in f.finding]
    assert len(found) == 1
    assert cure in found[0].cure


@pytest.mark.parametrize("step", [1.0, -1.0])
def test_the_price_is_what_one_more_mw_costs(step):
    """Price of the zone and of the area: finite differences of the welfare, off any kink."""

    def welfare(west, everywhere):
        rows = (Reserve("T", "spinning", None, west, SHORT, "west"),
                Reserve("T", "spinning", None, everywhere, SHORT))  # fmt: skip
        return cleared(two_zones(30.0, "west").with_tables({"reserves": rows}))

    found = welfare(30.0, 125.0)
    for more, price in zip(
        ((30.0 + step, 125.0), (30.0, 125.0 + step)), prices(found)[1], strict=True
    ):
        assert (found.welfare_usd - welfare(*more).welfare_usd) / step == pytest.approx(price)
