"""Five ways to buy flexibility, and envelopes: two buses by hand, and laws on random systems."""

from dataclasses import replace

import numpy as np
import pytest

from market.designs.cmo import Cmo
from market.designs.envelope import OperatingEnvelopes
from market.designs.flexibility_common import FlexibilityCommon
from market.designs.flexibility_disjoint import FlexibilityDisjoint
from market.designs.flexibility_disjoint_distribution import FlexibilityDisjointDistribution
from market.designs.flexibility_disjoint_transmission import FlexibilityDisjointTransmission
from market.designs.flexibility_fragmented import FlexibilityFragmented
from market.designs.flexibility_multilevel import FlexibilityMultilevel
from market.designs.local_only import LocalOnly
from market.operators.envelope import SafeRanges
from market.operators.feeder_rows import feeder_rows
from market.operators.operators import Operators
from market.operators.resources import resources
from market.pricing.two_settlement import TwoSettlement
from scenarios.results import GENERATOR
from scenarios.systems import build_system
from settlement import settle
from validation import validate

SHARES = ["equal", "proportional", "greatest_total"]
FORWARDING = ["blind", "three_layer", "prequalified", "aggregated"]
CARRIED = FORWARDING[1:]
NEED = 5.0  # % of transmission's load that the schedule did not foresee


@pytest.fixture(scope="module", params=range(3))
def drawn(request, random_scenario):
    return random_scenario(request.param, congested=True, storage=True, shiftable=True)


@pytest.fixture(scope="module")
def cost(drawn, clear):
    """Cost ($) of flexibility, once the validator has found nothing wrong with the clearing."""
    return lambda design: clear(drawn, replace(design, imbalance_percent=NEED)).redispatch_usd


@pytest.fixture(scope="module")
def common(cost):
    return cost(FlexibilityCommon())


@pytest.mark.parametrize(
    ("design", "cost_usd"),
    [
        (FlexibilityDisjoint(), 1800.0),  # the feeder's own unit makes 10 MW at 55 $
        (FlexibilityFragmented("kept"), 1800.0),
        (FlexibilityFragmented("mid"), 1750.0),  # at 50 $ it would rather import them
        (FlexibilityMultilevel(forwarding="blind"), 1250.0),  # 25 MW leave the roofs
        (FlexibilityMultilevel(), 1800.0),  # boundary power is bought when the feeder is mended
        (FlexibilityCommon(), 1750.0),
        (FlexibilityDisjointDistribution(), 550.0),
        (FlexibilityDisjointTransmission(), 1250.0),
        (FlexibilityDisjoint(imbalance_percent=4.0), 1800.0 + 5.2 * 50 - 0.2 * 25),
    ],
    ids=lambda given: type(given).__name__,
)
def test_two_buses_by_hand(design, cost_usd):
    """With 5.2 MW not foreseen the zone does without b1 and leaves 0.2 MW of a2 unused."""
    scenario = build_system("two-buses")
    assert design.clear(Operators(scenario)).redispatch_usd == pytest.approx(cost_usd)


def test_the_common_market_costs_no_more_than_any_other(common, cost):
    others = [FlexibilityDisjoint(), FlexibilityFragmented("mid"), FlexibilityFragmented("kept")]
    others += [FlexibilityMultilevel(forwarding=how) for how in CARRIED]
    assert min(cost(one) for one in others) >= common - 1e-4 * max(1.0, abs(common))


def test_disjoint_markets_are_fragmented_ones_with_the_flow_kept(cost):
    assert cost(FlexibilityDisjoint()) == pytest.approx(cost(FlexibilityFragmented("kept")))


def test_with_the_optimal_interface_price_fragmented_is_common(common, cost):
    assert cost(FlexibilityFragmented("optimal")) == pytest.approx(common, rel=1e-4, abs=1e-2)


def test_disjoint_markets_of_both_levels_cost_what_both_together_do(drawn, clear):
    """For needs of networks alone; what each leaves to the other is told, and judged."""
    parts = [FlexibilityDisjointDistribution(), FlexibilityDisjointTransmission()]
    apart = sum(clear(drawn, design).redispatch_usd for design in parts)
    together = clear(drawn, FlexibilityFragmented("kept")).redispatch_usd
    assert apart == pytest.approx(together, rel=1e-6, abs=1e-4)


