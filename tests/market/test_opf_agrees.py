"""Coordinated optimal power flow is the merged one where limits of both sides bind."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from formulations.networks.ac import Ac
from market.opf.coordinated import Heterogeneous, OpfOperators
from market.opf.merged import MergedOpf
from scenarios.importers.matpower import import_matpower
from studies.analyses.opf import optimal_flow
from tests.market.random_couplings import random_coupling

CASES = Path(__file__).parent / "opf_cases"
SEEDS = (1, 4, 5, 6, 9, 10, 14, 16, 23, 24, 27, 35)  # nine of IEEE 14, three of them shed load


def feeder(name):
    return import_matpower(CASES / "transmission.m", {"3": CASES / f"{name}.m"})


def assert_merged(scenario):
    """Cost within 1e-8, prices at boundaries within 1e-4 $/MWh."""
    merged = MergedOpf.of(scenario, Ac()).solve()
    found = Heterogeneous().solve(OpfOperators.of(scenario))
    assert found.agreed
    assert found.cost_usd_per_h == pytest.approx(merged.cost_usd_per_h, rel=1e-8)
    bus = {b.boundary: b.transmission_bus for b in scenario.boundaries}
    for n, boundary in enumerate(found.boundaries):
        assert found.served.lmp[n] == pytest.approx(merged.lmp[bus[boundary]], abs=1e-4)
        assert found.served.lmp_q[n] == pytest.approx(merged.lmp_q[bus[boundary]], abs=1e-4)


@pytest.mark.parametrize("name", ["feeder_behind_tap", "feeder_charging", "feeder_of_watts"])
def test_small_feeders_whose_voltage_bands_bind(name):
    """Behind a tap of 0.95 a feeder stands above the band that transmission makes full use of."""
    assert_merged(feeder(name))


@pytest.mark.parametrize("seed", SEEDS)
def test_random_couplings(seed):
    assert_merged(random_coupling(seed))


def test_two_feeders_at_one_bus():
    """They share its voltage; half a feeder twice costs what the whole one does."""
    scenario = feeder("feeder_behind_tap")
    half = {"loads": ("p_mw", "q_mvar"), "generators": ("p_max_mw", "q_min_mvar", "q_max_mvar")}
    whole = MergedOpf.of(scenario, Ac()).solve().cost_usd_per_h
    found = optimal_flow(_twice(scenario, half))
    assert found.status == "solved"
    assert found.cost_usd_per_h == pytest.approx(whole, rel=1e-8)


def _twice(scenario, halved):
    """The scenario with two feeders of half the size and twice the impedance for its only one."""
    (boundary,) = scenario.boundaries
    tables = {}
    for table in ("areas", "buses", "branches", "generators", "offers", "loads"):
        rows = []
        for row in getattr(scenario, table):
            if row.area != boundary.area:
                rows.append(row)
                continue
            change = {c: getattr(row, c) / 2 for c in halved.get(table, ())}
            if table == "branches":
                change = {"r_pu": 2 * row.r_pu, "x_pu": 2 * row.x_pu, "b_pu": row.b_pu / 2}
            if table == "offers":
                change = {"quantity_mw": row.quantity_mw / 2}
            rows += [replace(row, area=a, **change) for a in ("one", "other")]
        tables[table] = tuple(rows)
    pair = tuple(replace(boundary, boundary=a, area=a) for a in ("one", "other"))
    return replace(scenario, boundaries=pair, **tables)


def test_errors_are_squared_in_every_round():
    """From 1e-2 of a round on, the next one is below a thousand times the square."""
    rounds = Heterogeneous().solve(OpfOperators.of(random_coupling(2))).rounds
    left = [r.price_residual_usd_per_mwh for r in rounds if r.price_residual_usd_per_mwh < 1e-2]
    assert len(left) > 1
    for last, now in pairwise(left):
        assert now < max(1e3 * last**2, 1e-6)


def test_rounds_that_are_too_few_say_what_is_left_and_where():
    found = Heterogeneous(max_rounds=1).solve(OpfOperators.of(feeder("feeder_behind_tap")))
    assert not found.agreed
    assert found.why.startswith("the operators do not agree after 1 rounds")
    assert "most at boundary 'B3'" in found.why
