"""Prices that are not unique follow a rule in every design, whoever solves."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.systems import build_system
from solvers.clarabel import ClarabelSession
from validation import validate

LOW, PRICE, HIGH = (f"{name}_usd_per_mwh" for name in ("lowest", "lmp", "highest"))
SESSIONS = ("market.operators.operator.open_session", "market.operators.shared_models.open_session")


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


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("design", "congested"), [(Conventional(), False), (Integrated(), True)])
def test_the_solver_does_not_matter(random_scenario, monkeypatch, design, congested, seed):
    """Without scarcity: who is shed at one value of lost load is a choice of its own."""
    scenario = dataclasses.replace(random_scenario(seed, congested=congested), bids=())
    simplex = priced(scenario, design)[PRICE]
    with monkeypatch.context() as patched:
        for name in SESSIONS:
            patched.setattr(name, lambda p, name, limit_s, *_: ClarabelSession(p, name, limit_s))
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
