"""What is injected beside loads and generators: iron losses, stores, reactive power alone."""

from dataclasses import replace

import numpy as np
import pytest

from market.designs.integrated import Integrated
from market.operators.operators import Operators
from scenarios.records import Generator, Load, Storage
from scenarios.systems import build_system
from security.cleared_day import check_cleared_day
from security.load_flow import base_load_flow
from validation import validate


@pytest.fixture(scope="module")
def feeder():
    """A 33-bus feeder below a bus that gives power."""
    return build_system("feeder33")


def voltages(flow):
    at = [(n, b) for n, a in flow.areas.items() for b in a.grid.buses]
    return dict(zip(at, np.abs(np.concatenate([a.v for a in flow.areas.values()])), strict=True))


def with_conductance(scenario, g_pu):
    """Every branch of the feeder with iron losses."""
    lines = [
        replace(k, g_pu=g_pu) if k.area in scenario.distribution else k for k in scenario.branches
    ]
    return scenario.with_tables({"branches": lines})


def test_iron_losses_are_conductance_times_squared_voltage(feeder):
    """A branch takes g V^2, half of it at each end."""
    idle = with_conductance(feeder.with_tables({"loads": (), "bids": ()}), 1e-6)
    flow = base_load_flow(idle)
    assert flow.outcome == "solved"
    base = {a.area: a.base_mva for a in idle.areas}
    v = voltages(flow)
    iron = sum(
        k.g_pu / 2 * (v[k.area, k.from_bus] ** 2 + v[k.area, k.to_bus] ** 2) * base[k.area]
        for k in idle.branches
        if k.in_service
    )
    assert flow.loss_mw == pytest.approx(iron, rel=1e-5)  # series losses go with its square
    assert flow.loss_mw > 0


def test_markets_with_losses_know_iron_losses(feeder):
    """The cone's boundary power is that of the load flow, whatever the conductance."""
    lossy = with_conductance(feeder, 1e-4)
    cleared = Integrated().clear(Operators(lossy, distribution="branch_flow_cone"))
    assert all(check.passed for check in validate(lossy, cleared))
    flow = check_cleared_day(lossy, cleared.tables["dispatch"])[1]
    (crossing,) = cleared.tables["boundary"].column("p_mw").to_pylist()
    (port,) = flow.ports.values()
    assert crossing == pytest.approx(port.power.real, abs=1e-4)


def test_a_store_at_its_base_power_is_a_load(feeder):
    area = feeder.distribution[0]
    store = Storage(area, "s", "18", 1.0, 1.0, 2.0, p_base_mw=0.2, q_base_mvar=0.1)
    held = base_load_flow(feeder.with_tables({"storage": [store]}))
    load = Load(area, "s", "18", 0.2, 0.1)
    loaded = base_load_flow(feeder.with_tables({"loads": [*feeder.loads, load]}))
    assert voltages(held) == pytest.approx(voltages(loaded), abs=1e-12)


def test_reactive_power_alone_counts_in_a_cleared_hour(feeder):
    """A load as two rows, one of P and one of Q, has the same load flow."""
    apart = [row for r in feeder.loads for row in halves(r)]
    flows = []
    for loads in (feeder.loads, apart):
        scenario = feeder.with_tables({"loads": loads})
        cleared = Integrated().clear(Operators(scenario))
        flows.append(check_cleared_day(scenario, cleared.tables["dispatch"])[1])
    assert voltages(flows[0]) == pytest.approx(voltages(flows[1]), abs=1e-8)


def halves(load):
    return replace(load, q_mvar=0.0), replace(load, load=f"{load.load} Q", p_mw=0.0)


def test_a_phase_shift_turns_voltages_behind_it_and_changes_nothing_else(feeder):
    """A generator that holds its voltage stands behind the shift: Newton's start turns with it."""
    area, name = feeder.distribution[0], "18"
    unit = Generator(area, "g", name, 0.0, 1.0, -1.0, 1.0, v_set_pu=1.0, p_base_mw=0.5)
    buses = [replace(b, kind="pv") if (b.area, b.bus) == (area, name) else b for b in feeder.buses]
    plain = feeder.with_tables({"generators": [*feeder.generators, unit], "buses": buses})
    root = next(b.root_bus for b in feeder.boundaries)
    turned = plain.with_tables(
        {"branches": [replace(k, shift_deg=150.0 if starts(k, area, root) else 0.0)
                      for k in plain.branches]}
    )  # fmt: skip
    for method in ("response", "merged"):
        before, after = (base_load_flow(s, method=method) for s in (plain, turned))
        assert voltages(after) == pytest.approx(voltages(before), abs=1e-9)


def starts(branch, area, bus):
    return (branch.area, branch.from_bus) == (area, bus)
