"""The greatest loading as another program finds it, and as published for scaled feeders."""

import json

import numpy as np
import pytest

from security.continuation.curve_tables import curve_table
from security.continuation.margin import margin
from tests.security.conftest import FOLDER, with_generators
from tests.security.continuation_cases import with_scaled_feeders

GENERATORS = {
    "nodg": lambda coupling: coupling.scenario,
    "dgq": lambda coupling: with_generators(coupling, p=0.0, q=0.6),  # Qmax is 0.6 Pmax
    "dgpv": lambda coupling: with_generators(coupling, p=0.0, q=0.0, holding=True),
}
CASES = [f"{kind}_{limits}" for kind in GENERATORS for limits in ("noqlim", "qlim")]
LOADABILITY = """
ieee14 1 0 1.9383 3.0385 3.0385
ieee14 1 1 3.1307 3.0374 3.1323
ieee14 1 2 3.2253 3.0356 3.1951
ieee14 3 0 1.3521 2.2023 2.2023
ieee14 3 1 2.5499 2.2303 2.5536
ieee14 3 2 2.8109 2.2511 2.7502
ieee30 1 0 1.3525 1.9059 1.9059
ieee30 1 1 1.9631 1.9127 1.9633
ieee30 1 2 2.0053 1.9179 1.9967
ieee30 3 0 0.6366 1.0842 1.0842
ieee30 3 1 1.6799 1.2097 1.6810
ieee30 3 2 1.8319 1.2982 1.8144
"""  # network, scale, exponent; coordinated, lumped with constant power, lumped with exponents
ROWS = [line.split() for line in LOADABILITY.strip().splitlines()]
FED = {"ieee14": ("10", "12"), "ieee30": ("15", "19")}


@pytest.fixture(scope="module")
def expected(coupling):
    return json.loads((FOLDER / coupling.name / "continuation.json").read_text())


@pytest.fixture(scope="module")
def found(coupling):
    held = {}

    def find(case, method="response"):
        if (case, method) not in held:
            kind, limits = case.split("_")
            scenario = GENERATORS[kind](coupling)
            held[case, method] = margin(scenario, method=method, q_limits=limits == "qlim")
        return held[case, method]

    return find


@pytest.mark.parametrize("method", ["response", "merged"])
@pytest.mark.parametrize("case", CASES)
def test_the_greatest_loading_is_the_reference(expected, found, case, method):
    result = found(case, method)
    assert result.status == "solved"
    assert result.lambda_max == pytest.approx(expected[case]["lambda_max"], abs=1e-6)
    assert result.limit == "fold"


@pytest.mark.parametrize("case", CASES)
def test_voltages_at_the_nose_are_the_reference(coupling, expected, found, case):
    """Voltages fall steeply there: 1e-9 of loading is 1e-4 p.u."""
    curve = curve_table(found(case))
    top = curve[curve["point"] == found(case).curve.top].set_index(["area", "bus"])["v_pu"]
    places = coupling.places(expected["bus_ids"])
    assert top[places].to_numpy() == pytest.approx(np.array(expected[case]["Vm_nose"]), abs=2e-4)


@pytest.mark.parametrize("case", [c for c in CASES if c.endswith("_qlim")])
def test_reactive_limits_are_met_in_the_order_and_at_the_loadings_of_the_reference(
    expected, found, case
):
    met = [e["lam"] for e in expected[case]["events"] if e["name"] == "QLIM"]
    ours = [loading for loading, _ in found(case).curve.reached]
    assert ours == pytest.approx(met, abs=1e-5)


@pytest.mark.parametrize(("network", "scale", "n", "full", "constant", "following"), ROWS)
def test_loadability_of_scaled_feeders_is_as_published(
    network, scale, n, full, constant, following
):
    """Rounded to four digits after steps of 1e-5."""
    scenario = with_scaled_feeders(network, FED[network], float(scale), float(n))
    values = {
        method: margin(scenario, method=method, q_limits=False).lambda_max
        for method in ("response", "merged", "tcpf", "tcpf-lm")
    }
    assert values["response"] == pytest.approx(values["merged"], abs=1e-6)
    assert values["merged"] == pytest.approx(float(full), abs=2e-4)
    assert values["tcpf"] == pytest.approx(float(constant), abs=2e-4)
    assert values["tcpf-lm"] == pytest.approx(float(following), abs=2e-4)
