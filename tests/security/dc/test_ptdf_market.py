"""The sensitivities and a cleared market speak of the same network."""

import numpy as np
import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.matrices import incidence
from scenarios.systems import build_system
from security.dc.ptdf import Sensitivities


@pytest.fixture(scope="module")
def cleared():
    scenario = build_system("A")
    network = scenario.area(scenario.transmission).network
    rows = Integrated().clear(Operators(scenario)).tables["flow"].to_pandas()
    flow = rows[rows["area"] == scenario.transmission].pivot(
        index="branch", columns="period", values="p_mw"
    )
    return network, flow.loc[list(network.branches)].to_numpy()


def test_cleared_flows_are_those_of_their_injections(cleared):
    network, flow = cleared
    found = Sensitivities.of(network).flow(incidence(network).T @ flow)
    np.testing.assert_allclose(found, flow, rtol=0, atol=1e-6)
