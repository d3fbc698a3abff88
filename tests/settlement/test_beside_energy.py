"""Reserve and plants that are made whole, and who pays for them, by arithmetic."""

import dataclasses

import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from market.pricing.pay_as_bid import PayAsBid
from scenarios.records import (
    DISTRIBUTION,
    SLACK,
    Area,
    Boundary,
    Bus,
    Load,
    Reserve,
    ReserveOffer,
)
from settlement import settle
from tests.market.commitment.one_bus import one_bus, plant, start, unit
from validation import validate

GAS = [unit("base", 50.0, 20.0), unit("gas", 40.0, 50.0, least=10.0)]


def settled(scenario, rule=None):
    """Settle the integrated day; every law of the settlement and of the clearing holds."""
    clearing = Integrated().clear(Operators(scenario, mip_gap=0.0))
    assert all(check.passed for check in validate(scenario, clearing))
    found = settle(scenario, clearing.tables, rule or Nodal())
    assert all(law.worst_usd < 1e-6 or "ledger" in law.name for law in found.checks)
    assert found.settlement_imbalance_usd == 0.0
    assert found.net_surplus_usd == pytest.approx(clearing.welfare_usd)
    return found


def paid(found, product):
    rows = found.ledger.to_pandas()
    rows = rows[rows["product"] == product]
    return {(r.period, r.payer, r.payee): r.amount_usd for r in rows.itertuples()}


LOSING = one_bus([55.0, 30.0], GAS, commitments=[plant("gas")], startups=start("gas", (1.0, 100.0)))


@pytest.mark.parametrize(
    ("rule", "lost"), [(Nodal(), 400.0), (PayAsBid(), 100.0)], ids=["lmp", "pay_as_bid"]
)
def test_a_plant_is_made_whole(rule, lost):
    """For 5 MW that the base unit lacks, the plant runs 10 MW for an hour: 500 $, and 100 to start.

    The base unit sets the price of 20 $: the plant earns 200 $ and loses 400. Paid as bid it earns
    500 $ and loses its start. The load pays what is lost when the day is over.
    """
    found = settled(LOSING, rule)
    assert paid(found, "make_whole") == {(2, "tso", "generator:T/gas"): pytest.approx(lost)}
    assert paid(found, "uplift") == {(2, "load:T/load", "tso"): pytest.approx(lost)}


def test_a_plant_that_earns_its_cost_gets_no_more():
    """All 90 MW run and 5 are not served: the price is that of lost load."""
    scenario = one_bus([95.0], GAS, commitments=[plant("gas")])
    found = settled(scenario)
    assert paid(found, "make_whole") == paid(found, "uplift") == {}


def test_reserve_is_paid_its_price_by_those_who_take_energy():
    """30 MW held at 30 $: 900 $ from the only load."""
    tables = {
        "reserves": (Reserve("T", "spinning", None, 30.0, 200.0),),
        "reserve_offers": (ReserveOffer("T", "spinning", "cheap"),),
    }
    scenario = one_bus([80.0], [unit("cheap", 100.0, 20.0), unit("dear", 100.0, 50.0)], **tables)
    found = settled(scenario)
    assert paid(found, "reserve") == {(1, "tso", "generator:T/cheap"): pytest.approx(900.0)}
    assert paid(found, "uplift") == {(1, "load:T/load", "tso"): pytest.approx(900.0)}


def test_shortage_is_a_cost_of_the_operator():
    """20 of 30 MW are short at 200 $: 4,000 $ are part of the welfare and of what the TSO bears."""
    tables = {
        "reserves": (Reserve("T", "spinning", None, 30.0, 200.0),),
        "reserve_offers": (ReserveOffer("T", "spinning", "cheap"),),
    }
    found = settled(one_bus([90.0], [unit("cheap", 100.0, 20.0)], **tables))
    rows = found.surplus.to_pandas()
    assert rows[rows["party"] == "tso"]["value_usd"].tolist() == pytest.approx([-4000.0])


def test_a_feeder_passes_on_its_part():
    """A third of 60 MW is taken by a feeder: it pays a third of what is lost, and collects it."""
    scenario = one_bus([40.0], GAS, commitments=[plant("gas", must_run=True)])
    below = dataclasses.replace(
        scenario,
        areas=(*scenario.areas, Area("D", DISTRIBUTION, 10.0, "A")),
        buses=(*scenario.buses, Bus("D", "r", 10.0, 0.9, 1.1, kind=SLACK)),
        loads=(*scenario.loads, Load("D", "village", "r", 20.0)),
        boundaries=(Boundary("B", "b", "D", "r"),),
    )
    found = settled(below)
    uplift, lost = paid(found, "uplift"), paid(found, "make_whole")[1, "tso", "generator:T/gas"]
    assert uplift[1, "load:T/load", "tso"] == pytest.approx(lost * 2 / 3, abs=0.01)
    assert uplift[1, "dso:D", "tso"] == pytest.approx(lost / 3, abs=0.01)
    assert uplift[1, "load:D/village", "dso:D"] == pytest.approx(lost / 3, abs=0.01)
