"""Limits of all areas in one array each, to judge many states of the same networks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from security.ac.grid import Complex, Grid, Places, Real
from security.load_flow import AT_LIMIT, Violation, wide_angles


@dataclass(frozen=True)
class Limits:
    """Networks one after the other; places are all their buses."""

    grids: tuple[Grid, ...]

    @cached_property
    def first(self) -> Places:
        """Place of every network's first bus."""
        sizes = [len(g.buses) for g in self.grids]
        return np.concatenate([[0], np.cumsum(sizes[:-1])]).astype(np.intp)

    @cached_property
    def _is_inner(self) -> NDArray[np.bool_]:
        """Whether a bus is no root of a feeder: those are judged as buses of transmission."""
        inner = [np.arange(len(g.buses)) != g.slack for g in self.grids]
        inner[0][:] = True
        return np.concatenate(inner)

    @cached_property
    def _band(self) -> tuple[Real, Real]:
        low = np.concatenate([g.v_min for g in self.grids])
        high = np.concatenate([g.v_max for g in self.grids])
        return low, high

    @cached_property
    def _ends(self) -> tuple[Places, Places]:
        pairs = zip(self.grids, self.first, strict=True)
        start, end = zip(*((g.start + n, g.end + n) for g, n in pairs), strict=True)
        return np.concatenate(start), np.concatenate(end)

    @cached_property
    def _admittances(self) -> tuple[Complex, Complex]:
        """Those of every branch, in MVA at 1 p.u."""
        y_from = np.concatenate([g.y_from * g.base_mva for g in self.grids])
        y_to = np.concatenate([g.y_to * g.base_mva for g in self.grids])
        return y_from, y_to

    @cached_property
    def _ratings(self) -> tuple[Real, Real]:
        """Those of the intact networks, and those after an outage."""
        every_day = np.concatenate([g.rating_mva for g in self.grids])
        return every_day, np.concatenate([g.emergency_mva for g in self.grids])

    @cached_property
    def _bus_names(self) -> Sequence[tuple[int, str, str]]:
        return [(n, g.area, bus) for n, g in enumerate(self.grids) for bus in g.buses]

    @cached_property
    def _branch_names(self) -> Sequence[tuple[int, str, str]]:
        return [(n, g.area, k) for n, g in enumerate(self.grids) for k in g.branches]

    def branch_power(self, v: Complex, out: Sequence[int] = ()) -> tuple[Complex, Complex]:
        """Power (MVA) into both ends of every branch; branches `out` carry nothing."""
        start, end = self._ends
        y_from, y_to = self._admittances
        into = v[start] * np.conj(y_from[:, 0] * v[start] + y_from[:, 1] * v[end])
        back = v[end] * np.conj(y_to[:, 0] * v[start] + y_to[:, 1] * v[end])
        into[list(out)] = back[list(out)] = 0.0
        return into, back

    def exceeded(
        self,
        v: Complex,
        carried_mva: Real,
        slacks: Places,
        out: Sequence[int] = (),
        *,
        intact: bool = True,
    ) -> tuple[Violation, ...]:
        """Limits that voltages (p.u.) and branches exceed, area by area; nan exceeds none.

        Unless the networks are `intact`, branches may carry what they may after an outage. The
        voltages of transmission's `slacks` are held, and not judged; nor are branches `out`.
        """
        judged = np.where(self._is_inner, np.abs(v), np.nan)
        judged[slacks] = np.nan
        start, end = self._ends
        across: Real = np.angle(v[start] * np.conj(v[end]))
        across[list(out)] = np.nan
        rating = self._ratings[0 if intact else 1]
        found = [*self._exceeded(judged, carried_mva, rating), *self._too_wide(across)]
        return tuple(violation for _, violation in sorted(found, key=lambda pair: pair[0]))

    def _too_wide(self, across: Real) -> Iterator[tuple[tuple[int, int], Violation]]:
        least, most = self._angles
        for k, limit in wide_angles(across, least, most):
            place, area, branch = self._branch_names[k]
            degrees = np.degrees((across[k], limit)).tolist()
            yield (place, 3), Violation(area, branch, "wide angle", *degrees)

    @cached_property
    def _angles(self) -> tuple[Real, Real]:
        least = np.concatenate([g.angle_min for g in self.grids])
        return least, np.concatenate([g.angle_max for g in self.grids])

    def _exceeded(
        self, size: Real, carried: Real, rating: Real
    ) -> Iterator[tuple[tuple[int, int], Violation]]:
        low, high = self._band
        for n in np.flatnonzero(size < low - AT_LIMIT).tolist():
            place, area, bus = self._bus_names[n]
            yield (place, 0), Violation(area, bus, "low voltage", float(size[n]), float(low[n]))
        for n in np.flatnonzero(size > high + AT_LIMIT).tolist():
            place, area, bus = self._bus_names[n]
            yield (place, 1), Violation(area, bus, "high voltage", float(size[n]), float(high[n]))
        for k in np.flatnonzero(carried > rating * (1 + AT_LIMIT)).tolist():
            place, area, branch = self._branch_names[k]
            limit = float(rating[k])
            yield (place, 2), Violation(area, branch, "overload", float(carried[k]), limit)
