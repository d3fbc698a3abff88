"""The scenario's records as arrays over all areas: buses, branches, and who stands at which bus."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order
from scipy.sparse.linalg import splu

from scenarios.records import SLACK, Branch
from scenarios.scenario import Scenario
from validation.check import Rows

Places = NDArray[np.int64]
Mask = NDArray[np.bool_]


def column(records: Iterable[Any], field: str) -> Rows:
    """One field of all records, shape (records, 1); NaN where it is null."""
    values = [getattr(r, field) for r in records]
    return np.array([np.nan if v is None else v for v in values], dtype=float).reshape(-1, 1)


@dataclass(frozen=True)
class Grid:
    """Buses and in-service branches of all areas, numbered through."""

    scenario: Scenario

    @cached_property
    def bus(self) -> dict[tuple[str, str], int]:
        """Number of each (area, bus)."""
        return {(b.area, b.bus): n for n, b in enumerate(self.scenario.buses)}

    @cached_property
    def branches(self) -> Sequence[Branch]:
        """Branches in service."""
        return [k for k in self.scenario.branches if k.in_service]

    @cached_property
    def start(self) -> Places:
        """Bus at the from end of each branch."""
        return self._ends("from_bus")

    @cached_property
    def end(self) -> Places:
        """Bus at the to end of each branch."""
        return self._ends("to_bus")

    @cached_property
    def incidence(self) -> Any:
        """+1 where a branch leaves a bus, -1 where it arrives; shape (branches, buses)."""
        shape = (len(self.branches), len(self.bus))
        n, one = np.arange(shape[0]), np.ones(shape[0])
        leaves = sparse.csr_array((one, (n, self.start)), shape=shape)
        return leaves - sparse.csr_array((one, (n, self.end)), shape=shape)

    @cached_property
    def upper_branch(self) -> Mask:
        """Whether each branch is in transmission."""
        return self._are_upper(self.branches)

    @cached_property
    def upper_bus(self) -> Mask:
        """Whether each bus is in transmission."""
        return self._are_upper(self.scenario.buses)

    @cached_property
    def slack(self) -> Mask:
        """Whether each bus is the slack (root) of its area."""
        return np.array([b.kind == SLACK for b in self.scenario.buses])

    @cached_property
    def reference(self) -> Places:
        """The slack bus of the island in which each bus stands."""
        joined = abs(self.incidence.T) @ abs(self.incidence)
        _, island = sparse.csgraph.connected_components(joined, directed=False)
        slack = np.zeros(island.max(initial=0) + 1, dtype=np.intp)
        slack[island[self.slack]] = np.flatnonzero(self.slack)
        return slack[island]

    @cached_property
    def _walk(self) -> tuple[Places, Places]:
        """Buses of all feeders from the roots outwards, and the bus before each."""
        count = len(self.bus)
        roots = np.flatnonzero(self.slack & ~self.upper_bus)
        lower = ~self.upper_branch
        start = np.concatenate([self.start[lower], np.full(roots.size, count)])
        end = np.concatenate([self.end[lower], roots])
        shape = (count + 1, count + 1)  # the last one stands before all roots
        joined = sparse.csr_array((np.ones(start.size), (start, end)), shape=shape)
        order, before = breadth_first_order(joined, count, directed=False)
        return order[1:].astype(int), before[:count].astype(int)

    @cached_property
    def far(self) -> Places:
        """The end of each feeder branch that lies farther from the root."""
        return np.where(self._walk[1][self.end] == self.start, self.end, self.start)

    @cached_property
    def inwards(self) -> Sequence[int]:
        """Feeder branches from the leaves to the roots."""
        place = np.zeros(len(self.bus), dtype=int)
        place[self._walk[0]] = np.arange(self._walk[0].size)
        lower = np.flatnonzero(~self.upper_branch)
        ordered: list[int] = lower[np.argsort(-place[self.far[lower]])].tolist()
        return ordered

    def along_paths(self, rise: Any) -> Rows:
        """Sum of a rise (from -> to) on the way from the root to every bus of every feeder.

        `rise` has one row per branch, the result one row per bus.
        """
        buses = np.flatnonzero(~self.upper_bus & ~self.slack)
        total = np.zeros((len(self.bus), rise.shape[1]))
        if buses.size and rise.any():
            tree = sparse.csc_array(self.incidence[~self.upper_branch])[:, buses]
            total[buses] = splu(tree).solve(-rise[~self.upper_branch])
        return total

    @cached_property
    def voltage_worth(self) -> Any:
        """What prices of voltage drops (branches) make a squared voltage worth (buses)."""
        start, end = self.incidence > 0, self.incidence < 0
        tap = sparse.diags_array(column(self.branches, "tap").ravel() ** -2)
        return sparse.csr_array(start.astype(float).T @ tap - end.astype(float).T)

    @cached_property
    def base_mva(self) -> Rows:
        """Power base of each branch, shape (branches, 1)."""
        base = {a.area: a.base_mva for a in self.scenario.areas}
        return np.array([base[k.area] for k in self.branches]).reshape(-1, 1)

    def stiffness(self, kept: Mask) -> Rows:
        """MW per rad across each of the branches `kept`: base / (x tap)."""
        branches = [k for k, one in zip(self.branches, kept, strict=True) if one]
        return self.base_mva[kept] / (column(branches, "x_pu") * column(branches, "tap"))

    @cached_property
    def angle_limits(self) -> tuple[Rows, Rows]:
        """Least and greatest angle (rad) of each branch's from bus over its to bus."""
        low, high = (column(self.branches, f"angle_{end}_deg") for end in ("min", "max"))
        least, most = np.nan_to_num(low, nan=-np.inf), np.nan_to_num(high, nan=np.inf)
        return np.radians(least), np.radians(most)

    @cached_property
    def rating(self) -> Rows:
        """Limit of each branch (MVA), infinite where there is none; shape (branches, 1)."""
        return np.nan_to_num(column(self.branches, "rating_mva"), nan=np.inf)

    @cached_property
    def bus_names(self) -> list[str]:
        """Buses in words."""
        return [f"{b.area} bus {b.bus}" for b in self.scenario.buses]

    @cached_property
    def branch_names(self) -> list[str]:
        """Branches in words."""
        return [f"{k.area} branch {k.branch}" for k in self.branches]

    def at(self, records: Iterable[Any], bus: str = "bus") -> Places:
        """Bus of each record."""
        return np.array([self.bus[r.area, getattr(r, bus)] for r in records], dtype=int)

    def boundary_buses(self) -> tuple[Places, Places]:
        """Transmission bus and root bus of every boundary."""
        upper = self.scenario.transmission
        met = [self.bus[upper, b.transmission_bus] for b in self.scenario.boundaries]
        return np.array(met, dtype=int), self.at(self.scenario.boundaries, "root_bus")

    def sum_at(self, bus: Places, values: Rows) -> Rows:
        """Values added up at their buses, shape (buses, periods)."""
        total = np.zeros((len(self.bus), values.shape[1]))
        np.add.at(total, bus, values)
        return total

    def factors(self, records: Sequence[Any]) -> Rows:
        """Profile factor of each record in every period; 1 without a profile."""
        periods = len(self.scenario.hours)
        profiles, one = self.scenario.profile_arrays, np.ones(periods)
        found = [profiles[r.profile] if r.profile is not None else one for r in records]
        return np.array(found).reshape(-1, periods)

    def _are_upper(self, records: Sequence[Any]) -> Mask:
        name = self.scenario.transmission
        return np.array([r.area == name for r in records], dtype=bool)

    def _ends(self, field: str) -> Places:
        return self.at(self.branches, field)


def members(records: Iterable[Any], *fields: str) -> list[tuple[str, ...]]:
    """Keys of records, such as (area, generator)."""
    return [tuple(getattr(r, f) for f in fields) for r in records]
