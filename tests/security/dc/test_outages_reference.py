"""Outages of IEEE 14 with two feeders beside MATPOWER's DC flows and performance indices."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.importers.matpower import import_matpower
from security.dc.outages import State, branch_outages
from security.dc.ptdf import Sensitivities
from security.indices import performance_index_mw, performance_index_v

FOLDER = Path(__file__).parents[2] / "reference" / "contingency"
SUMMARY = pd.read_csv(FOLDER / "14A_summary.csv")
BASE = pd.read_csv(FOLDER / "14A_base.csv").iloc[0]
RATINGS = pd.read_csv(FOLDER / "14A_ratings.csv")
LISTED = SUMMARY["branch_row_1based"].to_numpy() - 1
LIMIT = RATINGS["Pmax_MW"].to_numpy(dtype=float)
GENERATION = {"2": 40.0}  # MW away from the slack, as in the case
exponents = pytest.mark.parametrize("exponent", [1, 2])


def matrix(name):
    return np.genfromtxt(FOLDER / f"14A_{name}.csv", delimiter=",", comments="#")


@pytest.fixture(scope="module")
def coupled():
    feeders = {"10": FOLDER / "D01.m", "12": FOLDER / "D02.m"}
    return import_matpower(FOLDER / "T.m", feeders, periods=1)


@pytest.fixture(scope="module")
def sensitivities(coupled):
    return Sensitivities.of(coupled.area("T").network)


@pytest.fixture(scope="module")
def flow(coupled, sensitivities):
    """Flows without outage; a feeder draws its loads, without losses."""
    at = {b.area: b.transmission_bus for b in coupled.boundaries}
    injection = {bus: GENERATION.get(bus, 0.0) for bus in sensitivities.bus_at}
    for load in coupled.loads:
        injection[at.get(load.area, load.bus)] -= load.p_mw
    return sensitivities.flow(np.array(list(injection.values())))


@pytest.fixture(scope="module")
def outages(sensitivities, flow):
    return branch_outages(sensitivities, flow)


def test_flows_without_outage(flow):
    np.testing.assert_allclose(flow, RATINGS["base_P_dc"], rtol=0, atol=1e-6)


def test_flows_after_each_outage(outages):
    np.testing.assert_allclose(outages.flow_mw[:, LISTED], matrix("P_dc"), rtol=0, atol=1e-6)


def test_the_outages_not_listed_leave_islands(outages):
    islanding = [n for n, state in enumerate(outages.states) if state is State.ISLANDING]
    assert islanding == sorted(set(range(len(LIMIT))) - set(LISTED))


def test_the_bridge_to_bus_8_cuts_it_off(outages):
    assert outages.cut_off[outages.out.index(("7-8",))] == ("8",)


@exponents
def test_index_of_dc_flows_after_outages(outages, exponent):
    index = performance_index_mw(outages.flow_mw[:, LISTED], LIMIT, exponent)
    np.testing.assert_allclose(index, SUMMARY[f"PI_MW_dc_n{exponent}"], rtol=1e-6)


@exponents
def test_index_of_dc_flows_without_outage(flow, exponent):
    index = performance_index_mw(flow, LIMIT, exponent)
    assert index == pytest.approx(BASE[f"PI_MW_dc_n{exponent}"], rel=1e-6)


@exponents
def test_index_of_ac_flows_after_outages(exponent):
    index = performance_index_mw(matrix("P_ac"), LIMIT, exponent)
    np.testing.assert_allclose(index, SUMMARY[f"PI_MW_ac_n{exponent}"], rtol=1e-6)


@exponents
def test_index_of_ac_flows_without_outage(exponent):
    index = performance_index_mw(RATINGS["base_P_ac"].to_numpy(), LIMIT, exponent)
    assert index == pytest.approx(BASE[f"PI_MW_ac_n{exponent}"], rel=1e-6)


@exponents
def test_index_of_voltages_after_outages(coupled, exponent):
    buses = coupled.area("T").network.buses.values()
    low = np.array([bus.v_min_pu for bus in buses])
    high = np.array([bus.v_max_pu for bus in buses])
    index = performance_index_v(matrix("Vm_ac"), low, high, exponent)
    np.testing.assert_allclose(index, SUMMARY[f"PI_V_T_n{exponent}"], rtol=1e-6)
