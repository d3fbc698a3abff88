"""What meeting losses and limits costs beside a clearing that saw neither."""

from dataclasses import replace

import pyarrow.compute as pc
import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from market.opf.redispatch import redispatch
from scenarios.records import PQ, SLACK, Area, Branch, Bus, Generator, Load, Offer
from scenarios.scenario import Scenario
from scenarios.systems import build_system

PRICE, LOAD_MW, R, X = 20.0, 50.0, 0.04, 0.1


def line(r_pu=R, v_min=0.9, hours=(1.0,)):
    """A source with a linear offer, and a load without Q at the other end of a line."""
    return Scenario(
        "line", hours, 3000.0, 3000.0, (Area("T", "transmission", 100.0),),
        (Bus("T", "a", 100.0, 1.0, 1.0, kind=SLACK), Bus("T", "b", 100.0, v_min, 1.1, kind=PQ)),
        (Branch("T", "line", "a", "b", r_pu, X),),
        generators=(Generator("T", "g", "a", 0.0, 100.0, -100.0, 100.0, v_set_pu=1.0),),
        offers=(Offer("T", "g", None, 1, 100.0, PRICE),),
        loads=(Load("T", "load", "b", LOAD_MW, 0.0),),
    )  # fmt: skip


def cleared(scenario, distribution="transport"):
    clearing = Integrated().clear(Operators(scenario, distribution=distribution))
    return clearing.tables["dispatch"]


def found(scenario, distribution="transport", periods=(1,)):
    """Redispatch of some hours of the integrated day."""
    table = cleared(scenario, distribution)
    return list(redispatch(scenario, table.filter(pc.field("period").isin(list(periods))), {}))


def test_the_only_generator_meets_the_losses_at_its_price():
    """V at b solves V^4 - (1 - 2 P R) V^2 + P^2 (R^2 + X^2) = 0 with P = 0.5 and 1 p.u. at a."""
    half = (1 - 2 * 0.5 * R) / 2
    v_squared = half + (half**2 - 0.25 * (R**2 + X**2)) ** 0.5
    loss_mw = 100 * R * 0.25 / v_squared
    (hour,) = found(line())
    assert hour.moved_mw == pytest.approx(loss_mw, abs=1e-5)
    assert hour.more_usd == pytest.approx(PRICE * loss_mw, abs=1e-3)


def test_half_an_hour_costs_half():
    (whole,), (half,) = found(line()), found(line(hours=(0.5,)))
    assert half.more_usd == pytest.approx(whole.more_usd / 2, rel=1e-6)
    assert half.moved_mw == pytest.approx(whole.moved_mw, rel=1e-6)


def test_without_losses_there_is_nothing_to_pay():
    scenario = build_system("A")
    lossless = replace(
        scenario,
        branches=tuple(replace(k, r_pu=0.0, rating_mva=None) for k in scenario.branches),
        buses=tuple(replace(b, v_min_pu=0.5, v_max_pu=1.5) for b in scenario.buses),
    )
    (hour,) = found(lossless, periods=(6,))
    assert hour.more_usd == pytest.approx(0.0, abs=0.01)
    assert hour.moved_mw == pytest.approx(0.0, abs=0.05)


def test_flexible_consumption_and_stores_stay_as_cleared():
    """System B has batteries: what moves are generators, by no more than losses ask for."""
    scenario = build_system("B")
    third = cleared(scenario, "lindistflow").to_pandas().query("period == 3")
    assert (third["kind"] == "storage").any()
    (hour,) = found(scenario, "lindistflow", periods=(3,))
    assert hour.scarcity_mw == pytest.approx(0.0, abs=1e-6)
    assert 0 < hour.more_usd < 0.1 * third["cost_usd"].sum()


def test_a_band_that_cannot_be_kept_is_unsolved_with_its_reason():
    """1.05 p.u. at b is out of reach from 1 p.u. at a, whatever is shed."""
    high = line(v_min=1.05)
    (hour,) = found(high)
    assert hour.more_usd is None
    assert "no feasible point" in hour.why


def test_losses_cost_something_in_every_hour():
    hours = found(build_system("A"), periods=(2, 7, 12, 22))
    assert [hour.period for hour in hours] == [2, 7, 12, 22]
    assert all(hour.more_usd > 0 for hour in hours)
