"""Grid fees by arithmetic: who pays what to whom, and that nothing else moves."""

import dataclasses

import pytest

from market.designs.local_wholesale import LocalWholesale
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from market.pricing.retail import Retail
from scenarios.fees import Fee
from scenarios.systems import build_system
from settlement import settle
from studies.runs.without_offers import incentive_tables, without_offers
from validation import fees_are_as_stated

GRID, NORTH = "grid", "north"


@pytest.fixture
def feeder(day):
    """Two hours of half an hour and one: homes draw 12 and 8 MW, PV gives 2 and 5, a battery
    charges 1 and gives 2; the rest, 11 and 1 MW, comes over the boundary. All prices are 50 $/MWh.
    """
    d = day(hours=(0.5, 1.0))
    d.bus(GRID, "a")
    d.area(NORTH, "a")
    d.bus(NORTH, "root")
    for t, homes, pv, battery in ((1, 12.0, 2.0, -1.0), (2, 8.0, 5.0, 2.0)):
        taken = homes - pv - battery
        d.row("generator", GRID, "unit", "a", taken, cost=50.0 * taken * d.hours[t - 1], t=t)
        d.row("load", NORTH, "homes", "root", homes, t=t)
        d.row("generator", NORTH, "pv", "root", pv, t=t)
        d.row("storage", NORTH, "battery", "root", battery, t=t)
        d.price(GRID, "a", 50.0, t=t)
        d.price(NORTH, "root", 50.0, t=t)
        d.cross(NORTH, taken, 50.0, t=t)
    return d


def charged(feeder, *fees, cost=None, rule=None):
    """The day settled with these fees; every law of a settlement holds, by both codes."""
    scenario, tables = feeder.cleared()
    areas = [
        dataclasses.replace(a, grid_cost_usd=cost if a.area == NORTH else None)
        for a in scenario.areas
    ]
    scenario = scenario.with_tables({"fees": fees, "areas": areas})
    found = settle(scenario, tables, rule or Nodal())
    assert all(law.worst_usd < 0.00501 for law in found.checks)
    assert found.settlement_imbalance_usd == 0.0
    assert found.net_surplus_usd == pytest.approx(found.welfare_usd)
    assert fees_are_as_stated(scenario, {**tables, "ledger": found.ledger}).passed
    return found


def fees_of(found):
    """{(period, payer, payee, product): $} of the ledger's fees."""
    return {
        (r["period"], r["payer"], r["payee"], r["product"]): r["amount_usd"]
        for r in found.ledger.to_pylist()
        if r["product"].endswith("_fee")
    }


def statement(found, asset, area=NORTH):
    rows = found.statement.to_pylist()
    return next(r for r in rows if (r["area"], r["asset"]) == (area, asset))


def test_energy_is_charged_in_its_period(feeder):
    """Homes draw 12 MW x 0.5 h and 8 MWh: 6 x 7 = 42 and 8 x 7 = 56 $."""
    found = charged(feeder, Fee(NORTH, "use", "consumer", withdrawn_usd_per_mwh=7.0))
    assert fees_of(found) == {
        (1, "load:north/homes", "dso:north", "energy_fee"): 42.0,
        (2, "load:north/homes", "dso:north", "energy_fee"): 56.0,
    }


def test_what_is_fed_in_has_a_rate_of_its_own(feeder):
    """The battery draws 0.5 MWh at 4 $ and feeds in 2 MWh at 3 $: 2 and 6 $."""
    fee = Fee(NORTH, "store", "storage", withdrawn_usd_per_mwh=4.0, injected_usd_per_mwh=3.0)
    assert fees_of(charged(feeder, fee)) == {
        (1, "storage:north/battery", "dso:north", "energy_fee"): 2.0,
        (2, "storage:north/battery", "dso:north", "energy_fee"): 6.0,
    }


