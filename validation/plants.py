"""Plants that start and stop: what their states permit and cost, walked hour by hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from scenarios.records import Commitment, Startup
from validation.check import Rows, outside
from validation.grid import column
from validation.tables import Numbers

SHARP_H = 1e-9  # what rounding leaves of an hour


@dataclass(frozen=True)
class Plants:
    """States of the plants among all generators; the others are on and never start."""

    generators: tuple[Any, ...]
    commitments: tuple[Commitment, ...]
    startups: tuple[Startup, ...]
    states: Numbers
    hours: Rows

    @cached_property
    def rows(self) -> list[int]:
        """Row among all generators of every plant."""
        place = {(g.area, g.generator): n for n, g in enumerate(self.generators)}
        return [place[c.area, c.generator] for c in self.commitments]

    def spread(self, of_plants: Rows, otherwise: float) -> Rows:
        """Numbers of plants among those of all generators, shape (generators, periods)."""
        every = np.full((len(self.generators), self.hours.size), otherwise)
        every[self.rows] = of_plants
        return every

    @cached_property
    def on(self) -> Rows:
        """1 where a plant is on, shape (plants, periods)."""
        return np.rint(self.states["on"])

    @cached_property
    def before(self) -> Rows:
        """1 where it was on in the period before."""
        first = column(self.commitments, "on_before")
        return np.hstack([first, self.on[:, :-1]])

    @cached_property
    def starts(self) -> Rows:
        """1 where it starts."""
        return np.clip(self.on - self.before, 0.0, 1.0)

    @cached_property
    def stops(self) -> Rows:
        """1 where it is off and was not."""
        return np.clip(self.before - self.on, 0.0, 1.0)

    @property
    def is_on(self) -> Rows:
        """1 where a generator is on, shape (generators, periods)."""
        return self.spread(self.on, 1.0)

    def most(self, greatest: Rows) -> Rows:
        """Greatest output (MW) of all generators, in the state and about to stop or just started.

        `greatest` is that of a generator that is on.
        """
        plain = greatest[self.rows]
        least = column([self.generators[n] for n in self.rows], "p_min_mw")
        start, stop, up, down = (
            np.nan_to_num(column(self.commitments, name), nan=np.inf)
            for name in ("p_start_mw", "p_stop_mw", "ramp_up_mw_per_h", "ramp_down_mw_per_h")
        )
        hour = self.hours[:1]
        after_start = np.minimum(start, least + up * hour)
        before_stop = np.minimum(stop, least + down * hour)
        stopping = np.hstack([self.stops[:, 1:], np.zeros_like(least)])
        most = np.where(self.starts > 0, np.minimum(plain, after_start), plain)
        most = np.where(stopping > 0, np.minimum(most, before_stop), most)
        whole = greatest.copy()
        whole[self.rows] = most * self.on
        return whole

    def change_limits(self, steepest: Rows) -> tuple[Rows, Rows]:
        """Greatest fall (negative) and rise of output (MW) from each period to the next.

        `steepest` is what ramps of generators without a commitment permit; a plant that starts or
        stops is held by its output alone.
        """
        through = (self.on > 0) & (self.before > 0)
        limits = []
        for name, sign in (("ramp_down_mw_per_h", -1.0), ("ramp_up_mw_per_h", 1.0)):
            ramp = np.nan_to_num(column(self.commitments, name), nan=np.inf) * self.hours
            whole = sign * steepest
            whole[self.rows] = sign * np.where(through, ramp, np.inf)
            limits.append(whole)
        return limits[0], limits[1]

    def rates(self, plain: Rows) -> tuple[Rows, Rows]:
        """Ramps down and up (MW/h), `plain` those of generators without a commitment."""
        found = []
        for name in ("ramp_down_mw_per_h", "ramp_up_mw_per_h"):
            whole = plain.copy()
            whole[self.rows] = np.nan_to_num(column(self.commitments, name), nan=np.inf)
            found.append(whole)
        return found[0], found[1]

    def initial(self, plain: Rows) -> Rows:
        """Output before the first period (MW); NaN where it is of no matter."""
        whole = plain.copy()
        given = column(self.commitments, "p_before_mw")
        whole[self.rows] = given
        return whole

    def cost(self) -> Rows:
        """What starts cost ($), shape (generators, periods)."""
        return self.spread(np.array([w.cost for w in self._walks]).reshape(self.on.shape), 0.0)

    def laws(self) -> Iterator[tuple[str, str, Rows]]:
        """Name, unit and misses of what states obey: whole, in order and in time."""
        on, states = self.states["on"], self.states
        c = self.commitments
        must, out = (column(c, name) for name in ("must_run", "out_of_service"))
        whole = np.minimum(np.abs(on), np.abs(on - 1.0))
        flags = np.abs(states["started"] - self.starts) + np.abs(states["stopped"] - self.stops)
        duty = np.maximum(must - on, 0.0) + np.maximum(on - (1.0 - out), 0.0)
        yield "plants are on or off", "1", self.spread(whole + flags + duty, 0.0)
        missed = np.array([w.missed for w in self._walks]).reshape(on.shape)
        yield "times on and off", "h", self.spread(missed, 0.0)
        paid = states["start_cost_usd"] - self.cost()[self.rows]
        yield "start costs", "$", self.spread(paid, 0.0)
        stop = np.nan_to_num(column(c, "p_stop_mw"), nan=np.inf)
        down = np.nan_to_num(column(c, "ramp_down_mw_per_h"), nan=np.inf) * self.hours[:1]
        least = column([self.generators[n] for n in self.rows], "p_min_mw")
        first = np.where(self.stops[:, :1] > 0, np.minimum(stop, least + down), np.inf)
        late = np.zeros_like(on)
        late[:, :1] = outside(column(c, "p_before_mw"), -np.inf, first)
        yield "first stops", "MW", self.spread(late, 0.0)

    @cached_property
    def _walks(self) -> list["Walk"]:
        held: dict[tuple[str, str], list[Startup]] = {}
        for startup in sorted(self.startups, key=lambda s: s.category):
            held.setdefault((startup.area, startup.generator), []).append(startup)
        return [
            walk(c, held.get((c.area, c.generator), []), on, self.hours)
            for c, on in zip(self.commitments, self.on > 0.5, strict=True)
        ]


@dataclass(frozen=True)
class Walk:
    """By how many hours a plant switched too early, and what its starts cost ($), by period."""

    missed: list[float]
    cost: list[float]


def walk(commitment: Commitment, startups: list[Startup], on: Any, hours: Rows) -> Walk:
    """The plant's day: how long it has been in its state, and what happens when that changes."""
    state = commitment.on_before
    lasted = np.inf if commitment.hours_before is None else commitment.hours_before
    missed, cost = [0.0] * len(on), [0.0] * len(on)
    for t, (now, hour) in enumerate(zip(on, hours, strict=True)):
        if now != state:
            least = commitment.min_up_h if state else commitment.min_down_h
            missed[t] = max(0.0, least - lasted)
            cost[t] = start_cost(startups, lasted) if now else 0.0
            state, lasted = now, 0.0
        lasted += hour
    return Walk(missed, cost)


def start_cost(startups: list[Startup], rested_h: float) -> float:
    """Cost of a start ($) after so long a rest: that of the coldest category that it reaches."""
    reached = [s.cost_usd for n, s in enumerate(startups) if not n or s.off_h <= rested_h + SHARP_H]
    return reached[-1] if reached else 0.0
