"""Reserve that assets in a feeder hold for transmission, by arithmetic and by laws."""

import dataclasses

import numpy as np
import pytest

from market.coordination.methods.admm import Admm
from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.check import check_scenario
from scenarios.findings import InvalidInput
from scenarios.records import Bid, Offer, Reserve, ReserveOffer, ReserveProduct, Storage
from settlement import settle
from tests.market.reserve.one_feeder import SHORT, feeder
from validation import validate


def cleared(scenario, design=None, distribution="lindistflow"):
    """A sound day; every law of the validator and of the settlement holds."""
    assert check_scenario(scenario) == ()
    clearing = (design or Integrated()).clear(Operators(scenario, distribution=distribution))
    assert [check for check in validate(scenario, clearing) if not check.passed] == []
    settled = settle(scenario, clearing.tables, Nodal())
    assert settled.settlement_imbalance_usd == 0.0
    assert max(law.worst_usd for law in settled.checks) == pytest.approx(0.0, abs=1e-2)
    return clearing


def held(clearing):
    rows = clearing.frame("reserve_held")
    return rows.set_index("asset")["p_mw"].to_dict()


def crossing(clearing):
    return clearing.frame("boundary_reserve")[["p_mw", "price_usd_per_mwh"]].to_numpy().tolist()


DESIGNS = [Integrated(), Cmo(Schedules(gap_relative=1e-9))]


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("distribution", ["lindistflow", "transport"])
def test_a_feeder_holds_what_costs_less(design, distribution):
    """10 MW at 1 $ behind the boundary in place of 5 $: that is the price on both sides."""
    found = cleared(feeder(10.0), design, distribution)
    assert held(found) == pytest.approx({"chp": 10.0, "cheap": 0.0}, abs=1e-6)
    assert crossing(found) == [pytest.approx([10.0, 1.0])]
    assert found.welfare_usd == pytest.approx(-(82 * 20 + 10))


@pytest.mark.parametrize("design", DESIGNS)
def test_a_branch_limits_what_a_feeder_may_offer(design):
    """4 MW may leave over the branch and 2 are used behind it: 6 MW of 10, 4 from the cheap unit.

    Transmission pays 5 $ a MW; the plant gets its 1 $, and 4 $ are what the branch is worth, to its
    operator. Its rating counts in circle segments, one of whose corners is the active axis.
    """
    found = cleared(feeder(10.0, rating=4.0), design, "transport")
    assert held(found) == pytest.approx({"chp": 6.0, "cheap": 4.0})
    assert crossing(found) == [pytest.approx([6.0, 5.0])]
    worth = found.frame("reserve_held").set_index("asset")["price_usd_per_mwh"]
    assert worth["chp"] == pytest.approx(1.0)
    settled = settle(feeder(10.0, rating=4.0), found.tables, Nodal())
    rents = settled.rents.to_pandas().query("area == 'north' and kind == 'reserve_delivery'")
    assert rents["amount_usd"].sum() == pytest.approx(6 * 4.0)


def test_power_and_reserve_share_the_branch():
    """The plant may give 6 MW by energy and reserve together: 4 leave and 2 are used behind it.

    At 50 $ a MWh of it saves 20, and a MW of reserve, which the dear unit holds at 5 $, saves 4.
    If the cheap unit alone could hold it, a MW would cost 5 $ and the 30 that it forgoes.
    """
    scenario = feeder(10.0, rating=4.0)
    more = (dataclasses.replace(scenario.loads[0], p_mw=110.0), scenario.loads[1])
    others = ReserveOffer("T", "spin", "dear", price_usd_per_mwh=5.0)
    scenario = scenario.with_tables({"loads": more})
    both = scenario.with_tables({"reserve_offers": (*scenario.reserve_offers, others)})
    for day, power, reserve in ((both, 6.0, 0.0), (scenario, 0.0, 6.0)):
        found = cleared(day, distribution="transport")
        given = found.frame("dispatch").set_index("asset")["p_mw"]
        assert given["chp"] == pytest.approx(power, abs=1e-6)
        assert held(found)["chp"] == pytest.approx(reserve, abs=1e-6)


def test_downward_reserve_fills_the_branch_inwards():
    """The plant runs at 5 MW for 5 MW down; 4 MW may come in for the 2 of the load, so it is 5.

    Nothing binds: it exports 3 MW and imports 2 with its reserve used. With 1 MW of rating it may
    export 1 and import 1: it runs at 3 MW and holds 2.
    """
    down = {"direction": "down"}
    found = cleared(feeder(5.0, rating=4.0, product=down, reserve_offers=CHP), None, "transport")
    assert held(found)["chp"] == pytest.approx(5.0)
    found = cleared(feeder(5.0, rating=1.0, product=down, reserve_offers=CHP), None, "transport")
    assert held(found)["chp"] == pytest.approx(2.0)
    assert found.frame("reserve")["shortage_mw"].tolist() == pytest.approx([3.0])


CHP = (ReserveOffer("north", "spin", "chp", price_usd_per_mwh=1.0),)


def test_voltages_hold_with_reserve_used():
    """r = 0.1 p.u. on 10 MVA: v2 rises by 0.02 a MW exported, to 1.05^2 = 1.1025 at 5.125 MW.

    With 2 MW used behind the branch the plant may hold 7.125 MW.
    """
    scenario = feeder(10.0, reserve_offers=CHP)
    line = dataclasses.replace(scenario.branches[0], r_pu=0.1, x_pu=0.1)
    far = dataclasses.replace(scenario.buses[2], v_max_pu=1.05)
    scenario = scenario.with_tables({"branches": (line,), "buses": (*scenario.buses[:2], far)})
    found = cleared(scenario)
    assert held(found)["chp"] == pytest.approx(7.125)