def test_the_peak_and_the_day_are_charged_at_the_end(feeder):
    """Homes peak at 12 MW, PV at 5 MW: 12 x 3 + 10 and 5 x 3 + 10 $, when the day is over."""
    fees = [Fee(NORTH, p, p, peak_usd_per_mw=3.0, fixed_usd=10.0) for p in ("load", "generator")]
    assert fees_of(charged(feeder, *fees)) == {
        (2, "load:north/homes", "dso:north", "peak_fee"): 36.0,
        (2, "load:north/homes", "dso:north", "fixed_fee"): 10.0,
        (2, "generator:north/pv", "dso:north", "peak_fee"): 15.0,
        (2, "generator:north/pv", "dso:north", "fixed_fee"): 10.0,
    }


def test_who_is_named_twice_pays_both(feeder):
    """A fee of all consumers and one of the homes alone: 5 + 2 $/MWh, in one entry."""
    found = charged(
        feeder,
        Fee(NORTH, "all", "consumer", withdrawn_usd_per_mwh=5.0),
        Fee(NORTH, "some", "load", "homes", withdrawn_usd_per_mwh=2.0),
        Fee(GRID, "elsewhere", "consumer", withdrawn_usd_per_mwh=100.0),
    )
    assert set(fees_of(found).values()) == {42.0, 56.0}


def test_distribution_pays_for_its_boundary(feeder):
    """It draws 11 MW x 0.5 h and 1 MWh: 5.5 x 2 and 1 x 2 $, and 11 MW x 4 $."""
    fee = Fee(GRID, "use", "boundary", withdrawn_usd_per_mwh=2.0, peak_usd_per_mw=4.0)
    found = charged(feeder, fee)
    assert fees_of(found) == {
        (1, "dso:north", "tso", "energy_fee"): 11.0,
        (2, "dso:north", "tso", "energy_fee"): 2.0,
        (2, "dso:north", "tso", "peak_fee"): 44.0,
    }


def test_a_bill_has_energy_margin_and_fees(feeder):
    """14 MWh: 700 $ at the market, by the tariff 20 $/MWh more, and 98 + 36 + 10 $."""
    fee = Fee(NORTH, "use", "load", None, 7.0, 0.0, 3.0, 10.0)
    bill = statement(charged(feeder, fee, rule=Retail(70.0)), "homes")
    parts = ("energy_usd", "retail_usd", "energy_fee_usd", "peak_fee_usd", "fixed_fee_usd")
    assert [bill[name] for name in parts] == [-700.0, -280.0, -98.0, -36.0, -10.0]
    assert bill["received_usd"] == -1124.0
    assert (bill["consumed_mwh"], bill["peak_mw"]) == (14.0, 12.0)


def test_what_a_resource_gains_before_and_after_fees(feeder):
    """PV sells 6 MWh at 50 $; it pays 1 $/MWh."""
    found = charged(feeder, Fee(NORTH, "in", "producer", injected_usd_per_mwh=1.0))
    told = statement(found, "pv")
    assert (told["before_fees_usd"], told["surplus_usd"]) == (300.0, 294.0)
    of_surplus = [r["surplus_usd"] for r in found.surplus.to_pylist() if r["asset"] == "pv"]
    assert sum(of_surplus) == pytest.approx(294.0)


def test_an_operator_recovers_its_cost(feeder):
    """98 $ from homes less 13 $ to the TSO, of a cost of 100 $: 15 $ are lacking."""
    found = charged(
        feeder,
        Fee(NORTH, "use", "load", withdrawn_usd_per_mwh=7.0),
        Fee(GRID, "use", "boundary", withdrawn_usd_per_mwh=2.0),
        cost=100.0,
    )
    own = {r["area"]: r for r in found.grid_account.to_pylist()}
    told = [own[NORTH][f"{name}_usd"] for name in ("revenue", "upstream", "cost", "balance")]
    assert told == [98.0, 13.0, 100.0, -15.0]
    assert (own[GRID]["revenue_usd"], own[GRID]["balance_usd"]) == (13.0, None)


