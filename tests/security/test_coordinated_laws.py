"""Laws of the coordinated load flow: what its answer must not depend on."""

from dataclasses import replace

import numpy as np
import pytest

from scenarios.records import Boundary
from scenarios.systems.coupled import coupled
from scenarios.variants.feeders import with_exponents
from security.ac.newton import Outcome
from security.ac.operation import base_operation
from security.coordinated.boundary_iteration import Exchange, Operators
from security.load_flow import base_load_flow

EXPONENTS = ((0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (1.2, 3.0))
FED = {"10": "feeder33", "12": "feeder33"}


@pytest.fixture(scope="module", params=EXPONENTS)
def scenario(request):
    return with_exponents(coupled("ieee14", FED), *request.param)


def test_every_start_leads_to_the_same_voltages(scenario):
    operators = Operators(scenario)
    upper = base_operation(operators.upper, operators.newton.grid)
    lower = {b: base_operation(f.view, f.grid) for b, f in operators.feeders.items()}
    found = [
        Exchange(response=response, first_v_pu=v).solve(operators, upper, lower)
        for response in (True, False)
        for v in (0.85, 1.0, 1.15)
    ]
    assert all(f.outcome is Outcome.SOLVED for f in found)
    for other in found[1:]:
        assert other.transmission.v == pytest.approx(found[0].transmission.v, abs=1e-9)


def test_both_sides_know_the_same_power_at_the_same_voltage(scenario):
    """However the rounds end: within 1e-6 MW, and 1e-8 p.u. at every root."""
    found = base_load_flow(scenario)
    for area in scenario.distribution:
        root = found.areas[area].v[found.areas[area].grid.slack]
        boundary = next(b.boundary for b in scenario.boundaries if b.area == area)
        assert abs(root - found.ports[boundary].voltage) < 1e-8
    whole = base_load_flow(scenario, method="merged")
    for name, port in found.ports.items():
        assert port.power == pytest.approx(whole.ports[name].power, abs=1e-6)


def test_boundaries_that_generators_hold_are_answered_exactly():
    """Every first question is asked at the very voltages of the solution."""
    scenario = coupled("ieee118", {"27": "feeder17", "80": "feeder16"})
    scenario = with_exponents(scenario, 0.5, 2.5)
    apart, whole = base_load_flow(scenario), base_load_flow(scenario, method="merged")
    for name, area in whole.areas.items():
        assert apart.areas[name].v == pytest.approx(area.v, abs=1e-10)


def test_newton_and_the_feeders_own_solver_find_the_same_state(scenario):
    for feeder in Operators(scenario).feeders.values():
        operation = base_operation(feeder.view, feeder.grid)
        for v in (0.95, 1.05):
            held = operation.v_set.copy()
            held[feeder.grid.slack] = v
            by_newton = feeder.newton.solve(replace(operation, v_set=held))
            by_sweeps = feeder.draw(operation, v).solved
            assert by_newton.outcome is Outcome.SOLVED
            assert by_sweeps.v == pytest.approx(by_newton.v, abs=1e-8)


@pytest.mark.parametrize(
    ("name", "load", "exponents", "before", "v"),
    [("feeder33", 3.128, (0.0, 0.0), 0.72, 0.956), ("feeder69", 4.374, (0.5, 2.5), 0.676, 0.9)],
)
def test_a_question_without_answer_takes_no_later_answer_away(name, load, exponents, before, v):
    """Heavily loaded: no solution at the first voltage, one at the second."""
    heavy = with_exponents(coupled("ieee14", {"10": name}), *exponents)
    loads = tuple(replace(r, p_mw=load * r.p_mw, q_mvar=load * r.q_mvar) for r in heavy.loads)
    (feeder,) = Operators(replace(heavy, loads=loads)).feeders.values()
    operation = base_operation(feeder.view, feeder.grid)
    failed = feeder.draw(operation, before)
    assert failed.solved.outcome is Outcome.UNSOLVED
    assert feeder.draw(operation, v, failed).power == feeder.draw(operation, v).power


def with_twin(scenario, area, boundary):
    """A second feeder like `area` at the same bus."""
    own = next(b for b in scenario.boundaries if b.area == area)
    twins = {
        table: (
            *getattr(scenario, table),
            *(replace(r, area="twin") for r in getattr(scenario, table) if r.area == area),
        )
        for table in ("areas", "buses", "branches", "loads")
    }
    second = Boundary(boundary, own.transmission_bus, "twin", own.root_bus)
    return replace(scenario, boundaries=(*scenario.boundaries, second), **twins)


@pytest.mark.parametrize("exponents", EXPONENTS)
def test_a_feeder_is_the_same_as_two_halves_of_it_side_by_side(exponents):
    whole = with_exponents(coupled("ieee14", {"10": "feeder33"}), *exponents)
    half = with_exponents(coupled("ieee14", {"10": "feeder33"}, scale=0.5), *exponents)
    one, two = base_load_flow(whole), base_load_flow(with_twin(half, "D10", "second"))
    assert two.areas["T"].v == pytest.approx(one.areas["T"].v, abs=1e-8)
    assert two.areas["D10"].v == pytest.approx(two.areas["twin"].v, abs=1e-10)
    drawn = sum(port.power for port in two.ports.values())
    assert drawn == pytest.approx(next(iter(one.ports.values())).power, abs=1e-6)


def test_what_a_feeder_draws_is_what_its_loads_and_branches_take(scenario):
    """Active power, feeder by feeder."""
    flow = base_load_flow(scenario)
    for b in scenario.boundaries:
        area = flow.areas[b.area]
        size = dict(zip(area.grid.buses, np.abs(area.v), strict=True))
        loads = (r for r in scenario.loads if r.area == b.area)
        served = sum(r.p_mw * size[r.bus] ** r.n_p for r in loads)
        drawn = flow.ports[b.boundary].power.real
        assert drawn == pytest.approx(served + area.loss_mw, abs=1e-6)
