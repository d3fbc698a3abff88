"""Zonal markets and redispatch: two buses by hand, and the laws on random systems."""

from dataclasses import replace

import numpy as np
import pytest

from formulations.networks.flow_based import zonal_sensitivity
from market.designs.integrated import Integrated
from market.designs.wholesale_only import WholesaleOnly
from market.designs.zonal import Zonal
from market.operators.operators import Operators
from market.pricing.two_settlement import TwoSettlement
from settlement import settle
from settlement.redispatched import redispatched
from tests.market.two_zones import two_zones

SEEDS = range(3)


def in_zones(scenario, zone):
    """The scenario with a zone, by its number, for every transmission bus."""
    buses = tuple(
        replace(b, zone=zone(int(b.bus[1:]))) if b.area == "T" else b for b in scenario.buses
    )
    return replace(scenario, buses=buses)


def halves(scenario):
    size = sum(b.area == "T" for b in scenario.buses)
    return in_zones(scenario, lambda n: "east" if n < size / 2 else "west")


@pytest.fixture(scope="module")
def one_zone():
    """130 MW at b: a1 and a2 sell 60 MW each, b1 10 MW at 50 $; the line carries 70 MW.

    Redispatch takes 50 MW at 25 $ from a2 and asks 50 MW at 50 $ of b1: 1250 $ more.
    """
    scenario = two_zones()
    return scenario, Zonal().clear(Operators(scenario))


def test_the_zone_has_the_price_of_its_last_unit(one_zone):
    assert one_zone[1].frame("schedule_lmp")["lmp_usd_per_mwh"].tolist() == pytest.approx([50, 50])


def test_redispatch_ends_at_nodal_prices(one_zone):
    assert one_zone[1].frame("lmp")["lmp_usd_per_mwh"].tolist() == pytest.approx([25.0, 50.0])
    assert one_zone[1].redispatch_usd == pytest.approx(1250.0)


@pytest.mark.parametrize("moved", ["cost_based", "market_based"])
def test_the_operator_pays_for_redispatch(one_zone, moved):
    """It gets 1250 $ back from a2 and pays 2500 $ to b1; the load pays 130 MWh at 50 $."""
    scenario, cleared = one_zone
    surplus = settle(scenario, cleared.tables, TwoSettlement(moved)).surplus.to_pandas()
    gained = surplus.set_index("party")["received_usd"]
    assert gained["tso"] == pytest.approx(-1250.0)
    assert gained["load:T/town"] == pytest.approx(-6500.0)
    assert gained["generator:T/a2"] == pytest.approx(60 * 50 - 50 * 25)


def test_a_unit_that_is_never_needed_earns_by_being_bought_back(one_zone):
    """a3 costs 60 $: offered below 50 $ it sells 60 MW at 50 $ and buys them back at 25 $."""
    scenario, cleared = one_zone
    rows = redispatched(scenario, cleared.tables).to_pandas().set_index("asset")
    assert rows.loc["a3", "anticipation_usd"] == pytest.approx(60 * (50 - 25))
    assert rows.loc[["a1", "a2", "b1"], "anticipation_usd"].tolist() == pytest.approx([0, 0, 0])


def test_two_zones_trade_what_their_capacity_allows():
    """40 MW come from a at 10 $, 90 MW are made at b at 50 $: the capacity earns 1600 $."""
    scenario = two_zones(zones=("a", "b"), capacity_mw=40.0)
    cleared = Zonal().clear(Operators(scenario))
    exchange = cleared.frame("exchange").iloc[0]
    assert (exchange["p_mw"], exchange["rent_usd"]) == pytest.approx((40.0, 1600.0))
    assert cleared.frame("schedule_lmp")["lmp_usd_per_mwh"].tolist() == pytest.approx([10, 50])


def test_without_a_capacity_a_border_has_a_share_of_its_lines():
    cleared = Zonal(tie_share=0.5).clear(Operators(two_zones(zones=("a", "b"))))
    assert cleared.frame("exchange")["p_mw"].tolist() == pytest.approx([35.0])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("keys", ["flat", "capacity", "base_dispatch"])
def test_with_one_bus_a_zone_flow_based_is_nodal(seed, keys, random_scenario, clear):
    """What zones schedule is then what a market schedules that sees transmission's network."""
    scenario = in_zones(random_scenario(seed, congested=True, storage=True), str)
    zonal = clear(scenario, Zonal("flow_based", shift_keys=keys))
    nodal = clear(scenario, WholesaleOnly())
    planned = [c.welfare_usd + c.redispatch_usd for c in (zonal, nodal)]
    assert planned[0] == pytest.approx(planned[1], rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("coupling", ["ntc", "flow_based"])
def test_one_zone_without_limits_is_a_copper_plate(seed, coupling, random_scenario, clear):
    drawn = random_scenario(seed, storage=True)  # no branch has a rating
    scenario = in_zones(drawn, lambda _: None)
    prices = clear(scenario, Zonal(coupling)).frame("schedule_lmp")
    spread = prices.groupby("period")["lmp_usd_per_mwh"].agg(np.ptp)
    assert spread.max() < 1e-6


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("coupling", ["ntc", "flow_based"])
def test_redispatch_ends_at_nodal_welfare_if_all_move_together(
    seed, coupling, random_scenario, clear
):
    """Alone, with boundary power held, operators end below it."""
    scenario = halves(random_scenario(seed, congested=True, storage=True, ramps=True))
    nodal = clear(scenario, Integrated()).welfare_usd
    together = clear(scenario, Zonal(coupling, redispatch="coordinated"))
    alone = clear(scenario, Zonal(coupling))
    gap = together.certificate.upper_usd - together.certificate.lower_usd
    assert together.welfare_usd == pytest.approx(nodal, abs=gap + 1e-6 * abs(nodal))
    assert alone.welfare_usd <= nodal + 1e-6 * abs(nodal)


@pytest.mark.parametrize("seed", SEEDS)
def test_cost_based_redispatch_leaves_all_parties_what_their_schedule_left_them(
    seed, random_scenario, clear
):
    """Their surplus is that of the schedule at its own prices, whoever moves."""
    scenario = halves(random_scenario(seed, congested=True, storage=True, dc_lines=True))
    cleared = clear(scenario, Zonal())
    settled = settle(scenario, cleared.tables, TwoSettlement())
    tables = cleared.tables
    first = {
        **tables, "dispatch": tables["schedule"], "lmp": tables["schedule_lmp"],
        "boundary": tables["schedule_boundary"], "schedule": tables["schedule"].slice(0, 0),
    }  # fmt: skip
    planned = settle(scenario, first, TwoSettlement())
    after, before = (
        s.surplus.to_pandas()
        .query("kind in ('producer', 'storage')")
        .groupby("party")["surplus_usd"]
        .sum()
        for s in (settled, planned)
    )
    assert after.to_numpy() == pytest.approx(before.to_numpy(), abs=1e-3)
    assert settled.settlement_imbalance_usd == 0.0
    assert all(law.worst_usd < 0.01 for law in settled.checks)


def test_a_zone_moves_flows_by_the_mean_of_its_shift_keys(random_scenario):
    network = random_scenario(0).area("T").network
    one, other = [b for b in network.buses if b not in network.references][:2]
    single = zonal_sensitivity(network, {"x": {one: 1.0}, "y": {other: 1.0}})
    mixed = zonal_sensitivity(network, {"z": {one: 0.25, other: 0.75}})
    assert mixed[:, 0] == pytest.approx(0.25 * single[:, 0] + 0.75 * single[:, 1], abs=1e-9)
