"""Outages: flows without the lost branch, solved anew for each, and what their limits are worth.

No factors here: every outage is a network of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from scenarios.results import FIXED_RULE, OutageLimit
from scenarios.scenario import Scenario
from validation.check import Missed, Rows
from validation.grid import Grid, Mask, Places, column


@dataclass(frozen=True)
class Outages:
    """Networks without each branch that may be lost; `flow` (branches, periods) is that with all.

    `angled` branches are those whose flows angles drive, `limits` the limits that bind.
    """

    scenario: Scenario
    grid: Grid
    angled: Mask
    flow: Rows
    limits: tuple[OutageLimit, ...]

    @cached_property
    def place(self) -> dict[tuple[str, str], int]:
        """Number of each branch, by area and name."""
        return {(k.area, k.branch): n for n, k in enumerate(self.grid.branches)}

    @cached_property
    def kept(self) -> dict[str, Mask]:
        """Branches that are left after each outage that leaves no island."""
        found = {}
        for outage in self.scenario.outages:
            left = self.angled.copy()
            left[self.place[outage.area, outage.branch]] = False
            if _parts(self.grid, left) == _parts(self.grid, self.angled):
                found[outage.branch] = left
        return found

    @cached_property
    def rating(self) -> Rows:
        """Limit of each branch after an outage (MW)."""
        given = column(self.grid.branches, "emergency_mva")
        return np.where(np.isnan(given), self.grid.rating, given)

    @cached_property
    def after(self) -> dict[str, Rows]:
        """Flows (MW) after each outage; what every bus injects stays."""
        injected = self.grid.incidence[self.angled].T @ self.flow[self.angled]
        return {outage: self._solved(left, injected) for outage, left in self.kept.items()}

    def _solved(self, left: Mask, injected: Rows) -> Rows:
        shift = np.radians(column(self.grid.branches, "shift_deg"))[left]
        worth = self.grid.stiffness(left)
        buses = self.loose
        a: Any = sparse.csc_array(self.grid.incidence[left])[:, buses]
        pushed = a.T @ sparse.diags_array(worth.ravel())
        angle = splu(sparse.csc_array(pushed @ a)).solve(injected[buses] + pushed @ shift)
        flow = np.zeros_like(self.flow)
        flow[left] = worth * (a @ angle - shift)
        return flow

    @cached_property
    def loose(self) -> Places:
        """Buses whose angles are not given."""
        ends = np.unique([self.grid.start[self.angled], self.grid.end[self.angled]])
        found: Places = ends[~self.grid.slack[ends]]
        return found

    @cached_property
    def shadow(self) -> dict[str, Rows]:
        """Shadow prices of the limits after each outage, shape (branches, periods)."""
        found: dict[str, Rows] = {}
        for row in self.limits:
            if row.rule == FIXED_RULE and row.outage in self.kept:
                prices = found.setdefault(row.outage, np.zeros_like(self.flow))
                prices[self.place[row.area, row.branch], row.period - 1] += row.shadow_usd_per_mwh
        return found

    def unearned(self) -> Iterator[Missed]:
        """What a limit is worth less what the flow after its outage earns ($/h)."""
        for outage, shadow in self.shadow.items():
            full = np.abs(shadow) * np.where(shadow != 0.0, self.rating, 0.0)
            earned = shadow * self.after[outage]
            yield Missed([f"{k} after {outage}" for k in self.grid.branch_names], full - earned)


def _parts(grid: Grid, left: Mask) -> int:
    """In how many parts the buses are by the branches that are left."""
    size = len(grid.bus)
    ends = (grid.start[left], grid.end[left])
    graph = sparse.coo_array((np.ones(int(left.sum())), ends), shape=(size, size))
    count: int = connected_components(graph, directed=False)[0]
    return count
