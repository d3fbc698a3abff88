"""Optimal power flow of a transmission network that feeds no one: every method finds the same."""

from pathlib import Path

import pytest

from scenarios.importers.matpower import import_matpower
from studies.analyses.opf import optimal_flow

CASE = Path(__file__).parent / "opf_cases" / "transmission.m"


@pytest.fixture(scope="module")
def scenario():
    return import_matpower(CASE, {})


@pytest.mark.parametrize("method", ["coordinated", "alone"])
def test_every_method_finds_the_merged_optimum(scenario, method):
    merged, found = optimal_flow(scenario, method="merged"), optimal_flow(scenario, method=method)
    assert found.status == "solved"
    assert found.cost_usd_per_h == pytest.approx(merged.cost_usd_per_h, rel=1e-8)
    for bus, price in merged.lmp.items():
        assert found.lmp[bus] == pytest.approx(price, abs=1e-4)


def test_the_cheap_unit_gives_all_and_losses_set_the_prices(scenario):
    """150 MW at 20 $/MWh suffice for 110 MW: 2,200 $/h and the losses at 20."""
    found = optimal_flow(scenario)
    assert found.cost_usd_per_h == pytest.approx(20 * (110 + found.flow.loss_mw), rel=1e-7)
    assert found.lmp["T", "1"] == pytest.approx(20.0, abs=1e-6)
