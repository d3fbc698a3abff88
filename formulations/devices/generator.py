"""Generators, wind and PV plants: power along an offer curve, reactive power, ramps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.circle import polygon_sides
from formulations.contract import Rows
from formulations.decision import decide
from formulations.devices import devices
from formulations.devices.commitment import add_outputs, add_states, plant_key, standing
from formulations.devices.contract import Columns, Setting, Solved, in_rows
from formulations.devices.holding import add_offers, held_by, holding_costs
from formulations.devices.offers import add_curves, by_owner, curves, greatest, most_of
from formulations.devices.plants import plants, with_plants
from formulations.devices.room import Rates, add_ramps_in_time, add_room_of_generators
from formulations.index_sets import member_periods
from scenarios.assets.generator import CAPABILITY
from scenarios.records import Generator
from scenarios.reserve import DOWN, UP
from scenarios.scenario import AreaView, Hourly

KIND = "generator"
NUMBERS = (
    "p_min_mw", "p_max_mw", "q_min_mvar", "q_max_mvar", "v_set_pu", "p_initial_mw", "p_base_mw",
    "q_base_mvar", "s_max_mva", "no_load_usd_per_h", "profile", "technology", "gamma", "beta",
    *CAPABILITY,
)  # fmt: skip


def reactive_generators(view: AreaView) -> list[str]:
    """Names of the generators that produce or absorb reactive power."""
    return [n for n, g in view.generators.items() if g.q_min_mvar or g.q_max_mvar]


@dataclass(frozen=True)
class Generators:
    """block.p_generator (MW) over segments `offered`; block.q_generator (Mvar) where reactive."""

    def add(
        self, block: pyo.Block, view: AreaView, periods: Sequence[int], setting: Setting
    ) -> None:
        """Segments, capability and ramps; plants with a commitment start and stop."""
        held = plants(view)
        no_load = sum(g.no_load_usd_per_h for n, g in view.generators.items() if n not in held)
        block.offset = block.offset + block.hours * no_load
        add_states(block, periods, held)
        cost = with_plants(curves(view, view.generators), held)
        least = {n: plant.p_min for n, plant in held.items()}
        add_curves(block, periods, "offered", cost, view.generators, "p_generator", least)
        add_offers(block, view, periods, KIND)
        if setting.reactive:
            _add_reactive_power(block, view, periods)
        _add_ramps(block, view, periods)
        free = {n: g for n, g in view.generators.items() if n not in held}
        add_room_of_generators(block, view, periods, free)
        add_ramps_in_time(block, view, periods, _rates(view))
        add_outputs(block, view, periods, held)

    def p_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """What it produces."""
        return block.p_generator[name, t]

    def q_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """What it produces or, negative, absorbs."""
        g = view.generators[name]
        return block.q_generator[name, t] if g.q_min_mvar or g.q_max_mvar else 0.0

    def row_key(self, view: AreaView, setting: Setting) -> Any:
        """Ramps, and where there is reactive power the sides of the capability polygon."""
        free = {
            n: (in_rows(g, NUMBERS), dict(_capability(g)) if setting.reactive else None)
            for n, g in view.generators.items()
        }
        return free, {n: plant_key(plant) for n, plant in plants(view).items()}

    def dispatch(self, solved: Solved) -> Columns:
        """Output, and what of it is sold past a local market."""
        view, names = solved.view, list(solved.view.generators)
        q = np.zeros((len(names), solved.hours.size))
        able = solved.members.get("q_generator", [])
        if able:
            q[[names.index(n) for n in able]] = solved.value("q_generator")
        power = by_owner(solved, "offered", solved.value("offered"), names)
        cost = by_owner(solved, "offered", solved.cost("offered"), names)
        held = plants(view)
        free = [[g.no_load_usd_per_h * (n not in held)] for n, g in view.generators.items()]
        cost = cost + np.array(free).reshape(-1, 1) * solved.hours
        for name, least, paid in standing(solved, held):
            power[names.index(name)] += least
            cost[names.index(name)] += paid
        cost = cost + holding_costs(solved, KIND, names)
        return {
            "p_mw": power,
            "p_max_mw": most_of(view, view.generators),
            "q_mvar": q,
            "p_wholesale_mw": _wholesale(solved, names),
            "cost_usd": cost,
        }

    def greatest_mw(self, view: AreaView) -> tuple[Hourly, Hourly]:
        """Greatest outputs together; no consumption."""
        return greatest(view, view.generators), np.zeros(len(view.hours))

    def coupled(self, view: AreaView) -> Mapping[str, Sequence[str]]:
        """Generators with ramps."""
        return {"the ramp limit of": list(_ramping(view))}

    def slack_buses(self, view: AreaView) -> tuple[Sequence[str], Sequence[str]]:
        """Energy is spilled where a generator must run, or cannot be turned down in time."""
        owned = view.generators.values()
        stiff = [g.bus for g in owned if g.p_min_mw > 0 or g.ramp_mw_per_h is not None]
        return [], stiff


def _wholesale(solved: Solved, names: Sequence[str]) -> Rows:
    """Power sold past the local market (MW); NaN for generators that cannot."""
    sold = np.full((len(names), solved.hours.size), np.nan)
    if members := solved.members.get("p_wholesale", []):
        sold[[names.index(n) for n in members]] = solved.value("p_wholesale")
    return sold


def _add_reactive_power(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    able = reactive_generators(view)
    if not able:
        return
    least = np.array([[view.generators[n].q_min_mvar] for n in able]).reshape(-1, 1)
    most = np.array([[view.generators[n].q_max_mvar] for n in able]).reshape(-1, 1)
    decide(block, periods, "q_generator", able, least, most)
    sides = {(n, k): side for n in able for k, side in _capability(view.generators[n])}

    @block.Constraint(member_periods(block, sides, periods))
    def capability(b, g, k, t):
        on_p, on_q, limit = sides[g, k]
        return on_p * b.p_generator[g, t] + on_q * b.q_generator[g, t] <= limit

    _add_capability_with_reserve(block, view, periods, sides)


def _add_capability_with_reserve(
    block: pyo.Block,
    view: AreaView,
    periods: Sequence[int],
    sides: Mapping[tuple[str, int], tuple[float, float, float]],
) -> None:
    """The same once all reserve is used, upward and downward."""
    ways = {direction: held_by(view, KIND, direction) for direction in (UP, DOWN)}
    members = [(n, k, way) for way, held in ways.items() for n, k in sides if n in held]

    @block.Constraint(member_periods(block, members, periods))
    def capability_with_reserve(b, g, k, way, t):
        on_p, on_q, limit = sides[g, k]
        used = ways[way].of(b, g, t)
        power = b.p_generator[g, t] + (used if way == UP else -used)
        return on_p * power + on_q * b.q_generator[g, t] <= limit


def _capability(unit: Generator) -> Iterator[tuple[int, tuple[float, float, float]]]:
    """Lines that limit Q by P, and sides of the polygon of apparent power (a P + b Q <= c).

    Only those that its own P and Q limits can reach.
    """
    sides = [] if unit.s_max_mva is None else list(polygon_sides(unit.s_max_mva))
    sides += [] if unit.capability is None else unit.capability.sides()
    for k, (a, b, limit) in enumerate(sides):
        farthest = max(a * unit.p_min_mw, a * unit.p_max_mw)
        farthest += max(b * unit.q_min_mvar, b * unit.q_max_mvar)
        if farthest > limit:
            yield k, (a, b, limit)


def _rates(view: AreaView) -> Rates:
    """Ramps (MW/h) up and down of generators, and of plants by their commitments."""
    rates = {n: (g.ramp_mw_per_h, g.ramp_mw_per_h) for n, g in view.generators.items()}
    plants = view.commitments.items()
    return {**rates, **{n: (c.ramp_up_mw_per_h, c.ramp_down_mw_per_h) for n, c in plants}}


def _ramping(view: AreaView) -> dict[str, Generator]:
    return {n: g for n, g in view.generators.items() if g.ramp_mw_per_h is not None}


def _add_ramps(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    ramping = _ramping(view)
    if not ramping:
        return
    before = np.full((2, len(ramping), len(view.hours)), np.inf)
    before[0] *= -1
    for row, g in enumerate(ramping.values()):
        if g.p_initial_mw is not None:
            before[:, row, 0] = g.p_initial_mw
    decide(block, periods, "output_before", list(ramping), before[0], before[1])
    decide(block, periods, "output", list(ramping), -np.inf, np.inf)
    block.states.append(("output_before", "output"))
    block.follows.append("output")
    steepest = {n: g.ramp_mw_per_h for n, g in ramping.items() if g.ramp_mw_per_h is not None}

    @block.Constraint(member_periods(block, ramping, periods))
    def output_is_offered(b, g, t):
        return b.output[g, t] == b.p_generator[g, t]

    @block.Constraint(member_periods(block, ramping, periods))
    def ramp(b, g, t):
        limit = steepest[g] * float(b.hours[t - 1])
        return (-limit, b.output[g, t] - b.output_before[g, t], limit)


devices.register(KIND, Generators())
