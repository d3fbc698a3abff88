"""Requirements of reserve, and what it costs not to hold them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.decision import Daily, decide
from formulations.devices import devices
from formulations.devices.contract import Columns, Setting, Solved, in_rows
from formulations.devices.holding import VARIABLES
from formulations.index_sets import member_periods
from scenarios.assets import assets
from scenarios.records import Storage
from scenarios.reserve import EVERYWHERE, Reserve
from scenarios.scenario import AreaView, Hourly

Requirement = tuple[str, str]  # product and zone


@dataclass(frozen=True)
class Requirements:
    """block.reserve_required and reserve_shortage (MW), and that the one is held but for the other.

    Reads the reserve that assets hold. What is held over boundaries is block.reserve_crossing (MW),
    positive into distribution: where assets hold reserve for transmission it is negative.
    """

    def add(
        self, block: pyo.Block, view: AreaView, periods: Sequence[int], setting: Setting
    ) -> None:
        """Every requirement, with its shortage step by step."""
        _add_crossing(block, view, periods)
        required = view.reserves.required
        if not required:
            return
        amount = _by_period(required, "requirement_mw", len(view.hours))
        decide(block, periods, "reserve_required", list(required), amount, amount)
        steps, width, price = _shortages(view)
        decide(block, periods, "reserve_shortage", steps, 0.0, width, price)
        ports = _ports(view)
        held, short = _holders(view), {r: [s for s in steps if s[:2] == r] for r in required}

        @block.Constraint(member_periods(block, required, periods))
        def reserve_is_held(b, n, z, t):
            total = sum(b.component(name)[a, n, t] for name, a in held[n, z])
            total -= sum(b.reserve_crossing[lane, n, t] for lane in ports[n, z])
            total += sum(b.reserve_shortage[(*step, t)] for step in short[n, z])
            return (0.0, total - b.reserve_required[n, z, t], None)

    def p_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """None: what is held is not used."""
        return 0.0

    def q_injected(self, block: pyo.Block, view: AreaView, name: str, bus: str, t: int) -> Any:
        """None."""
        return 0.0

    def row_key(self, view: AreaView, setting: Setting) -> Any:
        """Who may hold what, where; and of stores that hold any all their numbers."""
        own = view.reserves
        stores, holders = view.of(Storage), {key[:2] for key in own.offers}
        return (
            [(key, zone_of(view, key[0], key[1])) for key in own.offers],
            [(view.ports[boundary].bus, name) for boundary, name in own.crossing],
            list(own.required),
            [in_rows(p, ()) for p in own.products.values()],
            {name: [s.step for s in steps] for name, steps in own.steps.items()},
            [in_rows(s, ()) for n, s in stores.items() if ("storage", n) in holders],
        )

    def dispatch(self, solved: Solved) -> Columns:
        """None: it has tables of its own."""
        return {}

    def greatest_mw(self, view: AreaView) -> tuple[Hourly, Hourly]:
        """None."""
        return np.zeros(len(view.hours)), np.zeros(len(view.hours))

    def coupled(self, view: AreaView) -> Mapping[str, Sequence[str]]:
        """None."""
        return {}

    def slack_buses(self, view: AreaView) -> tuple[Sequence[str], Sequence[str]]:
        """None."""
        return [], []


def _add_crossing(block: pyo.Block, view: AreaView, periods: Sequence[int]) -> None:
    """What crosses boundaries, which in distribution is what assets behind them hold."""
    lanes = view.reserves.crossing
    if not lanes:
        return
    least = np.array([[-most_behind(view, lane)] for lane in lanes])
    decide(block, periods, "reserve_crossing", list(lanes), least, 0.0)
    if view.side < 0:
        return
    behind = holders_by_root(view)
    ports: dict[tuple[str, str], list[str]] = {key: [] for key in behind}
    for boundary, name in lanes:
        ports[view.ports[boundary].bus, name].append(boundary)

    @block.Constraint(member_periods(block, behind, periods))
    def reserve_crosses(b, root, n, t):
        held = sum(b.component(VARIABLES[kind])[a, n, t] for kind, a in behind[root, n])
        return held + sum(b.reserve_crossing[lane, n, t] for lane in ports[root, n]) == 0


def most_behind(view: AreaView, lane: tuple[str, str]) -> float:
    """Most (MW) that assets could hold behind a boundary of a product; transmission knows none."""
    boundary, name = lane
    if view.side < 0:
        return np.inf
    held = holders_by_root(view).get((view.ports[boundary].bus, name), [])
    return sum(_span(view, kind, asset, name) for kind, asset in held)


def _span(view: AreaView, kind: str, asset: str, name: str) -> float:
    """From the least to the most that an asset does (MW), or what it offers of it."""
    record: Any = view.of(assets[kind].record)[asset]
    most = sum(abs(mw) for mw in assets[kind].greatest_mw(record))
    offered = view.reserves.offers[kind, asset, name].p_max_mw
    return most if offered is None else min(most, offered)


def holders_by_root(view: AreaView) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Kind and asset of all who may hold a product over boundaries, by root bus and product."""
    crosses, root_of = view.reserves.crosses, view.network.reference_of
    roots = dict.fromkeys(view.ports[boundary].bus for boundary, _ in view.reserves.crossing)
    found: dict[tuple[str, str], list[tuple[str, str]]] = {
        (root, name): [] for root in roots for name in sorted(crosses)
    }
    for kind, asset, name in view.reserves.offers:
        if name in crosses:
            record: Any = view.of(assets[kind].record)[asset]
            found[root_of[record.bus], name].append((kind, asset))
    return found


