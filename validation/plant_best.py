"""The most that a plant could earn at given prices, by an integer program of its own.

The plainest form of the rules, so that it has nothing in common with the market's: M. Carrion,
J. M. Arroyo, "A Computationally Efficient Mixed-Integer Linear Formulation for the Thermal Unit
Commitment Problem", IEEE Trans. Power Syst. 21(3), 2006.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from scenarios.records import Commitment, Generator, Startup

Row = NDArray[np.float64]  # shape (periods,)
Rows = NDArray[np.float64]  # shape (members, periods)
EXACT = 1e-9
ON, STARTED, STOPPED, POWER, COST = range(5)


@dataclass(frozen=True)
class Case:
    """A plant, its steps and offers of reserve, and what a MWh of each earns beyond its price.

    `width` (MW) and `gain` ($/MWh) are of steps, `held_most` and `held_gain` of reserves; those
    with `held_sign` +1 count against the output that is left, the others against the output that
    there is; `held_minutes` are NaN for those that may take a period. `most` (MW) is its greatest
    output by period.
    """

    generator: Generator
    commitment: Commitment
    startups: Sequence[Startup]
    hours: Row
    most: Row
    width: Rows
    gain: Rows
    held_most: Rows
    held_gain: Rows
    held_sign: NDArray[np.int64]
    held_minutes: Row

    def held(self, first: int, sign: int, within: float = math.inf) -> list[int]:
        """Reserves of a direction among those that stand behind `first`.

        `within` keeps those that are there in so many minutes; NaN those that take the period.
        """
        kept = np.isnan(self.held_minutes) if math.isnan(within) else self.held_minutes <= within
        if within == math.inf:
            kept = np.ones_like(kept)
        return (first + np.flatnonzero((self.held_sign == sign) & kept)).tolist()

    def in_periods(self, hours: float) -> int:
        """So many hours in whole periods."""
        return math.ceil(hours / float(self.hours[0]) - EXACT)

    def was_on(self, t: int) -> bool:
        """Whether it was on in period t < 0."""
        c = self.commitment
        if c.hours_before is None:
            return c.on_before
        lasted = max(1, math.floor(c.hours_before / float(self.hours[0]) + EXACT))
        return c.on_before if -t <= lasted else not c.on_before


@dataclass
class Ruled:
    """Rows of the program as they are written."""

    case: Case
    entries: list[dict[int, float]] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def column(self, kind: int, t: int) -> int:
        """Place of a variable; steps come after the five kinds, reserves after the steps."""
        return kind * self.case.hours.size + t

    def add(self, terms: Iterable[tuple[int, int, float]], least: float, most: float) -> None:
        """A row of (kind, period, factor); what happened before the day goes to the limits."""
        row: dict[int, float] = {}
        known = 0.0
        for kind, t, factor in terms:
            if t < 0:
                known += factor * self._before(kind, t)
            else:
                place = self.column(kind, t)
                row[place] = row.get(place, 0.0) + factor
        self.entries.append(row)
        self.least.append(least - known)
        self.most.append(most - known)

    def _before(self, kind: int, t: int) -> float:
        now, was = self.case.was_on(t), self.case.was_on(t - 1)
        state = {
            ON: now,
            STARTED: now and not was,
            STOPPED: was and not now,
            POWER: self.case.commitment.p_before_mw,
        }
        return float(state[kind])

    def matrix(self, columns: int) -> LinearConstraint:
        """All rows."""
        places = [(r, c, v) for r, row in enumerate(self.entries) for c, v in row.items()]
        row, column, value = zip(*places, strict=True)
        shape = (len(self.entries), columns)
        return LinearConstraint(
            sparse.csr_array((value, (row, column)), shape=shape), self.least, self.most
        )


def best_profit(case: Case) -> float:
    """The most that it can earn over the day ($); NaN where the search finds nothing."""
    g, c, periods = case.generator, case.commitment, case.hours.size
    steps = len(case.width)
    rows = Ruled(case)
    for t in range(periods):
        _states(rows, t)
        _power(rows, t, range(COST + 1, COST + 1 + steps))
        _soon(rows, t, COST + 1 + steps)
    one, none = np.ones(periods), np.zeros(periods)
    standing = [-g.no_load_usd_per_h * case.hours, none, none, none, -one]
    gain = np.concatenate([*standing, *(case.gain * case.hours), *(case.held_gain * case.hours)])
    least = np.concatenate([one * c.must_run, np.zeros(gain.size - periods)])
    most = [one * (not c.out_of_service), one, one, np.inf * one, np.inf * one]
    most += [*case.width, *case.held_most]
    whole = np.concatenate([np.ones(3 * periods), np.zeros(gain.size - 3 * periods)])
    found: Any = milp(
        -gain,
        integrality=whole,
        bounds=Bounds(least, np.concatenate(most)),
        constraints=rows.matrix(gain.size),
        options={"mip_rel_gap": EXACT},
    )
    return float(-found.fun) if found.success else math.nan


def _states(rows: Ruled, t: int) -> None:
    """On follows starts and stops, stays so for its times, and starts cost by the rest before."""
    case, inf = rows.case, math.inf
    c = case.commitment
    rows.add([(ON, t, 1), (ON, t - 1, -1), (STARTED, t, -1), (STOPPED, t, 1)], 0.0, 0.0)
    rows.add([(STARTED, t, 1), (STOPPED, t, 1)], -inf, 1.0)
    for ago in range(1, case.in_periods(c.min_up_h)):
        rows.add([(STARTED, t - ago, 1), (ON, t, -1)], -inf, 0.0)
    for ago in range(1, case.in_periods(c.min_down_h)):
        rows.add([(STOPPED, t - ago, 1), (ON, t, 1)], -inf, 1.0)
    for n, startup in enumerate(case.startups):
        rest = case.in_periods(startup.off_h) if n else 0
        warm = [(ON, t - ago, startup.cost_usd) for ago in range(1, rest + 1)]
        rows.add([(COST, t, 1), (STARTED, t, -startup.cost_usd), *warm], 0.0, inf)


def _power(rows: Ruled, t: int, steps: range) -> None:
    """Output between its limits in each state, with the reserve that is held beside it."""
    case, inf = rows.case, math.inf
    c, least, most = case.commitment, case.generator.p_min_mw, float(case.most[t])
    held, below = ([(n, t, float(sign)) for n in case.held(steps.stop, sign)] for sign in (1, -1))
    rising, falling = ([(n, t, 1.0) for n in case.held(steps.stop, sign, math.nan)]
                       for sign in (1, -1))  # fmt: skip
    up, down = (
        inf if ramp is None else ramp * float(case.hours[0])
        for ramp in (c.ramp_up_mw_per_h, c.ramp_down_mw_per_h)
    )
    first = min(most, least + up, inf if c.p_start_mw is None else c.p_start_mw)
    last = min(most, least + down, inf if c.p_stop_mw is None else c.p_stop_mw)
    rows.add([(POWER, t, 1), *((kind, t, -1.0) for kind in steps)], 0.0, 0.0)
    rows.add([(POWER, t, 1), *below, (ON, t, -least)], 0.0, inf)
    rows.add([(POWER, t, 1), *held, (ON, t, -most), (STARTED, t, most - first)], -inf, 0.0)
    if t + 1 < case.hours.size:
        rows.add([(POWER, t, 1), *held, (ON, t, -most), (STOPPED, t + 1, most - last)], -inf, 0.0)
    if not t and c.on_before and c.p_before_mw > last:
        rows.add([(STOPPED, t, 1)], -inf, 0.0)
    if up < inf:
        risen = [(POWER, t, 1), *rising, (POWER, t - 1, -1), (STARTED, t, -max(0.0, first - up))]
        rows.add(risen, -inf, up)
    if down < inf:
        fallen = [(POWER, t - 1, 1), (POWER, t, -1), *falling]
        rows.add([*fallen, (STOPPED, t, -max(0.0, last - down))], -inf, down)


def _soon(rows: Ruled, t: int, first: int) -> None:
    """Reserve that must be there in minutes lies within the ramp of so many."""
    c, given = rows.case.commitment, rows.case.held_minutes
    for minutes in sorted(set(given[~np.isnan(given)].tolist())):
        for sign, ramp in ((1, c.ramp_up_mw_per_h), (-1, c.ramp_down_mw_per_h)):
            held = [(n, t, 1.0) for n in rows.case.held(first, sign, minutes)]
            if held and ramp is not None:
                rows.add(held, -math.inf, ramp * minutes / 60)
