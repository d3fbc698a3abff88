"""Plants that start and stop: three binaries a period, of which one decides.

G. Morales-Espana, J. M. Latorre, A. Ramos, "Tight and Compact MILP Formulation for the Thermal
Unit Commitment Problem", IEEE Trans. Power Syst. 28(4), 2013; times on and off by D. Rajan,
S. Takriti, IBM RC23628, 2005; what segments and the periods after a start permit by B. Knueven,
J. Ostrowski, J.-P. Watson, "On Mixed-Integer Programming Formulations for the Unit Commitment
Problem", INFORMS J. Comput. 32(4), 2020. What happened earlier are columns of earlier periods.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Rows
from formulations.decision import decide
from formulations.devices.contract import Solved, in_rows
from formulations.devices.holding import held_by, takes_the_period
from formulations.devices.plants import ROUNDING, Plant
from formulations.index_sets import member_periods
from scenarios.reserve import DOWN, UP
from scenarios.scenario import AreaView, Hourly

Plants = Mapping[str, Plant]


def add_states(block: pyo.Block, periods: Sequence[int], plants: Plants) -> None:
    """Add on, started, stopped (0 or 1), and what they are to each other."""
    if not plants:
        return
    _decide_states(block, periods, plants)
    _decide_memory(block, periods, plants)
    _add_logic(block, periods, plants)
    _add_categories(block, periods, plants)


def add_outputs(block: pyo.Block, view: AreaView, periods: Sequence[int], plants: Plants) -> None:
    """Add what the states permit of `block.offered` (MW), the segments above the least output.

    Reserve that a plant holds lies within the same limits.
    """
    if not plants:
        return
    _add_limits(block, view, periods, plants)
    _add_ramps(block, view, periods, plants)


def plant_key(plant: Plant) -> Any:
    """All of a plant that stands in its rows, and more."""
    held = plant.generator, plant.commitment, *plant.startups
    return [in_rows(r, ()) for r in held], plant.curve.width[:, 0].tolist()


def standing(solved: Solved, plants: Plants) -> Iterator[tuple[str, Hourly, Hourly]]:
    """Every plant's least output while it is on (MW), and what being on and starting costs ($)."""
    if not plants:
        return
    on, cost = solved.value("on"), solved.cost("on") + start_costs(solved)
    for n, (name, plant) in enumerate(plants.items()):
        yield name, plant.p_min * on[n], cost[n]


def start_costs(solved: Solved) -> Rows:
    """What starts cost ($), shape (plants, periods)."""
    total = solved.cost("started").copy()
    rows = {name: n for n, name in enumerate(solved.members["on"])}
    graded = solved.cost("start_in")
    np.add.at(total, [rows[name] for name, _ in solved.members["start_in"]], graded)
    return total


def _decide_states(block: pyo.Block, periods: Sequence[int], plants: Plants) -> None:
    held, names = plants.values(), list(plants)
    day = np.zeros((len(names), block.hours.size))
    first, final = (np.arange(day.shape[1]) == n for n in (0, day.shape[1] - 1))
    before = _column(p.commitment.on_before for p in held)
    must = _column(p.commitment.must_run for p in held)
    may = 1.0 - _column(p.commitment.out_of_service for p in held)
    stands = np.array([p.standing for p in held]).reshape(day.shape)
    decide(block, periods, "on_before", names, np.where(first, before, 0.0),
           np.where(first, before, 1.0))  # fmt: skip
    decide(block, periods, "on", names, day + must, day + may, stands)
    can_stop = _column(p.above_before <= p.last + ROUNDING for p in held)
    decide(block, periods, "stopped", names, 0.0, np.where(first, can_stop, 1.0))
    cost = _column(p.start_cost for p in held) / block.hours
    decide(block, periods, "started", names, 0.0, 1.0, cost)
    decide(block, periods, "stops_next", names, 0.0, np.where(final, 0.0, day + 1.0))
    block.states += [("on_before", "on"), ("stopped", "stops_next")]
    block.integers.append("on")
    for v in block.on.values():
        v.domain = pyo.Binary


