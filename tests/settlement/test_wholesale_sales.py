"""Wholesale sales of local generators: what they net under both rules, and at whose cost."""

from dataclasses import replace

import numpy as np
import pytest

from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.local_wholesale import LocalWholesale
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.pricing import PREMIUM, WHEELING
from scenarios.systems import build_system
from settlement import settle
from settlement.incentives import incentives, incentives_of_day, who_pays
from settlement.split import change_by_group

METHOD = Schedules(gap_relative=1e-10, max_rounds=100)


@pytest.fixture(scope="module")
def day():
    """System A with light load in distribution: cleared with shares of 0.5, and with none."""
    system = build_system("A")
    light = (
        r if r.area == "T" else replace(r, p_mw=0.3 * r.p_mw, q_mvar=0.3 * r.q_mvar)
        for r in system.loads
    )
    scenario = replace(system, loads=tuple(light))
    market = Operators(scenario, distribution="transport")
    cleared = [LocalWholesale(METHOD, gamma=g).clear(market).tables for g in (0.5, 0.0)]
    return scenario, *cleared


@pytest.fixture(scope="module", params=["supporting", "bb_price", "dlmp"])
def settled(request, day):
    scenario, tables, without = day
    return request.param, *(settle(scenario, t, Nodal(request.param)) for t in (tables, without))


def test_every_law_of_the_settlement_holds(settled):
    _, with_sales, _ = settled
    assert with_sales.settlement_imbalance_usd == 0.0
    for law in with_sales.checks:
        assert law.worst_usd < 0.01, law


def test_groups_add_up_to_welfare_in_every_period(settled):
    _, with_sales, _ = settled
    split = with_sales.welfare_split.to_pandas().groupby("period")["surplus_usd"].sum()
    parties = with_sales.surplus.to_pandas().groupby("period")["surplus_usd"].sum()
    assert split.to_numpy() == pytest.approx(parties.to_numpy(), rel=1e-9)
    assert split.sum() == pytest.approx(with_sales.welfare_usd, rel=1e-9)


def test_a_sale_nets_the_boundary_price_or_the_local_one(day, settled):
    """Premiums of the ledger add up to sales times the difference of prices, or to nothing."""
    scenario, tables, _ = day
    rule, with_sales, without = settled
    booked = with_sales.ledger.to_pandas()
    paid = booked[booked["product"] == PREMIUM]["amount_usd"].sum()
    back = booked[booked["product"] == WHEELING]["amount_usd"].sum()
    by_period = incentives(scenario, tables, with_sales, without).to_pandas()
    assert by_period["i3_usd"].sum() > 10.0
    assert paid == pytest.approx(by_period["i3_usd"].sum(), abs=0.01 * len(booked))
    assert back == pytest.approx(paid if rule == "dlmp" else 0.0, abs=0.01 * len(booked))


def test_sales_earn_the_price_that_the_rule_gives(day, settled):
    """The wholesale price; that of the own bus under `dlmp`."""
    scenario, tables, _ = day
    rule, with_sales, without = settled
    rows = incentives(scenario, tables, with_sales, without).to_pandas()
    price = rows["local_usd_per_mwh" if rule == "dlmp" else "wholesale_usd_per_mwh"]
    earned = rows["revenue_wholesale_usd"].to_numpy()
    assert earned == pytest.approx((rows["cleared_mwh"] * price).to_numpy(), abs=1e-6)


def test_profit_is_the_surplus_of_the_generator(day, settled):
    scenario, tables, _ = day
    _, with_sales, without = settled
    rows = incentives(scenario, tables, with_sales, without).to_pandas()
    own = with_sales.surplus.to_pandas().query("kind == 'producer'")
    party = "generator:" + rows["area"] + "/" + rows["asset"]
    by_party = own.set_index(["period", "party"])["surplus_usd"]
    booked = [by_party[key] for key in zip(rows["period"], party, strict=True)]
    assert rows["profit_usd"].to_numpy() == pytest.approx(np.array(booked), abs=1e-9)


def test_nobody_loses_by_offering_and_sales_never_earn_less_than_home(day, settled):
    scenario, tables, _ = day
    _, with_sales, without = settled
    by_period = incentives(scenario, tables, with_sales, without)
    both = with_sales, without
    of_day = incentives_of_day(by_period, tables["wholesale_share"], *both).to_pandas()
    assert of_day["individually_rational"].all()
    assert (of_day["i1_usd"] > 0).all()
    assert (by_period.to_pandas()["i3_usd"] >= -1e-4).all()


