"""Operators who agree although plants start and stop: beside one who sees everything."""

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pytest

from market.coordination import Asked, begin
from market.coordination.conversation import Stage
from market.coordination.methods import methods
from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.findings import InvalidInput
from scenarios.records import (
    DISTRIBUTION,
    SLACK,
    Area,
    Bid,
    Boundary,
    Bus,
    Commitment,
    Offer,
    Startup,
)
from tests.market.commitment.one_bus import one_bus, plant, start, unit
from tests.market.conftest import draw_scenario
from validation import validate


def with_plants(scenario, seed):
    """All generators of transmission start and stop, at costs that matter."""
    rng, upper = np.random.default_rng(seed), scenario.transmission
    generators, commitments, startups = [], [], []
    for g in scenario.generators:
        if g.area != upper:
            generators.append(g)
            continue
        least, before = float(rng.uniform(0.2, 0.5)) * g.p_max_mw, bool(rng.integers(2))
        standing = float(rng.uniform(0.0, 3.0)) * g.p_max_mw
        generators.append(
            replace(g, p_min_mw=least, ramp_mw_per_h=None, no_load_usd_per_h=standing)
        )
        commitments.append(
            Commitment(
                upper,
                g.generator,
                min_up_h=float(rng.integers(1, 4)),
                min_down_h=float(rng.integers(1, 4)),
                on_before=before,
                p_before_mw=least if before else 0.0,
            )
        )
        cost = float(rng.uniform(0.0, 15.0)) * g.p_max_mw
        startups.append(Startup(upper, g.generator, 1, 1.0, cost))
    return replace(
        scenario,
        generators=tuple(generators),
        commitments=tuple(commitments),
        startups=tuple(startups),
    )


def agreed(scenario, method="schedules", gap=1e-4, discloses="nothing", **options):
    """The clearing by operators who coordinate; every law of the validator holds."""
    operators = Operators(scenario, mip_gap=gap, discloses=discloses)
    clearing = Cmo(methods[method](**options)).clear(operators)
    assert [check for check in validate(scenario, clearing) if not check.passed] == []
    return clearing


def assert_certified(clearing, scenario):
    """The optimum of one who sees everything lies within the certificate."""
    best = Integrated().clear(Operators(scenario, mip_gap=0.0)).welfare_usd
    bounds, noise = clearing.certificate, 1e-7 * abs(best)
    assert clearing.welfare_usd == pytest.approx(bounds.lower_usd, abs=noise)
    assert bounds.lower_usd - noise <= best <= bounds.upper_usd + noise


@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_is_within_the_certified_gap(seed):
    """Hours of the areas are separable: the gap closes."""
    drawn = draw_scenario(seed, hours=(1.0,) * 3, congested=bool(seed % 2))
    scenario = with_plants(drawn, seed)
    clearing = agreed(scenario)
    assert clearing.status is Status.AGREED
    assert clearing.certificate.gap_relative <= 1e-3
    assert_certified(clearing, scenario)


@pytest.mark.parametrize("discloses", ["nothing", "storage"])
def test_batteries_leave_the_certificate_true(discloses):
    scenario = with_plants(draw_scenario(12, hours=(1.0,) * 3, storage=True), 12)
    assert_certified(agreed(scenario, discloses=discloses), scenario)


def test_what_batteries_carry_is_bounded_by_the_hour_where_it_is_disclosed():
    """Each hour's worth is bounded by what is carried into it and out of it, whatever that is."""
    scenario = with_plants(draw_scenario(12, hours=(1.0,) * 3, storage=True), 12)
    operators = Operators(scenario, discloses="storage")
    conversation = begin(operators)
    conversation = conversation.staged(Stage(operators.transmission.relaxed()))
    rng = np.random.default_rng(0)
    for _ in range(4):
        prices = rng.uniform(10.0, 60.0, conversation.shape)
        conversation.respond(1, Asked(prices, np.inf), carried=True)
    cuts = conversation.cuts()
    assert cuts.most.size == 4 * conversation.limits[0].size
    for _, replies in conversation.answers:
        schedule = conversation.gather({name: r.schedule for name, r in replies.items()})
        carried = np.concatenate([r.carried.ravel() for r in replies.values()])
        worth = np.concatenate([r.welfare for r in replies.values()])
        limit = cuts.most + cuts.slope @ schedule.T.ravel() + cuts.carried @ carried
        room = limit - worth[cuts.of]
        assert room.min() >= -1e-6
        assert np.sort(np.abs(room))[: worth.size] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("method", ["exchange", "admm", "cuts"])