def _decide_memory(block: pyo.Block, periods: Sequence[int], plants: Plants) -> None:
    """Variables started_1 ... and stopped_1 ...: what happened so many periods ago."""
    for word, on, which in (("started", True, 0), ("stopped", False, 1)):
        now = word
        for ago in range(1, 1 + max(p.remembered[which] for p in plants.values())):
            kept = {n: p for n, p in plants.items() if p.remembered[which] >= ago}
            happened = _column(p.happened(on=on, ago=ago) for p in kept.values())
            first = np.arange(block.hours.size) == 0
            name = f"{word}_{ago}"
            decide(block, periods, name, list(kept), np.where(first, happened, 0.0),
                   np.where(first, happened, 1.0))  # fmt: skip
            block.states.append((name, now))
            now = name


def _add_logic(block: pyo.Block, periods: Sequence[int], plants: Plants) -> None:
    every = member_periods(block, plants, periods)

    @block.Constraint(every)
    def starts_and_stops(b, g, t):
        return b.on[g, t] - b.on_before[g, t] == b.started[g, t] - b.stopped[g, t]

    @block.Constraint(every)
    def least_time_on(b, g, t):
        return _since(b, "started", g, t, 0, plants[g].up) <= b.on[g, t]

    @block.Constraint(every)
    def least_time_off(b, g, t):
        return _since(b, "stopped", g, t, 0, plants[g].down) <= 1 - b.on[g, t]


def _since(b: Any, word: str, g: str, t: int, least: int, most: int) -> Any:
    """Starts (or stops) from `least` periods ago to before `most`."""
    names = (f"{word}_{ago}" if ago else word for ago in range(least, most))
    return sum(b.component(name)[g, t] for name in names)


def _add_categories(block: pyo.Block, periods: Sequence[int], plants: Plants) -> None:
    """A start is of the warmest category whose rest it had."""
    graded = {n: p for n, p in plants.items() if len(p.lags) > 1}
    members = [(n, s) for n, p in graded.items() for s in range(len(p.lags))]
    cost = _column(graded[n].startups[s].cost_usd for n, s in members) / block.hours
    decide(block, periods, "start_in", members, 0.0, 1.0, cost)

    @block.Constraint(member_periods(block, graded, periods))
    def start_has_a_category(b, g, t):
        return sum(b.start_in[g, s, t] for s in range(len(graded[g].lags))) == b.started[g, t]

    warm = [(n, s) for n, s in members if s + 1 < len(graded[n].lags)]

    @block.Constraint(member_periods(block, warm, periods))
    def category_needs_its_rest(b, g, s, t):
        lags = graded[g].lags
        least = lags[s] if s else min(lags[0], graded[g].down)
        return b.start_in[g, s, t] <= _since(b, "stopped", g, t, least, lags[s + 1])


def _add_limits(block: pyo.Block, view: AreaView, periods: Sequence[int], plants: Plants) -> None:
    """Segments, and all of them together, within what the state permits."""
    up, down = (held_by(view, "generator", way) for way in (UP, DOWN))
    segments = [(n, step, row) for n, p in plants.items() for step, row in _binding_segments(p)]
    limits = {(n, step, k): row for n, step, rows in segments for k, row in enumerate(rows)}

    @block.Constraint(member_periods(block, limits, periods))
    def segment_is_on(b, g, step, k, t):
        width, starts, stop = limits[g, step, k]
        return b.offered[g, step, t] <= _room(b, g, t, width, starts, stop)

    whole = {
        (n, k): row
        for n, p in plants.items()
        if n in up or _outputs_bind(p)
        for k, row in enumerate(_rows(p.span, p.climb, p.span - p.last, p.up))
    }

    @block.Constraint(member_periods(block, whole, periods))
    def output_is_on(b, g, k, t):
        width, starts, stop = whole[g, k]
        power = _above(b, plants[g], t) + up.of(b, g, t)
        return power <= _room(b, g, t, width, starts, stop)

    @block.Constraint(member_periods(block, [n for n in plants if n in down], periods))
    def output_can_fall(b, g, t):
        return _above(b, plants[g], t) - down.of(b, g, t) >= 0