def test_what_is_forwarded_blind_costs_less_than_any_other_until_feeders_are_mended(cost, common):
    """It is bought without their limits: no more than fragmented markets, and than common ones."""
    blind = cost(FlexibilityMultilevel(forwarding="blind"))
    assert blind <= cost(FlexibilityFragmented("mid")) + 1e-4 * max(1.0, abs(blind))
    assert blind <= common + 1e-4 * max(1.0, abs(common))
    assert blind <= cost(FlexibilityMultilevel()) + 1e-4 * max(1.0, abs(blind))


def test_what_blind_forwarding_breaks_is_shown(clear):
    """25 MW leave the roofs over a branch for 15 MW."""
    cleared = clear(build_system("two-buses"), FlexibilityMultilevel(forwarding="blind"))
    told = cleared.frame("unmended").set_index("area")
    assert told.loc["F", ["ratings", "overload_mva"]].tolist() == pytest.approx([1, 10.0])
    assert "limits of area 'F' are left to others: 1 ratings are exceeded" in cleared.outcome


def test_an_excess_that_is_not_as_told_is_found(clear):
    scenario = build_system("two-buses")
    cleared = clear(scenario, FlexibilityMultilevel(forwarding="blind"))
    told = cleared.tables["unmended"]
    less = told.set_column(told.schema.get_field_index("overload_mva"), "overload_mva", [[9.0]])
    failed = [c for c in validate(scenario, replace(cleared, tables={**cleared.tables,
              "unmended": less})) if not c.passed]  # fmt: skip
    assert [c.name for c in failed] == ["excesses of limits left to others are as told"]
    none = {**cleared.tables, "unmended": told.slice(0, 0)}
    assert any(not c.passed for c in validate(scenario, replace(cleared, tables=none)))


def needing_low_voltage(design):
    """The two buses with no rating at the roofs, and a voltage there that 10 MW would reach.

    With r = 0.01 on 100 MVA it is v^2 = 1 + 2 r p.
    """
    system = build_system("two-buses")
    branches = [
        replace(k, r_pu=0.01, rating_mva=None) if k.area == "F" else k for k in system.branches
    ]
    most = (1 + 2 * 0.01 * 0.10) ** 0.5
    buses = [replace(b, v_max_pu=most) if b.bus == "roofs" else b for b in system.buses]
    scenario = system.with_tables({"branches": branches, "buses": buses})
    return design.clear(Operators(scenario))


@pytest.mark.parametrize(
    ("design", "cost_usd"),
    [
        (FlexibilityDisjoint(), 1250.0 + 15 * 55),
        (FlexibilityFragmented("mid"), 1250.0 + 15 * 50),
        (FlexibilityMultilevel(), 1250.0 + 15 * 55),
        (FlexibilityMultilevel(forwarding="prequalified"), 1250.0 + 15 * 50),
        (FlexibilityCommon(), 1250.0 + 15 * 50),
    ],
)
def test_voltages_are_needs_like_ratings(design, cost_usd):
    """15 of 30 MW of sun must go, so that 10 leave; the unit at home asks 55 $, b1 50 $."""
    cleared = needing_low_voltage(design)
    assert cleared.redispatch_usd == pytest.approx(cost_usd)
    voltage = cleared.frame("voltage").set_index("bus")["v_pu"]
    assert voltage["roofs"] == pytest.approx((1 + 2 * 0.01 * 0.10) ** 0.5)


@pytest.mark.parametrize("how", CARRIED)
def test_with_the_optimal_interface_price_multilevel_is_common(common, cost, how, drawn, clear):
    """Blind activation may break a feeder even then, and its correction costs more."""
    found = cost(FlexibilityMultilevel("optimal", how))
    if how == "three_layer":
        assert found >= common - 1e-4 * max(1.0, abs(common))
    else:
        assert found == pytest.approx(common, rel=1e-4, abs=1e-2)


@pytest.mark.parametrize("how", ["prequalified", "aggregated"])
def test_forwarding_what_is_safe_costs_no_more_than_forwarding_nothing(cost, how):
    forwarded = cost(FlexibilityMultilevel("mid", how))
    assert forwarded <= cost(FlexibilityFragmented("mid")) + 1e-4 * max(1.0, abs(forwarded))


@pytest.mark.parametrize("design", [FlexibilityDisjoint(), FlexibilityFragmented("mid")])
def test_their_settlement_balances(design, drawn):
    cleared = replace(design, imbalance_percent=NEED).clear(Operators(drawn))
    settled = settle(drawn, cleared.tables, TwoSettlement())
    assert settled.settlement_imbalance_usd == 0.0
    assert max(law.worst_usd for law in settled.checks) < 0.01
    assert settled.net_surplus_usd == pytest.approx(cleared.welfare_usd, abs=1e-4)