def requirements_of(view: AreaView, boundary: str, name: str) -> list[Requirement]:
    """Requirements for which what is held over a boundary of transmission counts."""
    zone = view.network.buses[view.ports[boundary].bus].zone or EVERYWHERE
    places = dict.fromkeys((EVERYWHERE, zone))
    return [(name, place) for place in places if (name, place) in view.reserves.required]


def _ports(view: AreaView) -> dict[Requirement, list[str]]:
    """Boundaries over which each requirement may be held."""
    found: dict[Requirement, list[str]] = {key: [] for key in view.reserves.required}
    for boundary, name in view.reserves.crossing if view.side < 0 else ():
        for key in requirements_of(view, boundary, name):
            found[key].append(boundary)
    return found


def zone_of(view: AreaView, kind: str, asset: str) -> str:
    """Zone in which an asset stands; EVERYWHERE where its bus names none."""
    bus = getattr(view.of(assets[kind].record).get(asset), "bus", None)
    return EVERYWHERE if bus is None else view.network.buses[bus].zone or EVERYWHERE


def shortages_by_requirement(solved: Solved, values: Daily) -> Daily:
    """Numbers of steps added up by requirement, shape (requirements, periods)."""
    required = solved.members["reserve_required"]
    place = {key: n for n, key in enumerate(required)}
    total = np.zeros((len(required), values.shape[1]))
    np.add.at(total, [place[n, z] for n, z, _ in solved.members["reserve_shortage"]], values)
    return total


def _holders(view: AreaView) -> dict[Requirement, list[tuple[str, str]]]:
    """Variable and asset of all who may hold each requirement."""
    found: dict[Requirement, list[tuple[str, str]]] = {key: [] for key in view.reserves.required}
    for kind, asset, name in view.reserves.offers:
        for zone in dict.fromkeys((EVERYWHERE, zone_of(view, kind, asset))):
            if (name, zone) in found:
                found[name, zone].append((VARIABLES[kind], asset))
    return found


def _shortages(view: AreaView) -> tuple[list[tuple[str, str, int]], Daily, Daily]:
    """Steps of every requirement, their width (MW) and price ($/MWh), each (steps, periods)."""
    members, width, price, hours = [], [], [], len(view.hours)
    for (name, zone), rows in view.reserves.required.items():
        for step in view.reserves.steps.get(name, ()):
            members.append((name, zone, step.step))
            width.append(np.full(hours, step.quantity_mw))
            price.append(np.full(hours, step.price_usd_per_mwh))
        last = max((s.step for s in view.reserves.steps.get(name, ())), default=0)
        members.append((name, zone, 1 + last))
        width.append(np.full(hours, np.inf))
        price.append(_filled(rows, "shortage_usd_per_mwh", hours))
    return members, np.array(width), np.array(price)


def _by_period(
    required: Mapping[Requirement, Sequence[Reserve]], field: str, periods: int
) -> Daily:
    """A field of every requirement, shape (requirements, periods)."""
    return np.array([_filled(rows, field, periods) for rows in required.values()])


def _filled(rows: Sequence[Reserve], field: str, periods: int) -> Hourly:
    values = np.zeros(periods)
    for row in rows:
        values[slice(None) if row.period is None else row.period - 1] = getattr(row, field)
    return values


devices.register("reserve", Requirements())
