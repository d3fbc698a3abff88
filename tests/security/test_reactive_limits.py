"""Reactive limits: a bus holds its voltage, or stands at the limit that keeps it from doing so."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.merging import merge
from scenarios.systems.coupled import coupled
from scenarios.variants.feeders import with_impedance
from security.ac.grid import Grid
from security.ac.newton import Newton, Outcome
from security.ac.operation import base_operation

WITHIN = 1e-6  # p.u.


def whole(scenario):
    """Solver and operation of all areas as one network."""
    merged = merge(scenario)
    view = merged.area(merged.transmission)
    newton = Newton(Grid.of(view.network))
    return newton, base_operation(view, newton.grid)


def wrong(found):
    """Buses beyond their reactive power, or at a limit that does not bind, by name."""
    operation, base = found.operation, found.operation.grid.base_mva
    q, size = found.generation.imag / base, np.abs(found.v)
    high, low = operation.q_max / base, operation.q_min / base
    holds = np.abs(size - operation.v_set) <= WITHIN
    at_high = (np.abs(q - high) <= WITHIN) & (size <= operation.v_set + WITHIN)
    at_low = (np.abs(q - low) <= WITHIN) & (size >= operation.v_set - WITHIN)
    inside = holds & (q <= high + WITHIN) & (q >= low - WITHIN)
    right = ~np.isfinite(operation.v_set) | inside | at_high | at_low
    right[operation.grid.slack] = True
    return [operation.grid.buses[n] for n in np.flatnonzero(~right)]


def test_a_bus_that_meets_its_limit_twice_may_come_back_twice():
    feeders = {"24": "feeder33", "36": "feeder85", "59": "feeder69"}
    newton, operation = whole(with_impedance(coupled("ieee118", feeders, 3.0), 0.3))
    found = newton.solve_within_limits(operation)
    assert found.outcome is Outcome.SOLVED
    assert wrong(found) == []


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["ieee14", "ieee30", "ieee118"]),
    st.floats(0.2, 1.6),
    st.lists(st.floats(0.3, 2.0), min_size=54, max_size=54),
)
def test_every_solution_is_complementary(network, load, wider):
    """Whatever the load, and with limits 0.3 to 2 times as wide."""
    scenario = coupled(network, {})
    loads = tuple(replace(r, p_mw=load * r.p_mw, q_mvar=load * r.q_mvar) for r in scenario.loads)
    units = tuple(
        replace(g, q_min_mvar=f * g.q_min_mvar, q_max_mvar=f * g.q_max_mvar)
        for g, f in zip(scenario.generators, wider, strict=False)
    )
    newton, operation = whole(replace(scenario, loads=loads, generators=units))
    found = newton.solve_within_limits(operation)
    assert found.outcome is Outcome.UNSOLVED or wrong(found) == []
