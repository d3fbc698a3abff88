"""Sweeps over several feeders give what each feeder gives by itself."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.records import PQ, SLACK, Area, Branch, Bus, Generator, Load
from scenarios.scenario import Scenario
from scenarios.systems.coupled import coupled
from scenarios.variants.feeders import with_exponents
from security.ac.grid import Grid
from security.ac.operation import base_operation
from security.coordinated.boundary_iteration import Exchange, Operators
from security.coordinated.feeder import Feeder
from security.coordinated.trees import Trees, TreesDrawn, holds_no_voltage, is_tree
from security.load_flow import base_load_flow

FED = {"10": "feeder33", "12": "feeder85", "14": "feeder17"}


def stacked(scenario):
    """Sweeps over all feeders of a scenario, and the feeders' operations."""
    operators = Operators(scenario)
    lower = {b: base_operation(f.view, f.grid) for b, f in operators.feeders.items()}
    trees = Trees(tuple(operators.feeders), tuple(operators.feeders.values()))
    return operators, lower, TreesDrawn(trees, tuple(lower.values()))


@pytest.mark.parametrize("exponents", [(0.0, 0.0), (1.2, 3.0)])
def test_power_slope_and_voltages_are_those_of_each_feeder(exponents):
    operators, lower, drawn = stacked(with_exponents(coupled("ieee14", FED), *exponents))
    v = np.array([0.97, 1.0, 1.05])
    found = drawn.draw(v, {})
    for (boundary, feeder), size in zip(operators.feeders.items(), v, strict=True):
        alone = feeder.draw(lower[boundary], float(size))
        assert found[boundary].power == pytest.approx(alone.power, abs=1e-7)
        assert found[boundary].slope == pytest.approx(alone.slope, abs=1e-4)
        np.testing.assert_allclose(found[boundary].solved.v, alone.solved.v, atol=1e-9)


def test_a_solution_balances_every_bus():
    """Kirchhoff's law at buses but the root, with the admittances of the grid."""
    _, lower, drawn = stacked(coupled("ieee14", FED))
    for boundary, found in drawn.draw(np.ones(3), {}).items():
        operation, v = lower[boundary], found.solved.v
        off = v * np.conj(operation.grid.y_bus @ v) - operation.generation / operation.grid.base_mva
        off += operation.consumed(np.abs(v))
        off[operation.grid.slack] = 0.0
        assert np.abs(off).max() < 1e-9


def test_the_same_question_has_the_same_answer():
    _, _, drawn = stacked(coupled("ieee14", FED))
    v = np.array([1.0, 1.01, 1.02])
    first = drawn.draw(v, {})
    again = drawn.draw(v, first)
    assert all(again[b] is first[b] for b in first)


def test_a_start_from_another_voltage_ends_at_the_same_power():
    _, _, drawn = stacked(with_exponents(coupled("ieee14", FED), 1.2, 3.0))
    v = np.array([1.0, 1.01, 1.02])
    fresh, moved = drawn.draw(v, {}), drawn.draw(v, drawn.draw(v - 0.03, {}))
    for boundary in fresh:
        assert moved[boundary].power == pytest.approx(fresh[boundary].power, abs=1e-9)


def test_where_one_feeder_has_no_solution_none_is_answered():
    scenario = coupled("ieee14", FED)
    heavy = (replace(r, p_mw=12 * r.p_mw) if r.area == "D14" else r for r in scenario.loads)
    _, _, drawn = stacked(replace(scenario, loads=tuple(heavy)))
    assert drawn.draw(np.ones(3), {}) == {}


def test_feeders_with_shunts_taps_or_loops_are_no_trees():
    grid = Operators(coupled("ieee14", FED)).feeders["B10"].grid
    charged = replace(grid, y_from=grid.y_from + np.array([0.01j, 0.0]))
    shunted = replace(grid, shunt=grid.shunt + 0.01j)
    looped = replace(grid, branches=(*grid.branches, "loop"))
    assert is_tree(grid)
    assert not any(is_tree(g) for g in (charged, shunted, looped))


def test_an_operation_that_holds_a_voltage_is_not_swept():
    _, lower, _ = stacked(coupled("ieee14", FED))
    operation = lower["B10"]
    v_set = operation.v_set.copy()
    v_set[5] = 1.0
    assert holds_no_voltage(operation)
    assert not holds_no_voltage(replace(operation, v_set=v_set))


def test_coordinated_is_merged_with_feeders_that_are_swept_and_one_that_is_not():
    """A generator holds 1 p.u. in one of three feeders."""
    scenario = coupled("ieee14", FED)
    held = Generator("D12", "holder", "20", 0.0, 1.0, -2.0, 2.0, v_set_pu=0.97, p_base_mw=0.5)
    mixed = replace(
        scenario,
        areas=tuple(replace(a, type="B") if a.area == "D12" else a for a in scenario.areas),
        generators=(*scenario.generators, held),
        buses=tuple(
            replace(b, kind="pv") if (b.area, b.bus) == ("D12", "20") else b for b in scenario.buses
        ),
    )
    apart, together = base_load_flow(mixed), base_load_flow(mixed, method="merged")
    for name, area in together.areas.items():
        np.testing.assert_allclose(apart.areas[name].v, area.v, atol=1e-8)


def test_a_first_round_that_agrees_by_luck_is_not_the_last():
    """From the very voltages of the solution one exact round must follow the rough one."""
    scenario = coupled("ieee14", {"10": "feeder33", "14": "feeder33"})
    operators = Operators(scenario)
    upper = base_operation(operators.upper, operators.newton.grid)
    lower = {b: base_operation(f.view, f.grid) for b, f in operators.feeders.items()}
    loose = Exchange(v_tolerance=1.0, s_tolerance=1e6)
    assert loose.solve(operators, upper, lower).rounds == 2


@st.composite
def trees(draw):
    """A random tree with its root anywhere, branches in any direction, and loads."""
    count = draw(st.integers(2, 12))
    parents = [draw(st.integers(0, n - 1)) for n in range(1, count)]
    names = draw(st.permutations([str(n) for n in range(count)]))
    buses = tuple(
        Bus("D", name, 10.0, 0.9, 1.1, kind=SLACK if name == names[0] else PQ)
        for name in sorted(names)
    )
    ends = [(names[n], names[p]) for n, p in enumerate(parents, start=1)]
    turned = [pair[::-1] if draw(st.booleans()) else pair for pair in ends]
    branches = tuple(
        Branch("D", f"k{n}", *pair, 0.01 + 0.01 * n, 0.02) for n, pair in enumerate(turned)
    )
    loads = tuple(Load("D", f"l{n}", n, 0.3, 0.1) for n in draw(st.sets(st.sampled_from(names))))
    return Scenario(
        "tree", (1.0,), 500.0, 100.0, (Area("D", "transmission", 10.0),), buses, branches,
        loads=loads,
    )  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(trees(), trees())
def test_random_trees_side_by_side_are_solved_as_alone(one, other):
    views = [s.area("D") for s in (one, other)]
    feeders = tuple(Feeder(view, Grid.of(view.network)) for view in views)
    operations = tuple(base_operation(f.view, f.grid) for f in feeders)
    assert all(is_tree(f.grid) for f in feeders)
    found = TreesDrawn(Trees(("a", "b"), feeders), operations).draw(np.array([1.0, 1.02]), {})
    for name, feeder, operation, v in zip("ab", feeders, operations, (1.0, 1.02), strict=True):
        alone = feeder.draw(operation, v)
        assert found[name].power == pytest.approx(alone.power, abs=1e-8)
        assert found[name].slope == pytest.approx(alone.slope, abs=1e-4)
