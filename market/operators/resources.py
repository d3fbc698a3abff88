"""Resources of an area that may move: what each can inject, and bounds on it in a compiled day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from formulations.decision import Daily, Decision
from formulations.devices.offers import output_limits
from market.operators.day import Day
from scenarios.records import ShiftableLoad, Storage
from scenarios.results import BID, GENERATOR, LOAD, STORAGE
from scenarios.scenario import AreaView

SHIFTABLE = "shiftable_load"
Name = tuple[str, str]  # kind and asset
Range = tuple[Daily, Daily]  # least and greatest injection (MW), shape (periods,)


@dataclass(frozen=True)
class Resource:
    """Where it stands, what it can inject (MW, shape (periods,)), and its Mvar per MW."""

    bus: str
    least: Daily
    most: Daily
    tan_phi: float = 0.0


def resources(view: AreaView) -> dict[Name, Resource]:
    """All generators, flexible and shiftable loads and stores of an area."""
    found: dict[Name, Resource] = {}
    for name, unit in view.generators.items():
        found[GENERATOR, name] = Resource(unit.bus, *output_limits(view, unit))
    for name, bid in view.bids.items():
        least, most = output_limits(view, bid)
        found[BID, name] = Resource(bid.bus, -most, -least, bid.tan_phi)
    ones = np.ones(len(view.hours))
    for name, store in view.of(Storage).items():
        low, high = -store.p_charge_max_mw * ones, store.p_discharge_max_mw * ones
        found[STORAGE, name] = Resource(store.bus, low, high)
    period = np.arange(1, len(view.hours) + 1)
    for name, load in view.of(ShiftableLoad).items():
        window = (load.first_period <= period) & (period <= load.last_period)
        low = np.where(window, -load.p_max_mw, 0.0)
        found[SHIFTABLE, name] = Resource(load.bus, low, 0.0 * ones, load.tan_phi)
    return found


def held_within(day: Day, ranges: Mapping[Name, Range]) -> Day:
    """The day whose resources inject within ranges (MW) alone."""
    program = day.program.copy()
    decisions = dict(day.decisions)
    for name, power in _bounds(day, ranges):
        at, decision = day.columns[name], decisions[name]
        low, high = np.maximum(decision.lower, power[0]), np.minimum(decision.upper, power[1])
        program.lower[at], program.upper[at] = low, high
        decisions[name] = replace(decision, lower=low, upper=high)
    return replace(day, program=program, decisions=decisions)


def _bounds(day: Day, ranges: Mapping[Name, Range]) -> Iterator[tuple[str, Range]]:
    """Least and greatest values of the columns that make a resource's power, by variable."""
    for kind, name, sign in ((GENERATOR, "offered", 1.0), (BID, "bidden", -1.0)):
        if name in day.decisions:
            yield name, _segments(day.decisions[name], kind, sign, ranges)
    stores = [ranges[STORAGE, n] for n in day.members.get("charge", ())]
    if stores:
        yield "charge", (0.0 * _rows(stores, 1), np.maximum(-_rows(stores, 0), 0.0))
        yield "discharge", (0.0 * _rows(stores, 0), np.maximum(_rows(stores, 1), 0.0))
    served = [ranges[LOAD, n] for n in day.members.get("served", ()) if (LOAD, n) in ranges]
    if served:
        yield "served", (np.minimum(-_rows(served, 1), 0.0), -_rows(served, 0))
    shifted = [ranges[SHIFTABLE, n] for n in day.members.get("p_shiftable", ())]
    if shifted:
        yield "p_shiftable", (np.maximum(-_rows(shifted, 1), 0.0), -_rows(shifted, 0))


def _rows(held: list[Range], end: int) -> Daily:
    rows: Daily = np.array([one[end] for one in held])
    return rows


def _segments(decision: Decision, kind: str, sign: float, ranges: Mapping[Name, Range]) -> Range:
    """Bounds of the segments of every owner, which fill one after the other."""
    low, high = np.zeros_like(decision.lower), np.zeros_like(decision.upper)
    below: dict[str, Daily] = {}
    for row, (owner, _) in enumerate(decision.members):
        least, most = ranges[kind, owner]
        if sign < 0:
            least, most = -most, -least
        start = below.get(owner, np.zeros_like(least))
        width = decision.upper[row]
        low[row] = np.clip(least - start, 0.0, width)
        high[row] = np.clip(most - start, 0.0, width)
        below[owner] = start + width
    return low, np.maximum(low, high)
