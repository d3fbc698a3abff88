"""Feeders that matter to outages in transmission; the others may keep the power they draw."""

from dataclasses import fields, replace
from typing import Any

from scenarios.records import Load
from scenarios.scenario import Scenario
from security.dc.boundary_factors import BoundaryFactors
from security.dc.ptdf import Sensitivities
from security.dc.screening import THRESHOLD, Screening, screen_boundaries
from security.outages.ac import Before
from security.outages.penetration import RENEWABLE


def sensitive_boundaries(before: Before, threshold: float = THRESHOLD) -> Screening:
    """Boundaries that can move some flow by `threshold` of its rating after some outage.

    The greatest change of a boundary is the capacity of renewables below it and what its power
    follows of the voltage over the band of the boundary bus. Raises InvalidInput where no branch
    has a rating.
    """
    view = before.operators.upper
    sensitivities = Sensitivities.of(view.network)
    every = BoundaryFactors.after_outages(sensitivities, view.ports, list(view.network.branches))
    changes = {b: _greatest_change_mw(before, b) for b in before.operators.feeders}
    return screen_boundaries(every, changes, sensitivities.rating_mw, threshold)


def with_fixed_feeders(scenario: Scenario, before: Before, kept: tuple[str, ...]) -> Scenario:
    """The scenario with feeders as loads of what they draw in `before`, but for those of `kept`.

    An area of several roots stays where one of its boundaries does.
    """
    staying = {b.area for b in scenario.boundaries if b.boundary in kept}
    dropped = {b.boundary: b for b in scenario.boundaries if b.area not in staying}
    gone = {b.area for b in dropped.values()}
    tables: dict[str, Any] = {
        f.name: tuple(row for row in rows if getattr(row, "area", None) not in gone)
        for f in fields(scenario)
        if isinstance(rows := getattr(scenario, f.name), tuple)
    }
    power = before.found.power
    lumped = tuple(
        Load(scenario.transmission, f"feeder at {name}", b.transmission_bus,
             power[name].real, power[name].imag)
        for name, b in dropped.items()
    )  # fmt: skip
    return replace(scenario, **{**tables, "loads": (*tables["loads"], *lumped)})


def _greatest_change_mw(before: Before, boundary: str) -> float:
    view = before.operators.feeders[boundary].view
    renewable = sum(g.p_max_mw for g in view.generators.values() if g.technology in RENEWABLE)
    bus = before.operators.upper.network.buses[before.operators.upper.ports[boundary].bus]
    slope = abs(before.found.drawn[boundary].slope.real)
    return renewable + slope * (bus.v_max_pu - bus.v_min_pu)
