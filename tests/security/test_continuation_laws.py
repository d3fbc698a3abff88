"""Laws of the curve of loading: cases by hand, invariants, and the traps of plain exchanges."""

import math
from dataclasses import replace

import numpy as np
import pytest

from scenarios.findings import InvalidInput
from scenarios.records import PV
from scenarios.variants.feeders import with_impedance
from security.continuation.curve_tables import boundary_table, curve_table
from security.continuation.direction import Direction
from security.continuation.loaded import Loaded, coordinated
from security.continuation.margin import margin
from security.continuation.nose import is_confirmed
from security.continuation.plain import plain_curve
from security.continuation.recheck import worst_mismatch
from security.continuation.trace import Tracer
from security.coordinated.boundary_iteration import Operators
from tests.security.conftest import with_generators
from tests.security.continuation_cases import (
    BASE_MW,
    two_buses,
    with_scaled_feeders,
)

METHODS = ("response", "merged")


def loadings(scenario, **options):
    return margin(scenario, q_limits=False, **options).lambda_max


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("feeder", [None, "far", "near"])
@pytest.mark.parametrize(("r", "x", "q"), [(0.0, 0.5, 0.0), (0.0, 0.5, 4.0), (0.2, 0.4, 5.0)])
def test_two_buses_collapse_where_the_formula_says(r, x, q, feeder, method):
    """S = E^2 / (2 (|Z| + R cos phi + X sin phi)), V^2 = S |Z|.

    A boundary at the source holds its voltage, so there the feeder collapses by itself. The
    connection to the other side has x = 1e-4, which belongs to the path only for `near`.
    """
    x_path = x + (1e-4 if feeder == "near" else 0.0)
    z, s = math.hypot(r, x_path), math.hypot(BASE_MW, q) / 100
    greatest = 1 / (2 * (z + (r * BASE_MW + x_path * q) / math.hypot(BASE_MW, q)))
    found = margin(two_buses(r=r, x=x, q_mvar=q, feeder=feeder), method=method)
    assert found.status == "solved"
    assert 1 + found.lambda_max == pytest.approx(greatest / s, rel=1e-6)
    ends = curve_table(found).query("bus == 'end' or bus == 'load'")["v_pu"].to_numpy()
    assert np.abs(ends - math.sqrt(greatest * z)).min() < 1e-3


def test_a_weak_machine_ends_at_a_fold():
    """Q of 0.3 p.u. for ever: P^2 x^2 = (1 + 2 x Q)^2 / 4 - x^2 Q^2 = 0.64 - 0.09, with x = 1."""
    found = margin(two_buses(x=1.0, q_max_mvar=30.0))
    assert found.limit == "fold"
    assert BASE_MW * (1 + found.lambda_max) / 100 == pytest.approx(math.sqrt(0.55), rel=1e-6)


def test_a_strong_machine_ends_where_it_meets_its_limit():
    """Holding 1 p.u. needs Q = (1 - cos d) / x; at 0.6 the angle is already beyond the nose

    of the network without its support: 2 x Q > 1. So the end is at P = sin d with cos d = 0.4.
    """
    found = margin(two_buses(x=1.0, q_max_mvar=60.0))
    assert found.limit == "q_limit"
    assert BASE_MW * (1 + found.lambda_max) / 100 == pytest.approx(math.sqrt(1 - 0.16), rel=1e-6)


def test_a_machine_without_limit_carries_load_to_a_right_angle():
    """P = sin d / x."""
    found = margin(two_buses(x=1.0, q_max_mvar=500.0))
    assert BASE_MW * (1 + found.lambda_max) / 100 == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_load_of_impedance_serves_less_as_loading_grows(method):
    """(1 + lambda) P0 V^2 is a resistance: lambda has no nose, served power has its own at P = 1.

    With x = 0.5 the greatest power is 1/(2x) = 1 p.u. at V^2 = 1/2.
    """
    scenario = two_buses(x=0.5, n=2.0, feeder="near")
    loaded = Loaded.base(Operators(scenario))
    prepared = coordinated(loaded, q_limits=False)
    tracer = Tracer(most=30.0)
    curve = tracer.trace(prepared.system, prepared.base)
    served = [p.lower["B"].power.real for p in curve.points]
    assert curve.limit is None
    assert "30" in curve.why
    assert max(served) == pytest.approx(100 * 1 / (2 * 0.5001), rel=1e-2)
    assert served[-1] < max(served)


def test_every_point_is_a_load_flow(coupling):
    found = margin(coupling.scenario, past=0.2)
    assert max(worst_mismatch(p)[0] for p in found.curve.points) < 1e-8


def test_a_point_that_is_moved_is_no_load_flow(coupling):
    point = margin(coupling.scenario).curve.points[3]
    name = next(iter(point.lower))
    v = point.point.areas[name].v.copy()
    v[5] *= 1.0001
    areas = {**point.point.areas, name: replace(point.point.areas[name], v=v)}
    moved = replace(point, point=replace(point.point, areas=areas))
    assert worst_mismatch(moved)[1]


def test_the_jacobian_is_singular_at_the_nose_and_no_solution_lies_above(coupling):
    found = margin(coupling.scenario, q_limits=False)
    assert found.singular_value_ratio < 1e-3
    assert is_confirmed(found.top)
    before = found.curve.points[found.curve.top - 2]
    assert not is_confirmed(before)


def test_the_curve_goes_down_again_behind_the_nose(coupling):
    found = margin(coupling.scenario, past=0.05)
    loading = [p.point.lam for p in found.curve.points]
    assert loading[-1] <= 0.95 * found.lambda_max
    assert np.all(np.diff(loading[: found.curve.top + 1]) >= 0)
    assert loading[found.curve.top + 1] < found.lambda_max


