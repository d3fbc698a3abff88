"""Optimal power flow of the merged network against MATPOWER's, and its prices as slopes."""

import json
from dataclasses import replace

import pytest

from formulations.networks.ac import Ac
from formulations.networks.dc import Dc
from market.opf.merged import MergedOpf
from scenarios.records import Load, Offer
from tests.security.conftest import FOLDER, read_coupling, with_generators

CASES = {"dc": (Dc(), False), "dc_cong": (Dc(), True), "ac": (Ac(), False), "ac_cong": (Ac(), True)}
NAMES = ("14A", "14_17", "30A")


def opf_scenario(coupling, tightened=None):
    """The coupling with its distributed generators at their cost, and feeders' voltage bands."""
    scenario = with_generators(coupling)
    upper = scenario.transmission
    offers = [o for o in scenario.offers if o.area == upper]
    for area, feeder in zip(coupling.feeders, coupling.parts["feeders"], strict=True):
        for unit, cost in zip(feeder["dg"], feeder["dgcost"], strict=True):
            name = f"dg-{int(unit[0])}"
            offers.append(Offer(area, name, None, 1, unit[8], cost[5], 2 * cost[4]))
    limits = {}
    if tightened:
        rows = zip(tightened["fbus"], tightened["tbus"], tightened["rateA_MVA"], strict=True)
        limits = {(str(a), str(b)): limit for a, b, limit in rows}
    return replace(
        scenario,
        offers=tuple(offers),
        buses=tuple(
            b if b.area == upper else replace(b, v_min_pu=0.9, v_max_pu=1.1) for b in scenario.buses
        ),
        branches=tuple(
            replace(k, rating_mva=limits.get((k.from_bus, k.to_bus), k.rating_mva))
            if k.area == upper
            else k
            for k in scenario.branches
        ),
    )


@pytest.fixture(scope="module", params=NAMES)
def solved(request):
    """Optima of a coupling by case, beside the reference's."""
    coupling = read_coupling(request.param)
    expected = json.loads((FOLDER / request.param / "opf.json").read_text())
    held = {}

    def solve(case):
        if case not in held:
            formulation, tight = CASES[case]
            scenario = opf_scenario(coupling, expected["tightened"] if tight else None)
            held[case] = MergedOpf.of(scenario, formulation).solve()
        return held[case], expected[case]

    return coupling, solve


@pytest.mark.parametrize("case", CASES)
def test_cost_is_the_reference(solved, case):
    found, expected = solved[1](case)
    assert found.cost_usd_per_h == pytest.approx(expected["objective"], rel=1e-8)


@pytest.mark.parametrize("case", CASES)
def test_prices_are_the_reference(solved, case):
    coupling, solve = solved
    found, expected = solve(case)
    for (area, bus), lmp in zip(coupling.places(), expected["lamP"], strict=True):
        assert found.lmp[name_of(coupling, area, bus)] == pytest.approx(lmp, abs=1e-3)


@pytest.mark.parametrize("case", ["ac", "ac_cong"])
def test_reactive_prices_and_voltages_are_the_reference(solved, case):
    coupling, solve = solved
    found, expected = solve(case)
    rows = zip(coupling.places(), expected["lamQ"], expected["bus_Vm"], strict=True)
    for (area, bus), price, v in rows:
        name = name_of(coupling, area, bus)
        assert found.lmp_q[name] == pytest.approx(price, abs=1e-3)
        assert abs(found.v[name]) == pytest.approx(v, abs=1e-5)


def name_of(coupling, area, bus):
    """Name in the merged network of a bus of the reference; roots do not occur there."""
    return bus if area == coupling.scenario.transmission else f"{area}/{bus}"


@pytest.mark.parametrize("bus", ["4", "D10/18"])
def test_price_is_what_one_more_megawatt_costs(bus):
    scenario = opf_scenario(read_coupling("14A"))
    price = MergedOpf.of(scenario, Ac()).solve().lmp[bus]
    area, own = bus.split("/") if "/" in bus else (scenario.transmission, bus)

    def cost(extra):
        load = Load(area, "extra", own, extra, 0.0)
        more = replace(scenario, loads=(*scenario.loads, load))
        return MergedOpf.of(more, Ac()).solve().cost_usd_per_h

    step = 0.01  # MW
    assert (cost(step) - cost(-step)) / (2 * step) == pytest.approx(price, abs=1e-3)
