"""PTDF, LODF and DC flows of IEEE 14 and IEEE 30 beside MATPOWER's."""

from pathlib import Path

import numpy as np
import pytest

from scenarios.network import Network
from scenarios.networks import load_network
from security.dc.ptdf import Sensitivities

FOLDER = Path(__file__).parents[2] / "reference" / "ptdf"
ABSOLUTE = 1e-9  # the references carry ten digits

CASES = {"ieee14": "case14", "ieee30": "case_ieee30"}


def matrix(case, name):
    return np.genfromtxt(FOLDER / f"{case}_{name}.csv", delimiter=",", comments="#")


def columns(case, name):
    return np.genfromtxt(FOLDER / f"{case}_{name}.csv", delimiter=",", names=True)


@pytest.fixture(params=CASES)
def shipped(request):
    tables = load_network(request.param, "T")
    network = Network.of(tables.area, tables.buses, tables.branches)
    return CASES[request.param], tables, network


def test_the_branches_are_those_of_the_reference(shipped):
    case, _, network = shipped
    listed = columns(case, "dcpf_branch")
    ends = [(int(k.from_bus), int(k.to_bus)) for k in network.branches.values()]
    assert ends == list(zip(listed["fbus"].astype(int), listed["tbus"].astype(int), strict=True))


def test_ptdf_of_the_slack_bus(shipped):
    case, _, network = shipped
    ptdf = Sensitivities.of(network).ptdf
    np.testing.assert_allclose(ptdf, matrix(case, "PTDF"), rtol=0, atol=ABSOLUTE)


def test_ptdf_of_a_slack_shared_by_the_loads(shipped):
    case, tables, network = shipped
    ptdf = Sensitivities.of(network, {r.bus: r.p_mw for r in tables.loads}).ptdf
    np.testing.assert_allclose(ptdf, matrix(case, "PTDF_loadslack"), rtol=0, atol=ABSOLUTE)


def test_lodf(shipped):
    case, _, network = shipped
    lodf = Sensitivities.of(network).lodf
    np.testing.assert_allclose(lodf, matrix(case, "LODF"), rtol=0, atol=ABSOLUTE)


def test_dc_flow(shipped):
    case, _, network = shipped
    flow = Sensitivities.of(network).flow(columns(case, "dcpf_bus")["Pinj_MW"])
    expected = columns(case, "dcpf_branch")["P_dc_MW"]
    np.testing.assert_allclose(flow, expected, rtol=0, atol=1e-6)
