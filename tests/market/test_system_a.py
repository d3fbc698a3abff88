"""System A at its four published hours: two other programs found the same figures."""

import dataclasses
import re

import pytest

from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.scenario import Scenario
from scenarios.systems import build_system

WELFARE = {6: -4326.2392, 10: -7319.1371, 16: -6928.6612, 19: -10045.3562}  # $/h
DEMAND = {  # MW at 10, 13, 14
    6: (5.4512, 4.2398, 6.6625),
    10: (3.5646, 2.7725, 4.3568),
    16: (4.7761, 3.7148, 5.8375),
    19: (7.3658, 4.5500, 7.5959),
}
LMP = {  # $/MWh at 10, 13, 14
    6: (42.4155,) * 3,
    10: (50.0067,) * 3,
    16: (49.0774,) * 3,
    19: (58.5507, 73.0723, 65.4508),
}
LOSS = {  # $/h of a conventional clearing at 70, 85, 100, 115 %
    6: (17.8, 6.7, 1.3, 0.02),
    10: (0.6, 0.4, 4.1, 11.8),
    16: (3.3, 0.005, 2.8, 12.0),
}
LOSS_UNPREPARED = (679.0, 2052.0, 3456.0, 4878.0)  # at hour 19, where what is not delivered is lost


def at_hour(scenario: Scenario, hour: int) -> Scenario:
    """The scenario cut to one of its hours."""
    return dataclasses.replace(
        scenario,
        hours=(scenario.hours[hour - 1],),
        profiles=tuple(
            dataclasses.replace(v, period=1) for v in scenario.profiles if v.period == hour
        ),
        offers=tuple(
            dataclasses.replace(o, period=None if o.period is None else 1)
            for o in scenario.offers
            if o.period in (None, hour)
        ),
    )


def rated(scenario: Scenario, **ratings: float | None) -> Scenario:
    """The scenario with other ratings; `line_6_13` names branch 6-13 of transmission."""
    new = {re.sub("_", "-", name.removeprefix("line_")): mw for name, mw in ratings.items()}
    return dataclasses.replace(
        scenario,
        branches=tuple(
            dataclasses.replace(k, rating_mva=new.get(k.branch, k.rating_mva))
            if k.area == "T"
            else k
            for k in scenario.branches
        ),
    )


@pytest.fixture(scope="module")
def market() -> Operators:
    return Operators(build_system("A"), distribution="transport")


def market_at(hour, **ratings):
    return Operators(at_hour(rated(build_system("A"), **ratings), hour), distribution="transport")


@pytest.fixture(scope="module", params=["integrated", "cmo"])
def clearing(request, market):
    design = {"integrated": Integrated(), "cmo": Cmo(Schedules(gap_relative=1e-10))}
    return design[request.param].clear(market)


def welfare_of_hour(clearing, hour):
    dispatch = clearing.tables["dispatch"].to_pandas()
    rows = dispatch[dispatch.period == hour]
    return float((rows.value_usd - rows.cost_usd).sum())


def boundary(clearing, hour):
    table = clearing.tables["boundary"].to_pandas()
    return table[table.period == hour].sort_values("boundary")


@pytest.mark.parametrize("hour", WELFARE)
def test_welfare(clearing, hour):
    assert welfare_of_hour(clearing, hour) == pytest.approx(WELFARE[hour], abs=1e-3)


@pytest.mark.parametrize("hour", WELFARE)
def test_boundary_demand(clearing, hour):
    assert boundary(clearing, hour).p_mw.tolist() == pytest.approx(DEMAND[hour], abs=1e-3)


@pytest.mark.parametrize("hour", WELFARE)
def test_boundary_prices(clearing, hour):
    found = boundary(clearing, hour)
    assert found.lmp_usd_per_mwh.tolist() == pytest.approx(LMP[hour], abs=1e-3)
    assert found.dlmp_usd_per_mwh.tolist() == pytest.approx(LMP[hour], abs=1e-3)


def test_undamped_exchange_cycles_at_the_congested_hour():
    assert Cmo(Exchange(damping=1.0)).clear(market_at(19)).status is Status.CYCLING


def test_schedules_certify_the_congested_hour():
    clearing = Cmo(Schedules(gap_relative=1e-6)).clear(market_at(19))
    assert clearing.status is Status.AGREED
    assert clearing.certificate.gap_relative <= 1e-6
    assert clearing.welfare_usd == pytest.approx(WELFARE[19], rel=1e-6)


def test_half_damped_exchange_agrees_at_the_congested_hour():
    """A demand 1e-5 MW beyond a line limit is shed at 500 $/MWh, hence the tight tolerance."""
    method = Exchange(damping=0.5, quantity_mw=1e-6, price_usd_per_mwh=1e-4)
    clearing = Cmo(method).clear(market_at(19))
    assert clearing.status is Status.AGREED
    assert clearing.welfare_usd == pytest.approx(WELFARE[19], abs=1e-3)
    assert clearing.tables["boundary"].to_pandas().p_mw.tolist() == pytest.approx(
        DEMAND[19], abs=1e-3
    )


def test_without_line_limits_the_congested_hour_has_one_price():
    market = market_at(19, line_1_2=None, line_6_13=None, line_9_14=None)
    clearing = Integrated().clear(market)
    found = boundary(clearing, 1)
    assert clearing.welfare_usd == pytest.approx(-9989.4700, abs=1e-3)
    assert found.lmp_usd_per_mwh.tolist() == pytest.approx([55.8312] * 3, abs=1e-3)
    assert found.p_mw.tolist() == pytest.approx([8.0397, 6.2531, 9.8263], abs=1e-3)


@pytest.mark.parametrize("hour", LOSS)
def test_a_fixed_share_of_essential_demand_loses_welfare(market, hour):
    """The published figures have one to four digits; half of the last one is allowed."""
    for chi, loss in zip((70.0, 85.0, 100.0, 115.0), LOSS[hour], strict=True):
        clearing = Conventional(chi_percent=chi).clear(market)
        digits = len(str(loss).partition(".")[2]) if loss % 1 else 0
        found = WELFARE[hour] - welfare_of_hour(clearing, hour)
        assert found == pytest.approx(loss, abs=0.5 * 10**-digits + 1e-3), chi


def test_clearing_at_what_is_delivered_loses_less_than_load_that_is_not_served(market):
    """The published figures of hour 19 value what transmission cannot deliver at 500 $/MWh."""
    for chi, loss in zip((70.0, 85.0, 100.0, 115.0), LOSS_UNPREPARED, strict=True):
        clearing = Conventional(chi_percent=chi).clear(market)
        assert 0 < WELFARE[19] - welfare_of_hour(clearing, 19) < loss


def test_block_bids_cycle_under_exchange():
    """Blocks 50 MW at 20 and 100 MW at 40, fixed 40 MW, flexible 30 MW worth 30: 70, 40, 70, ..."""
    clearing = Cmo(Exchange(damping=1.0)).clear(Operators(build_system("two-blocks")))
    assert clearing.status is Status.CYCLING


def test_schedules_find_the_price_that_neither_side_knows():
    """50 MW at 30 $/MWh: the flexible load takes the last 10 MW of the first block."""
    clearing = Cmo(Schedules(gap_relative=1e-9)).clear(Operators(build_system("two-blocks")))
    row = clearing.tables["boundary"].to_pandas().iloc[0]
    assert row.p_mw == pytest.approx(50.0)
    assert row.lmp_usd_per_mwh == pytest.approx(30.0)
    assert row.dlmp_usd_per_mwh == pytest.approx(30.0)
