"""Feeders with more sun than they can use or carry: a relaxation burns, and bounds stay finite."""

from dataclasses import replace

import numpy as np
import pytest

from market.designs.cmo import Cmo
from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.records import Generator, Offer
from tests.market.random_couplings import random_coupling
from validation import validate
from validation.cleared import Cleared
from validation.cone import ConePrices

SUN_MW = 25.0


def with_sun(scenario):
    """Free power at the last bus of every feeder."""
    for boundary in scenario.boundaries:
        last = [bus.bus for bus in scenario.buses if bus.area == boundary.area][-1]
        sun = Generator(boundary.area, "sun", last, p_min_mw=0.0, p_max_mw=SUN_MW, technology="pv")
        offer = Offer(boundary.area, "sun", None, 1, SUN_MW, 0.0)
        scenario = replace(
            scenario,
            generators=(*scenario.generators, sun),
            offers=(*scenario.offers, offer),
        )
    return scenario


@pytest.fixture(scope="module", params=[9])
def burning(request):
    scenario = with_sun(random_coupling(request.param))
    return scenario, Integrated().clear(Operators(scenario, distribution="branch_flow_cone"))


def test_prices_of_a_relaxation_that_burns_prove_its_bound(burning):
    assert len(burning[1].frame("relaxation"))
    checks = validate(*burning)
    assert [c for c in checks if not c.passed] == []
    assert np.isfinite([c.worst for c in checks]).all()


def test_a_current_that_no_flow_causes_costs_nothing(burning):
    """That it costs nothing, and gains nothing by Mvar, follows; only what MW gain was put in."""
    cone = ConePrices(Cleared(*burning))
    prices = Cleared(*burning).lmp["lmp_usd_per_mwh"]
    rows = burning[1].frame("relaxation")
    names = [f"{area} branch {k}" for area, k in zip(rows.area, rows.branch, strict=True)]
    at = [Cleared(*burning).grid.branch_names.index(name) for name in names]
    _, q, cost = (part[at, rows.period - 1] for part in cone._gains(cone.drop))
    assert np.abs(q).max() < 1e-5 * np.abs(prices).max()
    assert np.abs(cost).max() < 1e-5


@pytest.mark.parametrize("seed", [1, 4, 6, 8])
def test_feeders_of_far_more_sun_than_load_clear_alike_in_any_design(seed):
    """Currents of thousands of MVA^2 beside voltages of 1; most of the sun cannot be used."""
    scenario = with_sun(random_coupling(seed))
    found = []
    for design in (Integrated(), Cmo()):
        cleared = design.clear(Operators(scenario, distribution="branch_flow_cone"))
        assert [c for c in validate(scenario, cleared) if not c.passed] == []
        found.append(cleared)
    welfare = [cleared.welfare_usd for cleared in found]
    assert welfare[0] == pytest.approx(welfare[1], rel=1e-4)


def test_no_bound_is_infinite_where_prices_prove_none(burning):
    """Prices of nobody's: at a fall to -300 $/MWh currents would earn, in any amount."""
    scenario, clearing = burning
    table = clearing.tables["lmp"]
    at = table.schema.get_field_index("lmp_usd_per_mwh")
    lower = table.set_column(at, table.schema.field(at), [np.linspace(-300.0, 0.0, len(table))])
    wrong = replace(clearing, tables={**clearing.tables, "lmp": lower})
    worst = {c.name: c.worst for c in validate(scenario, wrong)}
    assert np.isfinite(worst["duality gap"])
