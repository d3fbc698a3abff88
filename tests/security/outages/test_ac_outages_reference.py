"""AC outages of IEEE 14 with two feeders beside MATPOWER's load flows of the merged network."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from security.dc.outages import State
from security.outages.contingency import Contingency

FOLDER = Path(__file__).parents[2] / "reference" / "contingency"
SUMMARY = pd.read_csv(FOLDER / "14A_summary.csv")
BASE = pd.read_csv(FOLDER / "14A_base.csv").iloc[0]
LISTED = SUMMARY["branch_row_1based"].to_numpy() - 1  # branches come first among the outages
BRANCHES = 20
exponents = pytest.mark.parametrize("exponent", [1, 2])
INDICES = {"pi_mw": "PI_MW_ac", "pi_v": "PI_V_T", "pi_v_distribution": "PI_V_D"}
indices = pytest.mark.parametrize("index", INDICES)


def matrix(name):
    return np.genfromtxt(FOLDER / f"14A_{name}.csv", delimiter=",", comments="#")


def with_exponent(found, exponent):
    return Contingency(found.layout, found.intact, found.after, exponent)


def test_active_flows_after_each_outage(found):
    np.testing.assert_allclose(found.flow.real[:, LISTED], matrix("P_ac"), rtol=0, atol=1e-5)


def test_reactive_flows_after_each_outage(found):
    np.testing.assert_allclose(found.flow.imag[:, LISTED], matrix("Q_ac"), rtol=0, atol=1e-5)


def test_voltages_after_each_outage(found):
    upper = len(found.layout.upper.buses)
    np.testing.assert_allclose(found.v_pu[:upper, LISTED], matrix("Vm_ac"), rtol=0, atol=1e-8)


def test_boundary_power_after_each_outage(found):
    power = found.boundary[:, LISTED]
    both = np.vstack([power.real, power.imag])
    np.testing.assert_allclose(both, matrix("boundary")[:4], rtol=0, atol=1e-7)


def test_lowest_voltage_of_each_feeder_after_each_outage(found):
    areas = np.array([area for area, _ in found.layout.places])
    lowest = [found.v_pu[areas == g.area][:, LISTED].min(axis=0) for g in found.layout.grids[1:]]
    np.testing.assert_allclose(lowest, matrix("boundary")[4:], rtol=0, atol=1e-8)


@indices
@exponents
def test_indices_after_each_outage(found, index, exponent):
    values = getattr(with_exponent(found, exponent), index)[LISTED]
    np.testing.assert_allclose(values, SUMMARY[f"{INDICES[index]}_n{exponent}"], rtol=1e-6)


@indices
@exponents
def test_indices_without_outage(found, index, exponent):
    alone = Contingency(found.layout, found.intact, (found.intact,), exponent)
    assert getattr(alone, index)[0] == pytest.approx(
        BASE[f"{INDICES[index]}_n{exponent}"], rel=1e-6
    )


def test_the_bridge_alone_leaves_an_island(found):
    islanding = [n for n, state in enumerate(found.states) if state is State.ISLANDING]
    assert islanding == sorted(set(range(BRANCHES)) - set(LISTED.tolist()))


def test_fast_decoupled_steps_solve_every_outage(found):
    assert {found.after[n].method for n in LISTED} == {"fast decoupled"}
