"""Clearings of the market obey the laws of settlement."""

import pytest

from market.designs import designs
from market.operators.operators import Operators
from market.pricing.lmp import Nodal
from scenarios.records import Area, Boundary, Branch, Bus, Generator, Load, Offer
from scenarios.scenario import Scenario
from scenarios.systems import build_system
from settlement import settle


def laws(settlement):
    return {c.name: c.worst_usd for c in settlement.checks}


@pytest.fixture(scope="module")
def system_a():
    scenario = build_system("A")
    return scenario, Operators(scenario)


@pytest.mark.parametrize("design", ["conventional", "integrated", "cmo"])
def test_every_design_settles_by_the_laws(system_a, design):
    """Payments are of the order of 5e5 $; the solver's balances close to 1e-9 MW or so.

    Residuals in whole cents differ from the exact ones by up to half a cent.
    """
    scenario, market = system_a
    clearing = designs[design]().clear(market, design)
    settlement = settle(scenario, clearing.tables, Nodal())
    missed = laws(settlement)
    assert missed.pop("operator's residual in the ledger = exact residual") <= 0.005 + 1e-6
    assert max(missed.values()) < 1e-4
    assert settlement.settlement_imbalance_usd == 0.0
    assert settlement.net_surplus_usd == pytest.approx(clearing.welfare_usd, abs=1e-4)


@pytest.fixture(scope="module")
def reactive_feeder():
    """5 MW and 3 Mvar at n behind a 5 MVA line with local generation; low band at the end m."""
    buses = [
        Bus("T", "a", 100.0, 0.9, 1.1, kind="slack"),
        Bus("D", "r", 10.0, 0.9, 1.1, kind="slack"),
        Bus("D", "n", 10.0, 0.9, 1.1),
        Bus("D", "m", 10.0, 0.985, 1.1),
    ]
    branches = [
        Branch("D", "rn", "r", "n", 0.01, 0.02, rating_mva=5.0),
        Branch("D", "nm", "n", "m", 0.05, 0.05),
    ]
    units = [
        Generator("T", "unit", "a", 0.0, 50.0),
        Generator("D", "chp", "n", 0.0, 5.0),
        Generator("D", "diesel", "m", 0.0, 5.0),
    ]
    offers = [
        Offer("T", "unit", None, 1, 50.0, 20.0),
        Offer("D", "chp", None, 1, 5.0, 45.0),
        Offer("D", "diesel", None, 1, 5.0, 90.0),
    ]
    scenario = Scenario(
        "feeder", (2.0,), 1000.0, 0.0,
        (Area("T", "transmission", 100.0), Area("D", "distribution", 10.0, "B")),
        tuple(buses), tuple(branches), tuple(units), tuple(offers),
        (Load("D", "ln", "n", 5.0, 3.0), Load("D", "lm", "m", 2.0, 0.5)),
        boundaries=(Boundary("D", "a", "D", "r"),),
    )  # fmt: skip
    clearing = designs["integrated"]().clear(Operators(scenario), "integrated")
    return settle(scenario, clearing.tables, Nodal())


@pytest.mark.parametrize("kind", ["feeder", "voltage"])
def test_branch_and_voltage_limits_that_bind_earn_rents(reactive_feeder, kind):
    rents = {r["kind"]: r for r in reactive_feeder.rents.to_pylist() if r["area"] == "D"}
    assert abs(rents[kind]["amount_usd"]) > 1.0


def test_rents_of_a_feeder_with_reactive_flow_add_up(reactive_feeder):
    missed = laws(reactive_feeder)
    assert missed["feeder rent = shadow price x flow"] < 1e-6
    assert missed["operator's residual = sum of its rents"] < 1e-6


def test_a_law_names_where_it_is_missed_most(system_a):
    """A boundary price 1 $/MWh off the bus price shows at its period and area."""
    scenario, market = system_a
    clearing = designs["integrated"]().clear(market, "integrated")
    tables = dict(clearing.tables)
    column = "lmp_usd_per_mwh"
    boundary = tables["boundary"].to_pandas()
    boundary.loc[boundary["period"] == 7, column] += 1.0
    tables["boundary"] = tables["boundary"].from_pandas(boundary, tables["boundary"].schema)
    law = next(
        c for c in settle(scenario, tables, Nodal()).checks if c.name.startswith("interface")
    )
    largest = boundary[boundary["period"] == 7].set_index("area")["p_mw"].abs()
    assert law.worst_usd == pytest.approx(largest.max(), abs=1e-6)
    assert law.where == f"period 7, {largest.idxmax()}"
