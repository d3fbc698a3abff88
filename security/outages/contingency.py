"""All outages of a list side by side: flows, voltages, boundary power, states and indices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from security.ac.grid import Complex, Real
from security.dc.outages import State
from security.indices import combined_ranking, performance_index_mw, performance_index_v, ranking
from security.load_flow import AT_LIMIT
from security.outages.after_outage import AfterOutage, Layout


@dataclass(frozen=True)
class Contingency:
    """Outages and their indices; matrices have a column for each outage.

    `intact` is the state without outage.
    `exponent` and `only_violations` are those of the indices.
    """

    layout: Layout
    intact: AfterOutage
    after: tuple[AfterOutage, ...]
    exponent: int = 1
    only_violations: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the outages."""
        return tuple(one.outage.name for one in self.after)

    @property
    def states(self) -> tuple[State, ...]:
        """States that the outages leave."""
        return tuple(one.state for one in self.after)

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Whether each outage has a load flow, shape (outages,)."""
        known = [one.state in (State.SECURE, State.VIOLATED) for one in self.after]
        return np.array(known, dtype=bool)

    @cached_property
    def flow(self) -> Complex:
        """Power (MVA) into the from end of every branch of transmission."""
        return _columns([one.flow for one in self.after], len(self.layout.upper.branches))

    @cached_property
    def v_pu(self) -> Real:
        """Voltage (p.u.) at every place."""
        return _columns([one.v_pu for one in self.after], len(self.layout.places)).real

    @cached_property
    def boundary(self) -> Complex:
        """Power (MVA) across every boundary into distribution."""
        return _columns([one.boundary for one in self.after], len(self.layout.boundaries))

    @cached_property
    def loading(self) -> Real:
        """Part of its limit that every branch carries at its fuller end; 0 without one."""
        carried = [one.loading_mva for one in self.after]
        return _columns(carried, len(self.layout.upper.branches)).real / self._rating

    @cached_property
    def _rating(self) -> Real:
        """Limit (MVA) of every branch in every state."""
        limits = [self.layout.rating_mva(one.outage) for one in self.after]
        return _columns(limits, len(self.layout.upper.branches)).real

    @cached_property
    def off_middle(self) -> Real:
        """How far every voltage stands from the middle of its band; +-1 at the band's ends.

        0 where there is no band to judge by.
        """
        low, high = self.layout.v_min[:, None], self.layout.v_max[:, None]
        half = np.where(self.layout.has_band[:, None], (high - low) / 2, np.inf)
        off: Real = (self.v_pu - (low + high) / 2) / half
        return off

    @cached_property
    def pi_mw(self) -> Real:
        """Index of the branches' active power; nan where it is not known."""
        index = performance_index_mw(
            self.flow.real,
            self._rating,
            self.exponent,
            only_violations=self.only_violations,
        )
        return np.where(self.is_known, index, np.nan)

    @cached_property
    def pi_v(self) -> Real:
        """Index of transmission's voltages; nan where they are not known."""
        return self._index_v(np.arange(len(self.layout.places)) < len(self.layout.upper.buses))

    @cached_property
    def pi_v_distribution(self) -> Real:
        """Index of distribution's voltages; nan where they are not known."""
        return self._index_v(np.arange(len(self.layout.places)) >= len(self.layout.upper.buses))

    @cached_property
    def ranking(self) -> NDArray[np.int_]:
        """Positions of the outages by `pi_mw`, then `pi_v`: severest first, unknown before all."""
        return ranking(self.pi_mw, self.pi_v)

    @cached_property
    def combined_ranking(self) -> NDArray[np.int_]:
        """Positions of the outages by the ranks of `pi_mw` and `pi_v` together."""
        return combined_ranking(self.pi_mw, self.pi_v)

    @cached_property
    def causes(self) -> NDArray[np.bool_]:
        """Whether each outage leaves a limit exceeded that was kept before, shape (outages,).

        Outages without a state do not count.
        """
        before = replace(self, after=(self.intact,))
        newly = [
            ((now > 1 + AT_LIMIT) & ~(then > 1 + AT_LIMIT)).any(axis=0)
            for now, then in (
                (self.loading, before.loading),
                (np.abs(self.off_middle), np.abs(before.off_middle)),
            )
        ]
        found: NDArray[np.bool_] = self.is_known & (newly[0] | newly[1])
        return found

    def count(self, state: State) -> int:
        """Number of outages that leave a state."""
        return self.states.count(state)

    @property
    def is_secure(self) -> bool:
        """Whether every outage leaves a secure state."""
        return self.count(State.SECURE) == len(self.after)

    def _index_v(self, among: NDArray[np.bool_]) -> Real:
        rows = among & self.layout.has_band
        index = performance_index_v(
            self.v_pu[rows],
            self.layout.v_min[rows],
            self.layout.v_max[rows],
            self.exponent,
            only_violations=self.only_violations,
        )
        return np.where(self.is_known, index, np.nan)


def _columns(each: Sequence[Complex | Real], rows: int) -> Complex:
    """One column for each outage, also where there is none."""
    return np.array(each, dtype=complex).reshape(len(each), rows).T
