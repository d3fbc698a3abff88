"""Branches as models can take them: ties without impedance, and parallel circuits of feeders."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from scenarios.importers.matpower.case import Case
from scenarios.records import Branch


def ties(case: Case, *, angles: bool) -> list[int]:
    """Rows of mpc.branch (from 0) without impedance, or, where angles decide, without reactance."""
    none = case.column("branch", "BR_X") == 0
    if not angles:
        none &= case.column("branch", "BR_R") == 0
    return [int(row) for row in np.flatnonzero(none)]


def angle_limit(written_deg: float) -> float | None:
    """Limit of an angle difference; 0 means none, and so does a right angle or more."""
    return written_deg if 0 < abs(written_deg) < 90 else None


def without_parallels(branches: Sequence[Branch]) -> tuple[Branch, ...]:
    """The branches with each group of parallel circuits in service as one equivalent branch.

    It has their admittances together, and carries as much as they do until the first of them is
    at its rating. Circuits of different ratios or shifts stay as they are.
    """
    groups = {group[0].branch: group for group in parallels(branches)}
    merged = {k.branch for group in groups.values() for k in group[1:]}
    return tuple(
        _equivalent(groups[k.branch]) if k.branch in groups else k
        for k in branches
        if k.branch not in merged
    )


def parallels(branches: Sequence[Branch]) -> Iterator[list[Branch]]:
    """Groups of two or more circuits in service that one branch can stand for."""
    held: dict[tuple[object, ...], list[Branch]] = {}
    for k in branches:
        if k.in_service:
            plain = k.tap == 1.0 and k.shift_deg == 0.0
            ends = tuple(sorted((k.from_bus, k.to_bus))) if plain else (k.from_bus, k.to_bus)
            held.setdefault((*ends, k.tap, k.shift_deg), []).append(k)
    return (group for group in held.values() if len(group) > 1)


def _equivalent(group: Sequence[Branch]) -> Branch:
    admittance = [1 / complex(k.r_pu, k.x_pu) for k in group]
    together = sum(admittance)
    ratings = [
        math.inf if k.rating_mva is None else k.rating_mva * abs(together / y)
        for k, y in zip(group, admittance, strict=True)
    ]
    series = 1 / together
    least = [k.angle_min_deg for k in group if k.angle_min_deg is not None]
    most = [k.angle_max_deg for k in group if k.angle_max_deg is not None]
    return replace(
        group[0],
        r_pu=series.real,
        x_pu=series.imag,
        b_pu=sum(k.b_pu for k in group),
        g_pu=sum(k.g_pu for k in group),
        rating_mva=min(ratings) if min(ratings) < math.inf else None,
        angle_min_deg=max(least, default=None),
        angle_max_deg=min(most, default=None),
    )
