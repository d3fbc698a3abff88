"""Operating envelopes: how much every resource may inject and withdraw, whatever the others do.

Flows and squared voltages are linear in injections, so the worst that all can do within their
limits is each at the end that loads a row most: the sum of positive parts. Within `least` and
`most` the feeder is safe, exactly. K. Petrou, A. T. Procopiou, L. Gutierrez-Lagos, M. Z. Liu,
L. F. Ochoa, T. Langstaff, J. M. Theunissen, "Ensuring Distribution Network Integrity Using Dynamic
Operating Limits for Prosumers", IEEE Trans. Smart Grid 12(5), 2021.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from formulations.circle import polygon_sides
from formulations.devices.generator import reactive_generators
from formulations.devices.load import demand
from market.operators.feeder_rows import FeederRows, feeder_rows
from market.operators.resources import Name, Range, Resource, resources
from scenarios.findings import Finding, InvalidInput
from scenarios.records import DcLine, Generator
from scenarios.results import GENERATOR, LOAD
from scenarios.scenario import AreaView
from solvers.errors import SolveFailed

Sharing = Literal["equal", "proportional", "greatest_total"]
Rows = NDArray[np.float64]
HALVINGS = 30  # of the equal share; what is left of it is 1e-9 of the largest resource
UNSAFE = 1e4  # per MW or p.u. beyond a limit that the feeder breaks without any resource
SAFE = 1e-9


@dataclass(frozen=True)
class Envelope:
    """Least and greatest injection (MW) of every resource, and Mvar set-points of generators.

    `beyond` is how far (in the unit of a limit) each period is outside limits whatever resources
    do; 0 where the feeder is safe without them.
    """

    ranges: Mapping[Name, Range]
    q_mvar: Mapping[str, Rows]
    beyond: Rows


@dataclass(frozen=True)
class SafeRanges:
    """The rule by which an operator shares what its feeder can carry.

    `greatest_total` makes the sum of all ranges largest, `proportional` gives all the same part of
    what each could do, `equal` the same MW up to that. Ranges hold the resource's own idle point,
    or what is `held` of it (MW injected); inelastic load is what is held, or all of it.
    """

    sharing: Sharing = "greatest_total"
    held: Mapping[Name, Rows] = field(default_factory=dict)

    def of(self, view: AreaView) -> Envelope:
        """The area's envelope; raises InvalidInput for loops and DC lines, and SolveFailed."""
        if view.of(DcLine) or len(view.network.branches) != len(view.network.buses) - len(
            view.network.references
        ):
            finding = "an envelope is for radial feeders without DC lines"
            cure = "open the loop, or leave that area out"
            raise InvalidInput(
                "operating envelope", [Finding(f"area {view.name!r}", finding, cure)]
            )
        found, rows = resources(view), feeder_rows(view.network)
        able = [n for n in reactive_generators(view) if (GENERATOR, n) in found]
        shape = (len(found), len(view.hours))
        least, most, q = np.zeros(shape), np.zeros(shape), np.zeros((len(able), shape[1]))
        beyond = np.zeros(shape[1])
        for t in range(shape[1]):
            hour = _Hour(view, found, rows, able, t, self.held)
            least[:, t], most[:, t], q[:, t], beyond[t] = hour.shared(self.sharing)
        shed = {name: (power, power) for name, power in self.held.items() if name[0] == LOAD}
        return Envelope(
            shed | {name: (least[n], most[n]) for n, name in enumerate(found)},
            dict(zip(able, q, strict=True)),
            beyond,
        )