# MW while on, less in the periods after a start, less before a stop
Limit = tuple[float, tuple[float, ...], float]


def _room(b: Any, g: str, t: int, width: float, starts: Sequence[float], stop: float) -> Any:
    room = width * b.on[g, t] - stop * b.stops_next[g, t]
    for ago, less in enumerate(starts):
        room -= less * b.component(f"started_{ago}" if ago else "started")[g, t]
    return room


def _above(b: Any, plant: Plant, t: int) -> Any:
    """Output above the least (MW)."""
    name = plant.generator.generator
    return sum(b.offered[name, step, t] for _, step in plant.curve.members)


def _rows(width: float, starts: tuple[float, ...], stop: float, up: int) -> Iterator[Limit]:
    """A start and a stop share a row where the plant cannot do both within it."""
    together = starts[: up - 1]
    if stop > 0.0:
        yield width, together, stop
    if stop <= 0.0 or len(starts) > len(together):
        yield width, starts, 0.0


def _binding_segments(plant: Plant) -> Iterator[tuple[int, list[Limit]]]:
    """Rows of every segment of some width; none where the whole output has the same."""
    if _is_one_segment(plant):
        return
    width = plant.curve.width[:, 0]
    end = np.cumsum(width)
    for (_, step), wide, upto in zip(
        plant.curve.members, width.tolist(), end.tolist(), strict=True
    ):
        cut = [min(wide, max(0.0, upto - most)) for most in (plant.first, plant.last)]
        if wide > 0.0:
            starts = (cut[0],) if cut[0] > ROUNDING else ()
            yield step, list(_rows(wide, starts, cut[1], plant.up))


def _outputs_bind(plant: Plant) -> bool:
    """Whether rows of the whole output say more than those of its segments."""
    return len(plant.climb) > 1 or _is_one_segment(plant)


def _is_one_segment(plant: Plant) -> bool:
    return int((plant.curve.width[:, 0] > 0.0).sum()) == 1


def _add_ramps(block: pyo.Block, view: AreaView, periods: Sequence[int], plants: Plants) -> None:
    """Output above the least rises and falls no faster than it can."""
    up, down = (held_by(view, "generator", way, takes_the_period) for way in (UP, DOWN))
    rising = {n: p for n, p in plants.items() if p.rise < p.span}
    falling = {n: p for n, p in plants.items() if p.fall < p.span}
    slow = {n: p for n, p in plants.items() if n in rising or n in falling}
    before, first = _column(p.above_before for p in slow.values()), np.arange(block.hours.size) == 0
    decide(block, periods, "above_before", list(slow), np.where(first, before, 0.0),
           np.where(first, before, np.inf))  # fmt: skip
    decide(block, periods, "above", list(slow), 0.0, np.inf)
    block.states.append(("above_before", "above"))
    block.follows.append("above")

    @block.Constraint(member_periods(block, slow, periods))
    def above_is_offered(b, g, t):
        return b.above[g, t] == _above(b, slow[g], t)

    @block.Constraint(member_periods(block, rising, periods))
    def rise(b, g, t):
        p = rising[g]
        most = p.rise * b.on[g, t] - (p.rise - p.first) * b.started[g, t]
        return _above(b, p, t) + up.of(b, g, t) - b.above_before[g, t] <= most

    @block.Constraint(member_periods(block, falling, periods))
    def fall(b, g, t):
        p = falling[g]
        most = p.fall * b.on_before[g, t] - (p.fall - p.last) * b.stopped[g, t]
        return b.above_before[g, t] - b.above[g, t] + down.of(b, g, t) <= most


def _column(values: Any) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array(list(values), dtype=float).reshape(-1, 1)
