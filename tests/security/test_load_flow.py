"""Coordinated and merged load flow: other programs' results, and laws."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.findings import InvalidInput
from scenarios.networks import load_network
from scenarios.records import Area, Boundary, Generator, Load, Offer
from scenarios.scenario import Scenario
from security.ac.operation import base_operation
from security.coordinated.boundary_iteration import Operators
from security.load_flow import base_load_flow
from tests.security.conftest import MODELS, voltages

MODEL_NAMES = list(MODELS)


@pytest.fixture(scope="module")
def solved(coupling):
    """Load flows of a coupling by model and method."""
    held = {}

    def solve(model, method):
        if (model, method) not in held:
            limits = model == "qlim"
            scenario = coupling.with_model(model)
            held[model, method] = base_load_flow(scenario, method=method, q_limits=limits)
        return held[model, method]

    return solve


@pytest.mark.parametrize("method", ["response", "plain", "merged"])
@pytest.mark.parametrize("model", MODEL_NAMES)
def test_voltages_are_the_reference(coupling, solved, model, method):
    flow, expected = solved(model, method), coupling.load_flow[model]
    size, angle = voltages(flow, coupling.places())
    assert size == pytest.approx(np.array(expected["Vm"]), abs=1e-8)
    assert angle == pytest.approx(np.array(expected["Va"]), abs=1e-6)


@pytest.mark.parametrize("method", ["response", "merged"])
@pytest.mark.parametrize("model", MODEL_NAMES)
def test_boundary_power_is_the_reference(coupling, solved, model, method):
    flow = solved(model, method)
    for (_, _, p, q, *_), port in zip(
        coupling.load_flow[model]["boundary"], flow.ports.values(), strict=True
    ):
        assert port.power.real == pytest.approx(p, abs=1e-6)
        assert port.power.imag == pytest.approx(q, abs=1e-6)


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_losses_are_the_reference(coupling, solved, model):
    expected = coupling.load_flow[model]["loss_total"]
    assert solved(model, "response").loss_mw == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_the_response_needs_few_rounds(solved, model):
    assert solved(model, "response").rounds <= 4


@pytest.mark.parametrize("model", MODEL_NAMES)
def test_generation_is_load_and_losses(coupling, solved, model):
    """Audit of active power over all areas, boundary power left out of both sides."""
    flow = solved(model, "response")
    injected = sum(
        float((a.v * np.conj(a.grid.y_bus @ a.v)).real.sum()) * a.grid.base_mva
        for a in flow.areas.values()
    )
    assert injected == pytest.approx(flow.loss_mw, abs=1e-6)


def one_network(name, v_slack=None):
    """A shipped network alone; a feeder's root is fed by a source that holds 1 p.u."""
    network = load_network(name, "T")
    tables = {
        "buses": network.buses, "branches": network.branches, "loads": network.loads,
        "generators": network.generators, "offers": network.offers,
    }  # fmt: skip
    if v_slack is not None:
        source = Generator("T", "source", network.root, 0.0, 1e4, v_set_pu=v_slack)
        tables["generators"] = (source,)
        tables["offers"] = (Offer("T", "source", None, 1, 1e4, 10.0),)
    area = Area("T", "transmission", network.area.base_mva)
    return Scenario(name, (1.0,), 500.0, 100.0, (area,), **tables)


@pytest.mark.parametrize(
    ("name", "loss", "slack_mw"),
    [("ieee14", 13.393, 232.393), ("ieee30", 17.557, 260.957), ("ieee118", 132.863, 513.863)],
)
def test_transmission_networks_have_the_published_losses(name, loss, slack_mw):
    flow = base_load_flow(one_network(name), method="merged")
    area = flow.areas["T"]
    assert flow.loss_mw == pytest.approx(loss, abs=1e-3)
    assert area.generation[area.grid.slack].real == pytest.approx(slack_mw, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "loss_kw", "lowest", "bus"),
    [
        ("feeder16", 511.44, 0.9693, None),
        ("feeder17", 661.87, 0.9243, "11"),
        ("feeder17_as_published", 950.68, 0.8848, "11"),
        ("feeder33", 202.677, 0.91309, "18"),
        ("feeder141", 632.70, 0.92786, "87"),
    ],
)
def test_feeders_have_the_published_losses_and_lowest_voltage(name, loss_kw, lowest, bus):
    flow = base_load_flow(one_network(name, v_slack=1.0), method="merged")
    assert 1e3 * flow.loss_mw == pytest.approx(loss_kw, abs=0.01)
    v, place = flow.lowest
    assert v == pytest.approx(lowest, abs=1e-4)
    assert bus is None or place == f"T/{bus}"


