"""What one outage leaves: state, flows, voltages, boundary power."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from security.ac.grid import Complex, Grid, Real
from security.coordinated.boundary_iteration import Operators
from security.dc.outages import State
from security.outages.outage import Outage

UNKNOWN = complex(np.nan, np.nan)
NO_TAKER = "no other generator can take over"


@dataclass(frozen=True)
class Layout:
    """What the outages of a scenario share: transmission's grid first, then those below it."""

    grids: tuple[Grid, ...]
    boundaries: tuple[str, ...]

    @staticmethod
    def of(operators: Operators) -> "Layout":
        """All operators' networks."""
        below = operators.feeders
        return Layout((operators.newton.grid, *(f.grid for f in below.values())), tuple(below))

    @property
    def upper(self) -> Grid:
        """Transmission's grid."""
        return self.grids[0]

    def rating_mva(self, outage: Outage) -> Real:
        """Limit of every branch of transmission: that of every day, or that after an outage."""
        return self.upper.rating_mva if outage.is_none else self.upper.emergency_mva

    @cached_property
    def places(self) -> tuple[tuple[str, str], ...]:
        """(area, bus) of every voltage."""
        return tuple((g.area, bus) for g in self.grids for bus in g.buses)

    @cached_property
    def v_min(self) -> Real:
        """Least voltage (p.u.) at every place."""
        return np.concatenate([g.v_min for g in self.grids])

    @cached_property
    def v_max(self) -> Real:
        """Greatest voltage (p.u.) at every place."""
        return np.concatenate([g.v_max for g in self.grids])

    @cached_property
    def has_band(self) -> NDArray[np.bool_]:
        """Whether voltages at a place are judged: not at the roots of feeders, nor without band."""
        is_root = [
            n == g.slack and g is not self.upper
            for g in self.grids
            for n in range(g.y_bus.shape[0])
        ]
        judged: NDArray[np.bool_] = (self.v_max > self.v_min) & ~np.array(is_root)
        return judged


@dataclass(frozen=True)
class AfterOutage:
    """What one outage leaves; unknown values are nan.

    `flow` (branches of transmission,) is the power (MVA) into the from end, `loading_mva` the
    greater of both ends; `v_pu` (places,), `boundary` (boundaries,) in MVA into distribution.
    `why` says what keeps an outage from having a state, `violations` which limits are exceeded.
    """

    outage: Outage
    state: State
    flow: Complex
    loading_mva: Real
    v_pu: Real
    boundary: Complex
    method: str = ""
    why: str = ""
    violations: tuple[str, ...] = ()

    @staticmethod
    def unknown(
        layout: Layout, outage: Outage, state: State, why: str, method: str = ""
    ) -> "AfterOutage":
        """An outage that leaves islands or has no solution."""
        branches = len(layout.upper.branches)
        return AfterOutage(
            outage,
            state,
            np.full(branches, UNKNOWN),
            np.full(branches, np.nan),
            np.full(len(layout.places), np.nan),
            np.full(len(layout.boundaries), UNKNOWN),
            method,
            why,
        )

    @staticmethod
    def islanding(layout: Layout, outage: Outage, cut_off: Sequence[str]) -> "AfterOutage":
        """An outage that cuts buses off from the slack."""
        why = f"no way to the slack bus from {', '.join(map(repr, cut_off))}"
        return AfterOutage.unknown(layout, outage, State.ISLANDING, why)