def test_fees_are_a_rent_of_their_own(feeder):
    found = charged(feeder, Fee(NORTH, "use", "load", withdrawn_usd_per_mwh=7.0))
    kept = [r for r in found.rents.to_pylist() if r["kind"] == "fees" and r["area"] == NORTH]
    assert [r["amount_usd"] for r in kept] == [42.0, 56.0]


def test_money_of_fees_flows_to_the_grid(feeder):
    found = charged(feeder, Fee(NORTH, "use", "load", withdrawn_usd_per_mwh=7.0))
    flows = {(r["from_group"], r["to_group"]): r["amount_usd"] for r in found.money.to_pylist()}
    assert flows["DSO north", "grid fees"] == 98.0
    assert ("DSO north", "rents of DSOs") not in flows


@pytest.mark.parametrize("off", [-0.05, 0.05])
def test_a_fee_that_is_not_as_stated_is_found(feeder, off):
    scenario, tables = feeder.cleared()
    told = scenario.with_tables({"fees": [Fee(NORTH, "use", "load", withdrawn_usd_per_mwh=7.0)]})
    ledger = settle(told, tables, Nodal()).ledger
    rows = ledger.to_pandas()
    rows.loc[rows["product"] == "energy_fee", "amount_usd"] += off
    changed = {**tables, "ledger": ledger.from_pandas(rows, ledger.schema, preserve_index=False)}
    found = fees_are_as_stated(told, changed)
    assert not found.passed
    assert "load:north/homes" in found.where


def test_fees_balance_on_any_day(any_day):
    """Random days with all kinds of fees: the ledger balances to the cent, both codes agree."""
    scenario, tables = any_day
    names = [a.area for a in scenario.areas]
    fees = [
        Fee(area, payer, payer, None, 3.0 + n, 1.7 * n, 11.3, 4.56)
        for n, area in enumerate(names)
        for payer in ("consumer", "producer", "storage")
    ]
    fees.append(Fee(GRID, "met", "boundary", None, 2.345, 0.4, 6.7, 8.9))
    told = scenario.with_tables({"fees": fees})
    found = settle(told, tables, Nodal())
    assert found.settlement_imbalance_usd == 0.0
    assert all(law.worst_usd < 0.00501 for law in found.checks if "rent" not in law.name)
    assert found.net_surplus_usd == pytest.approx(settle(scenario, tables, Nodal()).net_surplus_usd)
    assert fees_are_as_stated(told, {**tables, "ledger": found.ledger}).passed


def test_incentives_are_shown_before_and_after_fees():
    """Fees are a part of no incentive but those that say so: profit less fees in both days."""
    plain = build_system("local-wholesale")
    fees = [
        Fee("D10", "in", "generator", None, 0.0, 3.0, 40.0, 5.0),
        Fee("D10", "asked", "generator", None, 0.0, 1.0, in_bids=True),
    ]
    charged = plain.with_tables({"fees": fees})
    operators = Operators(charged)
    design = LocalWholesale()
    clearing, without = design.clear(operators), without_offers(design, operators)
    both = [settle(charged, c.tables, Nodal()) for c in (clearing, without)]
    told = incentive_tables(charged, clearing, both[0], without, Nodal())["incentive_of_day"]
    assert len(told) > 0
    for row in told.to_pylist():
        own = [statement(one, row["asset"], row["area"]) for one in both]
        bid = [1.0 * one["produced_mwh"] * (row["area"] == "D10") for one in own]
        assert row["profit_usd"] == pytest.approx(own[0]["before_fees_usd"] - bid[0])
        assert row["profit_after_fees_usd"] == pytest.approx(own[0]["surplus_usd"])
        gain = own[0]["surplus_usd"] - own[1]["surplus_usd"]
        assert row["i1_after_fees_usd"] == pytest.approx(gain)
        assert row["individually_rational"]