def scaled(coupling, n_p, n_q):
    """The coupling's feeders with one pair of load exponents."""
    upper = coupling.scenario.transmission
    loads = (
        r if r.area == upper else replace(r, n_p=n_p, n_q=n_q) for r in coupling.scenario.loads
    )
    return replace(coupling.scenario, loads=tuple(loads))


def test_a_feeder_of_impedances_draws_with_the_square_of_its_voltage(coupling_of):
    """S(V) = S(1) V^2 exactly, so the slope at V is 2 S / V."""
    operators = Operators(scaled(coupling_of("14A"), 2.0, 2.0))
    for feeder in operators.feeders.values():
        operation = base_operation(feeder.view, feeder.grid)
        at_one = feeder.draw(operation, 1.0)
        for v in (0.9, 1.06):
            there = feeder.draw(operation, v)
            assert there.power == pytest.approx(at_one.power * v**2, rel=1e-10)
            assert there.slope == pytest.approx(2 * there.power / v, rel=1e-7)


@pytest.mark.parametrize(("n", "sign"), [(0.0, +1), (2.0, -1)])
def test_lumping_errs_in_the_direction_of_the_exponent(coupling_of, n, sign):
    """Constant power forgets the feeder's losses; impedances overstate the load above 1 p.u."""
    scenario = scaled(coupling_of("14A"), n, n)
    together = base_load_flow(scenario)
    lumped = base_load_flow(scenario, method="itlf")
    for boundary, port in together.ports.items():
        apart = abs(lumped.ports[boundary].voltage) - abs(port.voltage)
        assert np.sign(apart) == sign
        assert abs(apart) > 1e-5


def test_lumping_hardly_errs_at_exponent_one(coupling_of):
    scenario = scaled(coupling_of("14A"), 1.0, 1.0)
    together, lumped = base_load_flow(scenario), base_load_flow(scenario, method="itlf")
    for boundary, port in together.ports.items():
        assert abs(lumped.ports[boundary].voltage) == pytest.approx(abs(port.voltage), abs=1e-4)


def test_a_feeder_of_one_bus_is_a_lumped_load(coupling_of):
    """Without impedance there is nothing to coordinate."""
    scenario = coupling_of("14A").scenario
    upper = scenario.transmission
    kept = {b.area: b.root_bus for b in scenario.boundaries}
    bare = replace(
        scenario,
        buses=tuple(b for b in scenario.buses if b.area == upper or b.bus == kept[b.area]),
        branches=tuple(k for k in scenario.branches if k.area == upper),
        loads=(
            *(r for r in scenario.loads if r.area == upper),
            *(Load(a, "all", root, 3.0, 1.0, 1.3, 2.0) for a, root in kept.items()),
        ),
    )
    together, lumped = base_load_flow(bare), base_load_flow(bare, method="itlf")
    for boundary, port in together.ports.items():
        assert lumped.ports[boundary].voltage == pytest.approx(port.voltage, abs=1e-9)


def test_a_load_beyond_the_nose_is_unsolved_with_a_reason(coupling_of):
    scenario = coupling_of("14A").scenario
    heavy = replace(
        scenario, loads=tuple(replace(r, p_mw=9 * r.p_mw, q_mvar=9 * r.q_mvar)
                              for r in scenario.loads)
    )  # fmt: skip
    for method in ("response", "plain", "merged"):
        flow = base_load_flow(heavy, method=method)
        assert flow.outcome == "unsolved"
        assert "no solution" in flow.why


def test_an_area_with_two_boundaries_is_refused_with_a_cure(coupling_of):
    scenario = coupling_of("14A").scenario
    first = scenario.boundaries[0]
    second = Boundary("second", "9", first.area, "18")
    meshed = replace(scenario, boundaries=(*scenario.boundaries, second))
    with pytest.raises(InvalidInput, match="merged"):
        base_load_flow(meshed)


def test_meshed_feeders_are_solved(coupling_of):
    """A tie closed in one feeder: coordinated and merged still agree."""
    scenario = coupling_of("14A").scenario
    area = scenario.distribution[0]
    tie = replace(
        next(k for k in scenario.branches if k.area == area),
        branch="tie", from_bus="18", to_bus="33", in_service=True,
    )  # fmt: skip
    meshed = replace(scenario, branches=(*scenario.branches, tie))
    together, merged = base_load_flow(meshed), base_load_flow(meshed, method="merged")
    for name, flow in together.areas.items():
        assert flow.v == pytest.approx(merged.areas[name].v, abs=1e-9)