def test_other_methods_agree_on_plants(method):
    scenario = with_plants(draw_scenario(1, hours=(1.0,) * 3), 1)
    assert_certified(agreed(scenario, method), scenario)


def test_bid_curves_do_not_decide_on_plants():
    scenario = with_plants(draw_scenario(1, hours=(1.0,)), 1)
    with pytest.raises(InvalidInput, match="use 'schedules'"):
        Cmo(methods["curve"]()).clear(Operators(scenario))


def shop(periods):
    """A feeder that bids 45 $/MWh for 10 MW under a bus whose 50 MW base unit is sold out."""
    units = [unit("base", 50.0, 20.0), unit("gas", 40.0, 30.0, least=10.0)]
    scenario = one_bus(
        [50.0] * periods,
        units,
        commitments=[plant("gas")],
        startups=start("gas", (1.0, 500.0)),
    )
    return replace(
        scenario,
        areas=(*scenario.areas, Area("D", DISTRIBUTION, 100.0)),
        buses=(*scenario.buses, Bus("D", "d", 20.0, 0.9, 1.1, kind=SLACK)),
        bids=(Bid("D", "shop", "d", 0.0, 10.0),),
        offers=(*scenario.offers, Offer("D", "shop", None, 1, 10.0, 45.0)),
        boundaries=(Boundary("B", "b", "D", "d"),),
    )


@pytest.mark.parametrize(("periods", "starts"), [(2, 0), (4, 1)])
def test_a_plant_starts_where_the_feeder_is_worth_it(periods, starts):
    """(45 - 30) 10 = 150 $ an hour: two hours do not pay a start of 500 $, four do."""
    clearing = agreed(shop(periods))
    rows = clearing.frame("plant")
    assert rows["started"].sum() == starts
    welfare = -50.0 * 20.0 * periods + starts * (150.0 * periods - 500.0)
    assert clearing.welfare_usd == pytest.approx(welfare)
    assert clearing.certificate.upper_usd == pytest.approx(welfare, rel=1e-4)


def test_a_ceiling_that_was_not_told_is_found_out():
    scenario = shop(4)
    clearing = agreed(scenario)
    bounds = clearing.certificate
    lower = replace(bounds, upper_usd=bounds.upper_usd - 1.0, lower_usd=bounds.lower_usd - 1.0)
    missed = {
        c.name for c in validate(scenario, replace(clearing, certificate=lower)) if not c.passed
    }
    assert "certificate by the log" in missed
    sent = clearing.tables["message"]
    silent = sent.filter(pc.not_equal(sent["quantity"], "ceiling"))
    tables = {**clearing.tables, "message": silent}
    missed = {c.name for c in validate(scenario, replace(clearing, tables=tables)) if not c.passed}
    assert "log is complete" in missed


@pytest.mark.parametrize("design", [Cmo(), Integrated()])
def test_every_rule_prices_a_day_with_full_feeders(design):
    """Feeders are full, so that reactive power has a price, and another one by each rule."""
    scenario = with_plants(draw_scenario(1, hours=(1.0,) * 4, congested=True), 1)
    clearing = design.clear(Operators(scenario, reprices=True))
    assert [check for check in validate(scenario, clearing) if not check.passed] == []
    left = clearing.frame("non_convexity").set_index("rule")
    left = left["lagrangian_usd"] - left["welfare_usd"]
    assert left["convex_hull"] <= left["relaxed"] + 1e-6 <= left["lmp"] + 1e-3
    reactive = clearing.frame("other_price").query("kind == 'bus'")["reactive_usd_per_mvarh"]
    assert reactive.abs().max() > 1.0