class _Hour:
    """One period's linear program: columns least, most, Mvar set-points, a share, and a slack."""

    def __init__(
        self, view: AreaView, found: Mapping[Name, Resource], rows: FeederRows,
        able: list[str], t: int, held: Mapping[Name, Rows],
    ) -> None:  # fmt: skip
        self._name = f"envelope of area '{view.name}', period {t + 1}"
        at = {bus: n for n, bus in enumerate(view.network.buses)}
        self.low = np.array([r.least[t] for r in found.values()])
        self.high = np.array([r.most[t] for r in found.values()])
        idle = np.clip(0.0, self.low, self.high)
        given = [held[name][t] if name in held else idle[n] for n, name in enumerate(found)]
        self.idle = np.clip(np.array(given), self.low, self.high)
        bus = [at[r.bus] for r in found.values()]
        tan = np.array([r.tan_phi for r in found.values()])
        effect = rows.on_p[:, bus] + tan * rows.on_q[:, bus]
        fixed_p, fixed_q = np.zeros(len(at)), np.zeros(len(at))
        asked = demand(view)[:, t], demand(view, "q_mvar")[:, t]
        for load, p, q in zip(view.loads.values(), *asked, strict=True):
            served = -held[LOAD, load.load][t] if (LOAD, load.load) in held else p
            fixed_p[at[load.bus]] -= served
            fixed_q[at[load.bus]] -= q * (served / p if p else 1.0)
        units = [view.generators[n] for n in able]
        on_q = rows.on_q[:, [at[g.bus] for g in units]]
        room = rows.limit - rows.on_p @ fixed_p - rows.on_q @ fixed_q
        place = {name: n for n, name in enumerate(found)}
        size = len(found)
        self.size, self.able = size, len(able)
        worst = np.hstack(
            [np.minimum(effect, 0.0), np.maximum(effect, 0.0), on_q, np.zeros((len(room), 1)),
             -np.ones((len(room), 1))]
        )  # fmt: skip
        capability, most = self._capability(units, [place[GENERATOR, n] for n in able])
        self._matrix, self._limit = np.vstack([worst, capability]), np.concatenate([room, most])
        self._q = [(g.q_min_mvar, g.q_max_mvar) for g in units]

    def _capability(self, units: list[Generator], at: list[int]) -> tuple[Rows, Rows]:
        """Set-points stay within the capability of a unit wherever it is in its range."""
        rows, limits = [np.zeros((0, self._width(len(units))))], [np.zeros(0)]
        for n, (unit, place) in enumerate(zip(units, at, strict=True)):
            sides = [] if unit.s_max_mva is None else list(polygon_sides(unit.s_max_mva))
            sides += [] if unit.capability is None else unit.capability.sides()
            for on_p, on_q, limit in sides:
                row = np.zeros((1, self._width(len(units))))
                row[0, place + (self.size if on_p > 0 else 0)] = on_p
                row[0, 2 * self.size + n] = on_q
                rows.append(row)
                limits.append(np.array([limit]))
        return np.vstack(rows), np.concatenate(limits)

    def _width(self, able: int) -> int:
        return 2 * self.size + able + 2

    def shared(self, sharing: Sharing) -> tuple[Rows, Rows, Rows, float]:
        """Least and greatest injections, set-points, and how far limits are broken anyway."""
        if sharing == "equal":
            return self._equal()
        size, able = self.size, self.able
        gain = np.zeros(self._width(able))
        if sharing == "greatest_total":
            gain[:size], gain[size : 2 * size] = 1.0, -1.0
            return self._solved(gain, (self.low, self.idle), (self.idle, self.high), (0.0, 0.0))
        gain[-2] = -1.0
        return self._solved(
            gain, (self.low, self.idle), (self.idle, self.high), (0.0, 1.0), follow=True
        )

    def _equal(self) -> tuple[Rows, Rows, Rows, float]:
        """The same MW both ways for all, as far as each can: the largest that is safe."""
        unsafe = float(np.maximum(self.high - self.idle, self.idle - self.low).max(initial=0.0))
        safe, found = 0.0, self._with_width(0.0)
        base, all_of_it = found[3], self._with_width(unsafe)
        if all_of_it[3] <= base + SAFE:
            return all_of_it
        for _ in range(HALVINGS):
            tried = self._with_width((safe + unsafe) / 2)
            if tried[3] <= base + SAFE:
                safe, found = (safe + unsafe) / 2, tried
            else:
                unsafe = (safe + unsafe) / 2
        return found

    def _with_width(self, width: float) -> tuple[Rows, Rows, Rows, float]:
        low = np.maximum(self.low, self.idle - width)
        high = np.minimum(self.high, self.idle + width)
        return self._solved(np.zeros(self._width(self.able)), (low, low), (high, high), (0.0, 0.0))

    def _solved(
        self,
        gain: Rows,
        least: tuple[Rows, Rows],
        most: tuple[Rows, Rows],
        share: tuple[float, float],
        *,
        follow: bool = False,
    ) -> tuple[Rows, Rows, Rows, float]:
        """The best ranges between bounds; `follow` ties each to the same share of what it can."""
        size, able = self.size, self.able
        cost = gain.copy()
        cost[-1] = UNSAFE
        ends = [*zip(*least, strict=True), *zip(*most, strict=True)]
        bounds = [*ends, *self._q, share, (0.0, None)]
        ties = np.zeros((2 * size if follow else 0, self._width(able)))
        ties[:, : 2 * size] = np.eye(2 * size)[: len(ties)]
        ties[:, -2] = np.concatenate([self.idle - self.low, self.idle - self.high])[: len(ties)]
        right = np.concatenate([self.idle, self.idle])[: len(ties)]
        found = linprog(cost, self._matrix, self._limit, ties, right, bounds, method="highs")
        if found.status != 0:
            raise SolveFailed(self._name, found.message, "see whether its limits can be kept")
        x = np.asarray(found.x)
        q = x[2 * size : 2 * size + able]
        return x[:size], x[size : 2 * size], q, float(x[-1])