def test_a_feeder_without_impedance_is_its_lumped_load():
    scenario = with_impedance(with_scaled_feeders("ieee14", ("10", "12"), n_p=1.0), 1e-4)
    assert loadings(scenario) == pytest.approx(loadings(scenario, method="tcpf-lm"), abs=2e-4)


def test_constant_power_makes_the_feeder_collapse_long_before_its_lumped_load():
    scenario = with_scaled_feeders("ieee14", ("10", "12"))
    assert loadings(scenario) < 0.7 * loadings(scenario, method="tcpf")


def test_loads_that_follow_voltage_carry_on_beyond_their_lumped_constant_power():
    scenario = with_scaled_feeders("ieee14", ("10", "12"), n_p=1.2, n_q=3.0)
    assert loadings(scenario) > loadings(scenario, method="tcpf")


def test_more_reactive_capability_never_lowers_the_margin(coupling_of):
    coupling = coupling_of("14A")
    found = [margin(with_generators(coupling, p=0.0, q=q)).lambda_max for q in (0.0, 0.2, 0.4, 0.6)]
    assert np.all(np.diff(found) > 0)


def test_a_cold_start_ends_at_the_lumped_margin():
    """What transmission can carry of power fixed at the base voltage is no property of the load."""
    scenario = with_scaled_feeders("ieee30", ("15", "19"), 3.0, 1.0)
    loaded = Loaded.base(Operators(scenario))
    cold = plain_curve(loaded, q_limits=False, cold_v_pu=1.0).lambda_max
    assert cold == pytest.approx(1.156, abs=6e-3)
    assert loadings(scenario) > cold + 0.5


def test_the_plain_exchange_stops_early_and_the_response_does_not():
    scenario = with_scaled_feeders("ieee30", ("15", "19"), 3.0, 1.0)
    plain = margin(scenario, method="plain", q_limits=False)
    assert plain.lambda_max < 1.56
    assert loadings(scenario) == pytest.approx(loadings(scenario, method="merged"), abs=1e-6)
    assert loadings(scenario) > plain.lambda_max + 0.1


def test_held_boundaries_leave_the_collapse_to_the_feeder(coupling_of):
    """Generators at the boundary buses hold their voltages, so no slope can be seen from above."""
    scenario = coupling_of("14A").scenario
    fed = {b.transmission_bus for b in scenario.boundaries}
    machine = next(g for g in scenario.generators if g.area == "T" and g.bus == "2")
    strong = [
        replace(machine, generator=f"at-{b}", bus=b, v_set_pu=1.02, p_base_mw=0.0) for b in fed
    ]
    held = replace(
        scenario,
        generators=(*scenario.generators, *strong),
        offers=(
            *scenario.offers,
            *(replace(scenario.offers[0], owner=g.generator) for g in strong),
        ),
        buses=tuple(
            replace(b, kind=PV) if b.area == "T" and b.bus in fed else b for b in scenario.buses
        ),
    )
    both = [margin(held, method=m, q_limits=False) for m in METHODS]
    assert both[0].lambda_max == pytest.approx(both[1].lambda_max, abs=1e-7)
    named = [found.critical_bus.split("/") for found in both]
    assert {area for area, _ in named} <= {"D10", "D12"}  # alike, at the same voltage
    assert named[0][1] == named[1][1]


def test_only_loads_that_take_part_grow(coupling_of):
    scenario = coupling_of("14A").scenario
    still = {(r.area, r.load): 0.0 for r in scenario.loads if r.area == "D10"}
    found = margin(scenario, direction=Direction(loads=still), past=0.0)
    curve = curve_table(found)
    load = curve.groupby(["area", "point"])["p_mw"].sum()
    assert np.ptp(load["D10"].to_numpy()) == pytest.approx(0.0, abs=1e-9)
    assert load["D12"].iloc[-1] == pytest.approx(
        load["D12"].iloc[0] * (1 + curve["lambda"].iloc[-1]), rel=1e-9
    )


def test_distributed_generation_that_grows_relieves_its_boundary(coupling_of):
    scenario = with_generators(coupling_of("14A"), p=0.5, q=0.0)
    constant, growing = (
        boundary_table(margin(scenario, direction=Direction(distributed=k))) for k in (0.0, 1.0)
    )
    at = 0.05  # the first step of both
    drawn = [
        t.query("point == 1 and boundary == 'B10'")["p_mw"].item() for t in (constant, growing)
    ]
    grown = 2 * at * 0.5 * 0.3 * 3.715  # two generators at half of 30 % of the feeder's load
    assert drawn[0] - drawn[1] == pytest.approx(grown, rel=0.2)


def test_a_direction_that_names_what_is_not_there_is_bad_input(coupling_of):
    direction = Direction(loads={("D10", "nobody"): 2.0}, generators={("T", "nothing"): 1.0})
    with pytest.raises(InvalidInput) as raised:
        margin(coupling_of("14A").scenario, direction=direction)
    assert len(raised.value.findings) == 2


def test_a_base_case_without_solution_is_unsolved_with_a_reason(coupling_of):
    scenario = coupling_of("14A").scenario
    heavy = (replace(r, p_mw=9 * r.p_mw, q_mvar=9 * r.q_mvar) for r in scenario.loads)
    found = margin(replace(scenario, loads=tuple(heavy)))
    assert found.status == "unsolved"
    assert "base case" in found.why
