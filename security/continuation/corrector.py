"""Newton's method for the point of the curve that meets a condition."""

from dataclasses import replace

import numpy as np

from security.ac.demand import DIVERGING
from security.ac.elimination import Singular
from security.ac.newton import LEAST_V, TOLERANCE
from security.continuation.equations import UPPER, Condition, Linearised, Point, Steps, System

MAX_ROUNDS = 12


def moved(at: Linearised, steps: Steps, share: float = 1.0) -> Point:
    """The point after (a share of) a step."""
    areas = {
        name: replace(at.point.areas[name], v=at.area(name).moved(share * step))
        for name, step in steps.areas.items()
    }
    for name, equations in at.system.lower.items():
        root = equations.grid.slack
        areas[name].v[root] = abs(areas[UPPER].v[at.system.bus_of[name]])
    return Point(at.point.lam + share * steps.lam, areas)


@DIVERGING
def correct(system: System, guess: Point, condition: Condition) -> tuple[Linearised | None, int]:
    """The point of the curve that meets the condition, and the rounds it took; or none."""
    at = Linearised(system, guess)
    try:
        for rounds in range(1, MAX_ROUNDS + 1):
            gap = condition.gap(at, at.upper)
            if abs(gap) <= TOLERANCE and at.is_solved:
                return at, rounds
            at = Linearised(system, moved(at, at.solve(condition)))
            if not _sound(at.point):
                return None, rounds
    except Singular:
        return None, rounds
    return None, MAX_ROUNDS


def _sound(point: Point) -> bool:
    sizes = [np.abs(local.v) for local in point.areas.values()]
    return all(bool(np.isfinite(s).all()) and float(s.min()) > LEAST_V for s in sizes)