def test_what_groups_gain_and_lose_adds_up_to_the_change_of_welfare(settled):
    _, with_sales, without = settled
    rows = who_pays(with_sales.welfare_split, without.welfare_split).to_pandas()
    change = with_sales.welfare_usd - without.welfare_usd
    assert change > 50.0
    assert rows["change_usd"].sum() == pytest.approx(change, rel=1e-6)


def test_the_dso_bears_the_premium(day):
    """What it pays on top of local prices under the one rule it keeps under the other."""
    scenario, tables, _ = day
    kept = {
        rule: settle(scenario, tables, Nodal(rule)).surplus.to_pandas().query("kind == 'dso'")
        for rule in ("bb_price", "dlmp")
    }
    sums = {rule: rows["surplus_usd"].sum() for rule, rows in kept.items()}
    premium = settle(scenario, tables, Nodal()).ledger.to_pandas().query("product == @PREMIUM")
    paid = premium["amount_usd"].sum()
    assert sums["dlmp"] - sums["bb_price"] == pytest.approx(paid, abs=0.01 * len(premium))


@pytest.fixture(scope="module")
def four_cases():
    """System A at its four hours: surplus of areas and welfare by hour, for chi and coordinated."""
    scenario = build_system("A")
    market = Operators(scenario, distribution="transport")
    designs = {chi: Conventional(float(chi)) for chi in (70, 85, 100, 115)}
    found = {}
    for name, design in {**designs, "cmo": Cmo(METHOD)}.items():
        settled = settle(scenario, design.clear(market).tables, Nodal())
        found[name] = (
            settled.welfare_split.to_pandas().groupby("period")["surplus_usd"].sum(),
            settled.area_surplus.to_pandas().pivot_table("surplus_usd", "period", "area"),
        )
    return found


@pytest.mark.parametrize("chi", [70, 85, 100, 115])
def test_coordination_beats_every_conventional_case_in_every_hour(four_cases, chi):
    loss = four_cases["cmo"][0] - four_cases[chi][0]
    assert (loss >= -1e-3).all()
    assert loss.sum() > 100.0


@pytest.mark.parametrize("chi", [85, 100])
def test_withheld_demand_can_pay_the_dsos(four_cases, chi):
    """At hour 6 every DSO earns 0.2 to 1.0 $/h more than in the efficient market."""
    more = four_cases[chi][1].loc[6] - four_cases["cmo"][1].loc[6]
    assert (more > 0.1).all()
    assert (more < 1.1).all()


def test_a_waterfall_ends_at_the_change_of_welfare(day):
    scenario, tables, without = day
    splits = [settle(scenario, t, Nodal()).welfare_split for t in (without, tables)]
    change = change_by_group(*splits)
    welfare = [s.to_pandas()["surplus_usd"].sum() for s in splits]
    assert change["change_usd"].sum() == pytest.approx(welfare[1] - welfare[0], rel=1e-9)


def test_a_slash_in_an_area_changes_no_incentive(day, settled):
    scenario, tables, without = day
    rule, with_sales, settled_without = settled
    plain = incentives(scenario, tables, with_sales, settled_without).to_pandas()
    slashed, *both = (with_slash(scenario, t, "D10") for t in (tables, without))
    own = [settle(named, t, Nodal(rule)) for named, t in (slashed, *both)]
    found = incentives(slashed[0], slashed[1], *own).to_pandas()
    assert set(found["area"]) == set(plain["area"].replace("D10", "North/D10"))
    numbers = plain.select_dtypes("number").columns
    assert np.array_equal(plain[numbers], found[numbers], equal_nan=True)


def with_slash(scenario, tables, area):
    """Scenario and tables in which an area has a slash in its name."""

    def renamed(row):
        return replace(row, area=f"North/{area}") if row.area == area else row

    names = ("areas", "buses", "branches", "generators", "offers", "loads", "bids", "boundaries")
    held = {name: tuple(map(renamed, getattr(scenario, name))) for name in names}
    frames = {}
    for name, table in tables.items():
        frame = table.to_pandas()
        if "area" in frame:
            frame["area"] = frame["area"].replace(area, f"North/{area}")
        frames[name] = table.from_pandas(frame, table.schema, preserve_index=False)
    return replace(scenario, **held), frames
