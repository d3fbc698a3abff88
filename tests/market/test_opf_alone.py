"""Operators alone, numbers that are damped, and set-points that a whole grid follows."""

from dataclasses import replace

import numpy as np
import pytest

from market.opf.alone import solve_alone
from market.opf.coordinated import Heterogeneous, OpfOperators
from market.opf.damped import Damped
from market.opf.set_points import dispatched
from scenarios.records import Generator, Offer
from studies.analyses.realised import output_cost, realise
from tests.market.test_coordinated_opf import published_scenario
from tests.market.test_merged_opf import opf_scenario
from tests.security.conftest import read_coupling


@pytest.fixture(scope="module")
def scenario():
    return published_scenario()


@pytest.fixture(scope="module")
def coordinated(scenario):
    """Operators after coordination, and what they agreed on."""
    operators = OpfOperators.of(scenario)
    return Heterogeneous().solve(operators), operators.set_points


def test_a_swing_that_grows_is_brought_to_rest():
    """x asks for 1 - 1.5 x: undamped the distance to 0.4 grows by half in every round."""
    x = Damped(np.zeros(1))
    for _ in range(60):
        asked = 1 - 1.5 * x.value
        x.follow(asked)
    assert x.value[0] == pytest.approx(0.4, abs=1e-9)


def test_numbers_that_do_not_swing_are_followed_at_once():
    x = Damped(np.zeros(2))
    for asked in ([1.0, 2.0], [2.0, 5.0]):
        x.follow(np.array(asked))
        assert x.value.tolist() == asked


@pytest.mark.parametrize(("p_mw", "cost"), [(15.0, 93.5), (-2.0, -9.0), (35.0, 313.5)])
def test_cost_of_an_output_goes_along_the_offer(p_mw, cost):
    """10 MW at 5, then 8 + 0.2 x, and 1 $/h always.

    15: 50 + 8*5 + 0.1*25 = 92.5; -2: -10; 35: 50 + 8*25 + 0.1*625 = 312.5.
    """
    unit = Generator("T", "g", "1", 0.0, 30.0, no_load_usd_per_h=1.0)
    offers = (Offer("T", "g", None, 1, 10.0, 5.0), Offer("T", "g", None, 2, 20.0, 8.0, 0.2))
    assert output_cost(unit, offers, p_mw) == pytest.approx(cost, abs=1e-12)


def test_an_agreed_dispatch_costs_what_operators_expect(scenario, coordinated):
    """The slack bus has nothing left to meet, so expected and realised cost are the same."""
    found, points = coordinated
    realised = realise(scenario, points)
    assert realised.cost_usd_per_h == pytest.approx(found.cost_usd_per_h, rel=1e-7)
    assert realised.flow.violations == ()


def test_boundary_voltages_of_the_dispatched_grid_are_the_agreed_ones(scenario, coordinated):
    found, points = coordinated
    v = [abs(p.voltage) for p in realise(scenario, points).flow.ports.values()]
    assert v == pytest.approx(found.served.v, abs=1e-6)


@pytest.mark.parametrize("priced", [True, False])
def test_operators_alone_realise_no_less_than_coordinated_ones(scenario, coordinated, priced):
    operators = OpfOperators.of(scenario)
    solve_alone(operators, priced=priced)
    realised = realise(scenario, operators.set_points).cost_usd_per_h
    assert realised > coordinated[0].cost_usd_per_h


def test_the_tso_alone_sees_the_load_without_losses():
    """Without generators in feeders T-OPF is cheaper than the optimum, which meets their losses."""
    plain = read_coupling("14A").scenario
    bare = replace(
        plain, generators=tuple(g for g in plain.generators if g.area == plain.transmission)
    )
    operators = OpfOperators.of(bare)
    alone = solve_alone(operators).served.cost_usd_per_h
    assert alone < Heterogeneous().solve(operators).served.cost_usd_per_h
    assert alone < realise(bare, operators.set_points).cost_usd_per_h


def test_a_unit_without_set_point_stays_as_it_is(scenario):
    assert dispatched(scenario, {}) == scenario


def test_units_of_feeders_hold_no_voltage_they_did_not_hold_before(coordinated):
    scenario = opf_scenario(read_coupling("14A"))
    operators = OpfOperators.of(scenario)
    solve_alone(operators)
    held = {g.generator: g.v_set_pu is None for g in scenario.generators}
    after = dispatched(scenario, operators.set_points).generators
    assert all((g.v_set_pu is None) == held[g.generator] for g in after)


def test_a_feeder_fed_above_its_band_answers_and_says_by_how_much_it_leaves_it(scenario):
    """Every bus from the root on stands above 1.05 p.u. at a root of 1.08 and hardly any power."""
    dso = OpfOperators.of(scenario).lower[0]
    offered = dso.respond(1.08, 30.0, 0.0)
    assert max(abs(dso.voltages[1:])) > 1.05
    assert offered.outside > 1e-3
