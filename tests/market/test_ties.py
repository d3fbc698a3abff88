"""Prices that are not unique follow a rule in every design, whoever solves."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.coordination.methods.admm import Admm
from market.coordination.methods.curve import Curve
from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.coordination.protocol import Supported
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.records import Area, Branch, Offer
from scenarios.systems import build_system
from solvers.clarabel import ClarabelSession
from validation import validate

LOW, PRICE, HIGH = (f"{name}_usd_per_mwh" for name in ("lowest", "lmp", "highest"))
SESSIONS = ("market.operators.operator.open_session", "market.operators.outages.open_session")


def over_seeds(examples=4):
    """Seeds of scenarios, as arguments of a test."""

    def decorate(test):
        drawn = given(seed=st.integers(0, 10**6))(test)
        return settings(max_examples=examples, deadline=None, derandomize=True)(drawn)

    return decorate


def priced(scenario, design, tie="middle"):
    """Prices by bus, once the validator has found nothing wrong with the clearing."""
    clearing = design.clear(Operators(scenario, tie=tie))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    table = clearing.frame("lmp").set_index(["area", "bus", "period"])
    return table[[LOW, PRICE, HIGH]].astype(float)


@over_seeds()
@pytest.mark.parametrize("coupled", [{}, {"storage": True, "ramps": True}])
def test_what_a_feeder_was_given_has_prices_by_the_rule(random_scenario, coupled, seed):
    """All its essential demand is delivered and nothing else: its units are free of a price."""
    scenario = dataclasses.replace(random_scenario(seed, **coupled), bids=())
    by = {tie: priced(scenario, Conventional(), tie) for tie in ("lowest", "middle", "highest")}
    tied = by["middle"][LOW].notna()
    assert tied.any()
    chosen = by["middle"][tied]
    assert np.allclose(chosen[PRICE], (chosen[LOW] + chosen[HIGH]) / 2, atol=1e-6)
    for tie, column in (("lowest", LOW), ("highest", HIGH)):
        assert np.allclose(by[tie][PRICE][tied], chosen[column], atol=1e-6)
        assert np.allclose(by[tie][PRICE][~tied], by["middle"][PRICE][~tied], atol=1e-6)


def interior_point(program, name, limit_s, *_, **__):
    return ClarabelSession(program, name, limit_s)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("design", "congested"), [(Conventional(), False), (Integrated(), True)])
def test_the_solver_does_not_matter(random_scenario, monkeypatch, design, congested, seed):
    """Without scarcity: who is shed at one value of lost load is a choice of its own."""
    scenario = dataclasses.replace(random_scenario(seed, congested=congested), bids=())
    simplex = priced(scenario, design)[PRICE]
    with monkeypatch.context() as patched:
        for name in SESSIONS:
            patched.setattr(name, interior_point)
        interior = priced(scenario, design)[PRICE]
    assert np.allclose(interior, simplex, atol=1e-4)


def test_a_dearer_value_of_lost_load_moves_prices_by_half_of_its_rise():
    """In D9 all is served and the dearest bid is 56.5 $/MWh: any price up to the VOLL holds."""
    scenario = build_system("local-wholesale")
    top = {}
    for voll in (500.0, 501.0, 10_000.0):
        dearer = dataclasses.replace(scenario, voll_usd_per_mwh=voll)
        top[voll] = priced(dearer, Conventional()).xs("D9")
        assert np.allclose(top[voll][LOW], 56.5, atol=1e-6)
        assert np.allclose(top[voll][HIGH], voll, atol=1e-6)
    assert np.allclose(top[501.0][PRICE] - top[500.0][PRICE], 0.5, atol=1e-6)


def test_the_lowest_price_does_not_know_the_value_of_lost_load():
    scenario = build_system("local-wholesale")
    dearer = dataclasses.replace(scenario, voll_usd_per_mwh=10_000.0)
    one, other = (priced(s, Conventional(), "lowest")[PRICE] for s in (scenario, dearer))
    assert np.allclose(one, other, atol=1e-6)


def at_the_edge():
    """Flexible load of 10 MW worth 30: all 50 MW of demand end where the 20-$ block does.

    One MW less saves 20 $/MWh, one more costs 40 or gives up 30: any price from 20 to 30 holds.
    """
    scenario = build_system("two-blocks")
    bids = tuple(dataclasses.replace(bid, p_max_mw=10.0) for bid in scenario.bids)
    offers = tuple(
        dataclasses.replace(o, quantity_mw=10.0) if o.owner == "flexible" else o
        for o in scenario.offers
    )
    return dataclasses.replace(scenario, bids=bids, offers=offers)


METHODS = [Schedules(), Exchange(), Curve(), Admm()]


@pytest.mark.parametrize("method", METHODS, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize(("tie", "price"), [("lowest", 20.0), ("middle", 25.0), ("highest", 30.0)])
def test_operators_who_agree_publish_the_price_of_the_rule(method, tie, price):
    scenario = at_the_edge()
    clearing = Cmo(method).clear(Operators(scenario, tie=tie))
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    crossing = clearing.frame("boundary").iloc[0]
    assert crossing.lmp_usd_per_mwh == pytest.approx(price, abs=1e-4)
    assert crossing.dlmp_usd_per_mwh == pytest.approx(price, abs=1e-4)
    upper = clearing.frame("lmp").set_index("area").loc["T"]
    assert (upper[LOW], upper[HIGH]) == pytest.approx((20.0, 30.0), abs=1e-4)


def in_steps(seed):
    """Two feeders and two units at two buses; all power in whole steps of 5 MW, day by day anew."""
    drawn = np.random.default_rng(seed)
    scenario = build_system("two-blocks")
    bus, feeder = scenario.buses[0], scenario.distribution[0]
    second = [
        tuple(dataclasses.replace(r, area="D2") for r in records if r.area == feeder)
        for records in (scenario.buses, scenario.branches, scenario.loads, scenario.bids)
    ]
    offers = [
        Offer(area, owner, period, step, 5.0 * drawn.integers(1, 5), float(price))
        for area, owner in (("T", "cheap"), ("T", "dear"), ("D1", "flexible"), ("D2", "flexible"))
        for period in (1, 2, 3)
        for step, price in enumerate(
            sorted(drawn.integers(10, 90, 3), reverse=owner == "flexible"), start=1
        )
    ]
    return dataclasses.replace(
        scenario,
        hours=(1.0, 0.5, 1.0),
        areas=(*scenario.areas, Area("D2", "distribution", 100.0, "A")),
        buses=(*scenario.buses, dataclasses.replace(bus, bus="2", kind="pq"), *second[0]),
        branches=(*scenario.branches, Branch("T", "1-2", "1", "2", 0.0, 0.1), *second[1]),
        generators=tuple(
            dataclasses.replace(g, p_max_mw=60.0, bus=at)
            for g, at in zip(scenario.generators, "12", strict=True)
        ),
        loads=tuple(
            dataclasses.replace(load, p_mw=5.0 * drawn.integers(1, 4))
            for load in (*scenario.loads, *second[2])
        ),
        bids=tuple(dataclasses.replace(b, p_max_mw=60.0) for b in (*scenario.bids, *second[3])),
        boundaries=(
            *scenario.boundaries,
            dataclasses.replace(
                scenario.boundaries[0], boundary="B2", area="D2", transmission_bus="2"
            ),
        ),
        offers=tuple(offers),
    )


@pytest.mark.parametrize("tie", ["lowest", "middle", "highest"])
def test_a_choice_at_boundaries_is_that_of_the_joint_optimum(tie):
    """In some of these days what is bought and sold ends at one power on both sides."""
    chosen = 0
    for seed in range(4):
        scenario = in_steps(seed)
        joint, coordinated = (
            design.clear(Operators(scenario, tie=tie)) for design in (Integrated(), Cmo())
        )
        assert [c for c in validate(scenario, coordinated) if not c.passed] == []
        one, other = (c.frame("boundary").lmp_usd_per_mwh.to_numpy() for c in (joint, coordinated))
        assert other == pytest.approx(one, abs=1e-3)
        chosen += int(joint.frame("lmp")[LOW].notna().any())
    assert chosen >= 1


class Answers:
    """An operator with an answer of its own to between which prices it keeps a schedule."""

    def __init__(self, operator, answer):
        self.operator, self.supported_at = operator, answer

    def __getattr__(self, name):
        return getattr(self.operator, name)


def agreed_with(answer):
    scenario = at_the_edge()
    operators = Operators(scenario, tie="highest")
    operators.distribution[0] = Answers(operators.distribution[0], answer)
    clearing = Cmo().clear(operators)
    assert clearing.status is Status.AGREED
    assert [c for c in validate(scenario, clearing) if not c.passed] == []
    return clearing


def test_what_was_agreed_stays_where_an_area_does_not_say_which_prices_it_keeps():
    def fails(schedule):
        raise RuntimeError("power cut")

    clearing = agreed_with(fails)
    assert any("power cut" in note for note in clearing.notes)


def test_a_choice_at_which_an_area_would_leave_is_not_published():
    """It claims to keep its 10 MW of flexible load up to 40 $/MWh, but they are worth 30."""
    wide = lambda schedule: Supported(np.zeros_like(schedule), np.full_like(schedule, 40.0))  # noqa: E731
    price = agreed_with(wide).frame("boundary").lmp_usd_per_mwh
    assert price.between(20.0 - 1e-4, 30.0 + 1e-4).all()