def test_a_feeder_counts_in_the_zone_that_feeds_it():
    """The whole requirement is the west's, where the boundary is."""
    assert crossing(cleared(feeder(10.0, zone="west"))) == [pytest.approx([10.0, 1.0])]


def test_a_conventional_market_sees_nothing_behind_boundaries():
    """Transmission holds its 10 MW itself, at 5 $."""
    found = cleared(feeder(10.0), Conventional(), "transport")
    assert held(found) == pytest.approx({"cheap": 10.0})


def test_energy_alone_is_cleared_as_before():
    """Offers over boundaries of a product of which nothing is required change no number."""
    scenario = feeder(0.0)
    with_offers, without = (
        cleared(s, Cmo(), "transport")
        for s in (scenario, scenario.with_tables({"reserve_offers": scenario.reserve_offers[1:]}))
    )
    for table in ("lmp", "dispatch", "flow", "boundary"):
        assert with_offers.frame(table).equals(without.frame(table))


def battery_and_flexible_load(rng, hours):
    """A feeder of two buses with a battery, a flexible load and a plant, all of random size."""
    size = rng.uniform(2.0, 6.0)
    store = Storage("north", "cell", "d", size, size, 2 * size, 0.0, size, size, 0.95, 0.95)
    bid = Bid("north", "flex", "d", 0.0, float(rng.uniform(1.0, 4.0)), tan_phi=0.3)
    value = Offer("north", "flex", None, 1, 5.0, float(rng.uniform(15.0, 60.0)))
    holders = {"storage": "cell"}, {"bid": "flex"}, {"generator": "chp"}
    offers = [
        ReserveOffer("north", name, **holder, price_usd_per_mwh=float(rng.uniform(0.0, 3.0)))
        for name in ("up", "down")
        for holder in holders
    ]
    offers += [
        ReserveOffer("T", name, g, price_usd_per_mwh=float(rng.uniform(1.0, 6.0)))
        for name in ("up", "down")
        for g in ("cheap", "dear")
    ]
    scenario = feeder(0.0, rating=float(rng.uniform(4.0, 8.0)))
    load = [
        dataclasses.replace(r, p_mw=float(rng.uniform(0.5, 1.1)) * r.p_mw) for r in scenario.loads
    ]
    tables = {
        "storage": (store,),
        "bids": (bid,),
        "offers": (*scenario.offers, value),
        "loads": load,
        "reserves": tuple(Reserve("T", n, t, float(rng.uniform(2.0, 15.0)), SHORT)
                          for n in ("up", "down") for t in range(1, hours + 1)),
        "reserve_products": (ReserveProduct("T", "down", "down"),),
        "reserve_offers": tuple(offers),
    }  # fmt: skip
    return dataclasses.replace(scenario.with_tables(tables), hours=(1.0,) * hours)


@pytest.mark.parametrize("seed", range(4))
def test_coordinated_is_integrated_within_the_certified_gap(seed):
    scenario = battery_and_flexible_load(np.random.default_rng(seed), hours=3)
    best = cleared(scenario)
    found = cleared(scenario, Cmo())
    gap = found.certificate.upper_usd - found.certificate.lower_usd
    assert 0 <= best.welfare_usd - found.welfare_usd + 1e-6 <= gap + 1e-5 * abs(best.welfare_usd)
    assert found.certificate.upper_usd >= best.welfare_usd - 1e-5 * abs(best.welfare_usd)


@pytest.mark.parametrize("method", [Exchange(), Admm()])
def test_other_methods_agree_too(method):
    scenario = feeder(10.0, rating=4.0)
    best, found = cleared(scenario, None, "transport"), cleared(scenario, Cmo(method), "transport")
    assert found.welfare_usd == pytest.approx(best.welfare_usd, rel=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_a_marginal_holder_is_indifferent_between_energy_and_reserve(seed):
    """A plant that gives some and holds some, within its limits, earns as much by either."""
    scenario = battery_and_flexible_load(np.random.default_rng(seed), hours=1)
    found = cleared(scenario)
    rows = found.frame("reserve_held").query("kind == 'generator' and reserve == 'up'")
    price = {
        (o.area, o.generator): o.price_usd_per_mwh
        for o in scenario.reserve_offers
        if o.reserve == "up"
    }
    cost = {(o.area, o.owner): o.price_usd_per_mwh for o in scenario.offers}
    power = found.frame("dispatch").set_index(["area", "asset"])["p_mw"]
    lmp = found.frame("lmp").set_index(["area", "bus"])["lmp_usd_per_mwh"]
    bus = {(g.area, g.generator): (g.bus, g.p_max_mw) for g in scenario.generators}
    for row in rows.itertuples():
        key = row.area, row.asset
        at, most = bus[key]
        full = power[key] + row.p_mw > most - 1e-6
        if min(power[key], row.p_mw) > 1e-6 and full:
            by_energy = lmp[row.area, at] - cost[key]
            assert row.price_usd_per_mwh - price[key] == pytest.approx(by_energy, abs=1e-5)


def test_limits_of_a_boundary_that_carries_reserve_are_found():
    scenario = feeder(10.0)
    limited = (dataclasses.replace(scenario.boundaries[0], p_max_mw=5.0),)
    (found,) = check_scenario(scenario.with_tables({"boundaries": limited}))
    assert "assets behind it may hold reserve of transmission" in found.finding
    assert "leave both limits null" in found.cure


def test_losses_are_refused_where_reserve_must_be_deliverable():
    with pytest.raises(InvalidInput, match="problem") as refused:
        Operators(feeder(10.0), distribution="branch_flow_cone")
    (found,) = refused.value.findings
    assert "its physics is not linear" in found.finding
    assert "'lindistflow'" in found.cure