@pytest.mark.parametrize(
    ("sharing", "unit_mw"), [("equal", 20.0), ("proportional", 40 / 3), ("greatest_total", 20.0)]
)
def test_the_branch_of_the_roofs_limits_the_sun(sharing, unit_mw):
    """15 MW may leave over it and 5 MW are used there: 20 of 30 MW, two thirds."""
    ranges = SafeRanges(sharing).of(build_system("two-buses").area("F")).ranges
    assert ranges[GENERATOR, "sun"][1] == pytest.approx([20.0])
    assert ranges[GENERATOR, "unit"][1] == pytest.approx([unit_mw])


def worst_miss(view, envelope, rng):
    """How far limits are broken when every resource does as it likes within its range."""
    rows, at = feeder_rows(view.network), {bus: n for n, bus in enumerate(view.network.buses)}
    p, q = np.zeros((2, len(at), len(view.hours)))
    for load in view.loads.values():
        p[at[load.bus]] -= load.p_mw * view.factor(load.profile)
        q[at[load.bus]] -= load.q_mvar * view.factor(load.profile)
    for name, resource in resources(view).items():
        low, high = envelope.ranges[name]
        power = low + rng.integers(0, 2, low.size) * (high - low)
        p[at[resource.bus]] += power
        q[at[resource.bus]] += resource.tan_phi * power
    for name, mvar in envelope.q_mvar.items():
        q[at[view.generators[name].bus]] += mvar
    missed = rows.on_p @ p + rows.on_q @ q - rows.limit[:, None] - envelope.beyond
    return missed.max()


@pytest.mark.parametrize("sharing", SHARES)
def test_whatever_resources_do_within_their_envelope_the_feeder_is_safe(sharing, drawn):
    rng = np.random.default_rng(1)
    for area in drawn.distribution:
        view = drawn.area(area)
        envelope = SafeRanges(sharing).of(view)
        assert max(worst_miss(view, envelope, rng) for _ in range(200)) < 1e-6


def test_rows_of_a_feeder_are_those_of_the_market_that_knows_it(drawn, clear):
    """At a cleared dispatch, voltages and flows leave the room that the tables show."""
    cleared = clear(drawn, Cmo())
    area = drawn.distribution[0]
    view = drawn.area(area)
    voltage = cleared.frame("voltage").query("area == @area").set_index(["bus", "period"])["v_pu"]
    inner = [b for b in view.network.buses if b not in view.network.references]
    rows, at = feeder_rows(view.network), {bus: n for n, bus in enumerate(view.network.buses)}
    injected = np.zeros((2, len(at)))
    rowset = cleared.frame("dispatch").query("area == @area and period == 1")
    for row in rowset.itertuples():
        sign = -1.0 if row.kind in ("load", "bid", "shiftable_load", "spilled") else 1.0
        injected[:, at[row.bus]] += sign * np.nan_to_num([row.p_mw, row.q_mvar])
    room = rows.limit - rows.on_p @ injected[0] - rows.on_q @ injected[1]
    v = np.array([voltage[bus, 1] for bus in inner])
    high = np.array([view.network.buses[bus].v_max_pu for bus in inner])
    assert room[: len(inner)] == pytest.approx(high**2 - v**2, abs=1e-6)


@pytest.mark.parametrize("sharing", SHARES)
def test_markets_within_envelopes_end_below_coordinated_ones(sharing, drawn, clear):
    """The widest envelopes end above local markets as well; others may be too narrow for that."""
    found = clear(drawn, OperatingEnvelopes(sharing)).welfare_usd
    best = clear(drawn, Cmo()).welfare_usd
    assert found <= best + 1e-4 * abs(best)
    if sharing == "greatest_total":
        assert found >= clear(drawn, LocalOnly()).welfare_usd - 1e-4 * abs(best)


def test_no_sharing_gives_more_in_all_than_the_greatest_total(drawn):
    view = drawn.area(drawn.distribution[0])
    totals = {
        sharing: sum(high - low for low, high in SafeRanges(sharing).of(view).ranges.values())
        for sharing in SHARES
    }
    assert all((totals[s] <= totals["greatest_total"] + 1e-6).all() for s in SHARES)
