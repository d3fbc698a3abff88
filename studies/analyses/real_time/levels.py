"""Levels of load that follow each other."""

from dataclasses import replace

from scenarios.scenario import Scenario


def at_level(scenario: Scenario, factor: float) -> Scenario:
    """The scenario with all loads, active and reactive, times a factor."""
    loads = (replace(r, p_mw=factor * r.p_mw, q_mvar=factor * r.q_mvar) for r in scenario.loads)
    return replace(scenario, loads=tuple(loads))
