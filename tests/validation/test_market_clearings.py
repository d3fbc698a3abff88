"""Clearings of the market obey all laws, and what they leave is what is certified."""

import math
from dataclasses import replace

import pytest

from market.coordination.methods.exchange import Exchange
from market.coordination.methods.schedules import Schedules
from market.designs import designs
from market.designs.cmo import Cmo
from market.operators.operators import Operators
from scenarios.clearing import Status
from scenarios.records import (
    Area,
    Boundary,
    Bus,
    Generator,
    Load,
    Offer,
)
from scenarios.scenario import Scenario
from scenarios.systems import build_system
from tests.validation.by_hand import (
    PRICES,
    broken,
    worst,
)


@pytest.fixture(scope="module")
def system_a():
    return build_system("A")


@pytest.fixture(scope="module", params=[("dc", "lindistflow"), ("transport", "transport")])
def operators_a(request, system_a):
    return Operators(system_a, *request.param)


@pytest.mark.parametrize("design", ["conventional", "integrated", "cmo"])
def test_every_design_of_the_market_passes(system_a, operators_a, design):
    """In cmo the gap may be as large as certified."""
    cleared = designs[design]().clear(operators_a, design)
    assert broken(system_a, cleared) == set()


@pytest.mark.parametrize("system", ["B", "C"])
def test_block_offers_storage_and_ramps_pass(system):
    """The gap is that of the simplex and of the programs of stores: far below a cent."""
    scenario = build_system(system)
    cleared = designs["integrated"]().clear(Operators(scenario), "integrated")
    assert broken(scenario, cleared) == set()
    assert worst(scenario, cleared, "duality gap") < 0.01


def test_what_is_unearned_at_the_optimum_s_prices_is_the_welfare_that_a_dispatch_loses(system_a):
    """At optimal prices all can earn the optimal welfare; a worse dispatch falls short by as much.

    The conventional dispatch is feasible; it is judged here at the prices of the integrated one.
    """
    operators = Operators(system_a, "dc", "transport")
    best = designs["integrated"]().clear(operators, "integrated")
    forecast = designs["conventional"]().clear(operators, "conventional")
    tables = dict(forecast.tables) | {"lmp": best.tables["lmp"]}
    for table, columns in PRICES.items():
        for column in columns:
            at = tables[table].schema.get_field_index(column)
            field = tables[table].schema.field(at)
            tables[table] = tables[table].set_column(at, field, best.tables[table][column])
    mixed = replace(forecast, tables=tables, certificate=best.certificate)
    lost = best.welfare_usd - forecast.welfare_usd
    assert lost > 100.0
    found = worst(system_a, mixed, "duality gap")
    assert found == pytest.approx(lost, rel=1e-6)


def test_coordination_with_block_offers_and_storage_leaves_no_more_than_certified():
    scenario = build_system("B")
    loose = Schedules(gap_relative=1e-3, price_usd_per_mwh=1e3)
    cleared = Cmo(loose).clear(Operators(scenario))
    certificate = cleared.certificate
    left = worst(scenario, cleared, "duality gap")
    assert 0.1 < left <= certificate.upper_usd - certificate.lower_usd
    assert broken(scenario, cleared) == set()


def test_an_exchange_that_cycles_leaves_300_dollars_either_way():
    """Two blocks: at 40 $/MWh and 70 MW the flexible 30 MW lose 10 $ each; at 20 they miss 10."""
    scenario = build_system("two-blocks")
    cleared = Cmo(Exchange(damping=1.0)).clear(Operators(scenario))
    assert cleared.status is Status.CYCLING
    assert worst(scenario, cleared, "duality gap") == pytest.approx(300.0)


@pytest.mark.parametrize("export_mw", [0.0, 3.0, 9.0, None])
def test_the_rent_of_an_export_limit_is_not_that_of_the_ban_on_local_exports(export_mw):
    """Up to 9 of 10 MW at 20 $ may be sold at 50 $ abroad; 8 MW at home are worth up to 30 $."""
    scenario = Scenario(
        "export", (1.0,), 1000.0, 1000.0,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        (Bus("T", "t", 110.0, 0.9, 1.1, kind="slack"), Bus("D", "d", 10.0, 0.9, 1.1, kind="slack")),
        (),
        (
            Generator("T", "g", "t", 0.0, 100.0),
            Generator("D", "u", "d", 0.0, 10.0, participation="type1", gamma=0.9, beta=20.0),
            Generator("D", "w", "d", 0.0, 10.0),
        ),
        (
            Offer("T", "g", None, 1, 100.0, 50.0),
            Offer("D", "u", None, 1, 10.0, 20.0),
            Offer("D", "w", None, 1, 10.0, 30.0),
        ),
        (Load("T", "city", "t", 30.0), Load("D", "town", "d", 8.0)),
        boundaries=(
            Boundary("B", "t", "D", "d", p_min_mw=None if export_mw is None else -export_mw),
        ),
    )  # fmt: skip
    cleared = designs["local_wholesale"]().clear(Operators(scenario))
    assert broken(scenario, cleared) == set()
    crossing = cleared.tables["boundary"]["p_mw"].to_pylist()
    assert crossing == pytest.approx([-min(9.0, math.inf if export_mw is None else export_mw)])
