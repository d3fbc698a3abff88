"""Spinning reserve beside energy, by arithmetic."""

import dataclasses

import pytest

from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from scenarios.check import check_scenario
from scenarios.records import Reserve, ReserveOffer
from tests.market.commitment.one_bus import one_bus, plant, unit

SHORT = 200.0  # $/MWh
CHEAP, DEAR = unit("cheap", 100.0, 20.0), unit("dear", 100.0, 50.0)


def spinning(*holders, mw=30.0, **offer):
    """Tables of one reserve that some generators may hold."""
    return {
        "reserves": (Reserve("T", "spinning", None, mw, SHORT),),
        "reserve_offers": tuple(ReserveOffer("T", "spinning", g, **offer) for g in holders),
    }


def prices(clearing):
    lmp = clearing.frame("lmp")["lmp_usd_per_mwh"].tolist()
    return lmp, clearing.frame("reserve")["price_usd_per_mwh"].tolist()


@pytest.mark.parametrize("design", [Integrated(), Conventional()])
def test_reserve_lifts_the_price_of_energy_by_its_opportunity_cost(cleared, design):
    """Only the cheap unit may hold 30 MW: 70 MW from it and 10 from the dear one, at 50 $.

    A MW of reserve moves a MW of energy from 20 $ to 50 $: 30 $, which the holder forgoes.
    """
    found = cleared(one_bus([80.0], [CHEAP, DEAR], **spinning("cheap")), design)
    assert prices(found) == (pytest.approx([50.0]), pytest.approx([30.0]))
    assert found.welfare_usd == pytest.approx(-(70 * 20 + 10 * 50))


def test_reserve_that_does_not_bind_is_free(cleared):
    """60 MW of energy leave 40 for 30 MW of reserve: the energy costs 20 $, the reserve nothing."""
    found = cleared(one_bus([60.0], [CHEAP, DEAR], **spinning("cheap")), Integrated())
    assert prices(found) == (pytest.approx([20.0]), pytest.approx([0.0]))


def test_an_offer_of_reserve_has_its_price(cleared):
    """At 3 $/MWh from either unit reserve is held for 90 $, and costs 3 $ at the margin."""
    tables = spinning("cheap", "dear", price_usd_per_mwh=3.0)
    found = cleared(one_bus([60.0], [CHEAP, DEAR], **tables), Integrated())
    assert prices(found) == (pytest.approx([20.0]), pytest.approx([3.0]))
    assert found.welfare_usd == pytest.approx(-60 * 20 - 90)


def test_shortage_is_priced(cleared):
    """10 of 30 MW can be held beside 90 MW of energy: 20 MW are short at 200 $.

    A MW more of energy takes a MW from the reserve: 20 $ and 200 $.
    """
    found = cleared(one_bus([90.0], [CHEAP], **spinning("cheap")), Integrated())
    assert prices(found) == (pytest.approx([220.0]), pytest.approx([200.0]))
    assert found.frame("reserve")["shortage_mw"].tolist() == pytest.approx([20.0])
    assert found.welfare_usd == pytest.approx(-90 * 20 - 20 * SHORT)
    assert "area 'T': 20.000 MWh of reserve 'spinning' are not held" in found.outcome


def test_a_plant_is_started_for_reserve_alone(cleared, on):
    """10 MW at least from the plant at 50 $ in place of 20 $: 300 $, cheaper than any shortage."""
    scenario = one_bus(
        [60.0],
        [CHEAP, unit("gas", 40.0, 50.0, least=10.0)],
        commitments=[plant("gas")],
        **spinning("gas"),
    )
    found = cleared(scenario, Integrated())
    assert on(found, "gas") == [1]
    assert found.welfare_usd == pytest.approx(-(50 * 20 + 10 * 50))


def test_reserve_is_within_the_ramp(cleared):
    """A plant at 10 MW that rises by 15 MW an hour holds 15 of its 30 MW; 5 of 20 are short."""
    scenario = one_bus(
        [60.0],
        [CHEAP, unit("gas", 40.0, 50.0, least=10.0)],
        commitments=[plant("gas", ramp_up_mw_per_h=15.0, on_before=True, p_before_mw=10.0)],
        **spinning("gas", mw=20.0),
    )
    found = cleared(scenario, Integrated())
    assert found.frame("reserve_held")["p_mw"].tolist() == pytest.approx([15.0])
    assert found.frame("reserve")["shortage_mw"].tolist() == pytest.approx([5.0])


def test_a_generator_that_is_always_on_keeps_its_ramp_free(cleared):
    """It rose from 20 to 40 MW with a ramp of 25 MW/h: 5 MW are left for reserve."""
    ramped = dataclasses.replace(CHEAP[0], ramp_mw_per_h=25.0, p_initial_mw=20.0)
    found = cleared(
        one_bus([40.0], [(ramped, CHEAP[1])], **spinning("cheap", mw=5.0)), Integrated()
    )
    assert found.frame("reserve_held")["p_mw"].tolist() == pytest.approx([5.0])
    assert found.frame("reserve")["shortage_mw"].tolist() == pytest.approx([0.0])


SOUND = one_bus([60.0, 60.0], [CHEAP, DEAR], **spinning("cheap"))
BROKEN = [
    (spinning("cheap", mw=101.0), "101.0 MW, but offers can hold 100.0 MW", "lower requirement_mw"),
    (spinning("cheap", mw=-1.0), "-1.0 MW", "must be >= 0"),
    (spinning("cheap", "chaep"), "'chaep' is not in table 'generators'", "near: 'cheap'"),
    (
        {"reserves": (Reserve("T", "spinning", 1, 30.0, SHORT),)},
        "no requirement for period 2",
        "set period to null",
    ),
    (
        {"reserves": tuple(Reserve("T", "spinning", t, 30.0, SHORT) for t in (1, 2, 3))},
        "period 3 is not in the day of 2",
        "from 1 to 2",
    ),
    (
        {"reserves": tuple(Reserve("T", "spinning", t, 30.0, SHORT) for t in (None, 1))},
        "there is also one for every period",
        "keep one kind",
    ),
]


@pytest.mark.parametrize(("tables", "finding", "cure"), BROKEN, ids=lambda part: str(part)[:40])
def test_what_is_wrong_is_found_alone(tables, finding, cure):
    (found,) = check_scenario(SOUND.with_tables(tables))
    assert finding in found.finding
    assert cure in found.cure
