"""The clearing problem of one operator's area: its bids, its devices, its network, its boundary."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import pyomo.environ as pyo

from formulations.activated import add_activated
from formulations.contract import Formulation
from formulations.decision import Daily, cost_of, decide
from formulations.devices import all_devices, asset_devices, other_devices
from formulations.devices.contract import Device, Setting
from formulations.index_sets import member_periods
from scenarios.assets import assets
from scenarios.local_market import LocalMarket
from scenarios.scenario import AreaView, Hourly

# A limit that only repeats those of all devices together would share their price in any way.
ROOM_MW = 1.0
BY_BOUNDARY = "p_boundary", "q_boundary", "reserve_crossing"  # decisions of every boundary


def by_bus(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Group names by the bus they sit at, from (bus, name) pairs."""
    at: dict[str, list[str]] = {}
    for bus, name in pairs:
        at.setdefault(bus, []).append(name)
    return at


def add_area(
    block: pyo.Block,
    view: AreaView,
    formulation: Formulation,
    periods: Sequence[int],
    local: LocalMarket | None = None,
) -> None:
    """Add the area's clearing problem for `periods` to `block`, without an objective.

    `local` sets the rules of a local energy market where the area has one (type B).

    Adds the devices, block.p_boundary (MW, positive into distribution), priced unserved and
    spilled energy, block.p_net, the network, and the links between consecutive periods.
    `block.decisions` and `block.offset` hold what the objective needs, `block.states` the pairs
    of variables before and after a period, `block.follows` the variables that follow from the
    others through the constraints, `block.exclusive` pairs of variables and those of their members
    of which one at most may be used, `block.integers` variables that are whole numbers,
    `block.owners` the kind of asset that decides a variable.
    """
    block.hours = np.array(view.hours)
    block.decisions, block.states, block.follows, block.sets = [], [], [], {}
    block.exclusive, block.integers, block.owners = [], [], {}
    block.offset = np.zeros(len(view.hours))  # $
    setting = Setting(formulation.traits.reactive, local)
    for kind, device in asset_devices().items():
        known = len(block.decisions)
        device.add(block, view, periods, setting)
        block.owners |= {d.name: kind for d in block.decisions[known:]}
    _add_boundary(block, view, formulation, periods)
    for device in other_devices().values():
        device.add(block, view, periods, setting)
    _add_injections(block, view, periods, reactive=formulation.traits.reactive)
    formulation.add_network(block, view.network, periods)
    add_activated(block, view, formulation, periods)
    _link_periods(block, periods)


def clearing_model(view: AreaView, formulation: Formulation) -> pyo.ConcreteModel:
    """The whole day as one Pyomo model with its objective ($), for any Pyomo solver."""
    model = pyo.ConcreteModel(view.name)
    add_area(model, view, formulation, view.periods)
    model.cost = pyo.Objective(expr=cost_of(model, view.periods) + float(model.offset.sum()))
    return model


def boundary_interval(
    view: AreaView, *, lossy: bool = False, room_mw: float = 0.0
) -> tuple[Daily, Daily]:
    """Least and greatest boundary power (MW), each of shape (boundaries, periods).

    A distribution area cannot export more than it can produce nor, but for losses, import more
    than it can consume; transmission knows only the limits of the boundary itself. What follows
    from the area's own devices is widened by `room_mw`.
    """
    shape = (len(view.ports), len(view.hours))
    low, high = np.full(shape, -np.inf), np.full(shape, np.inf)
    if view.side > 0 and not lossy:
        produced, consumed = _greatest(view)
        low[:], high[:] = -produced - room_mw, consumed + room_mw
    for row, port in enumerate(view.ports.values()):
        if port.p_min_mw is not None:
            low[row] = np.maximum(low[row], port.p_min_mw)
        if port.p_max_mw is not None:
            high[row] = np.minimum(high[row], port.p_max_mw)
    return low, high


def _greatest(view: AreaView) -> tuple[Hourly, Hourly]:
    """Most that all devices and shunts of the area can produce, and consume (MW), by period."""
    produced, consumed = np.zeros((2, len(view.hours)))
    for device in all_devices():
        give, take = device.greatest_mw(view)
        produced, consumed = produced + give, consumed + take
    return produced, consumed + sum(max(0.0, b.g_shunt_mw) for b in view.network.buses.values())


def _add_boundary(
    block: pyo.Block, view: AreaView, formulation: Formulation, periods: Sequence[int]
) -> None:
    """Boundary power, and priced slack so that the area can answer any question."""
    low, high = boundary_interval(view, lossy=formulation.traits.lossy, room_mw=ROOM_MW)
    decide(block, periods, "p_boundary", list(view.ports), low, high)
    if view.side > 0:
        block.follows.append("p_boundary")
    if formulation.traits.reactive:
        block.follows.append("q_boundary")
        decide(block, periods, "q_boundary", list(view.ports), -np.inf, np.inf)
    met = [p.bus for p in view.ports.values()]
    short, surplus = (list(dict.fromkeys(met + own)) for own in slack_buses(view))
    decide(block, periods, "unserved", short, 0.0, np.inf, view.voll_usd_per_mwh)
    decide(block, periods, "spilled", surplus, 0.0, np.inf, view.spill_usd_per_mwh)


def slack_buses(view: AreaView) -> tuple[list[str], list[str]]:
    """Buses where energy may be unserved, and where it may be spilled, whatever the boundaries do.

    These are the buses of consumption that cannot be shed and of production that cannot be turned
    down or off in time.
    """
    short: list[str] = []
    surplus: list[str] = []
    for device in all_devices():
        more, less = device.slack_buses(view)
        short += more
        surplus += less
    shunts = view.network.buses.values()
    short += [b.bus for b in shunts if b.g_shunt_mw > 0]
    surplus += [b.bus for b in shunts if b.g_shunt_mw < 0]
    return short, surplus


def _add_injections(
    block: pyo.Block, view: AreaView, periods: Sequence[int], *, reactive: bool
) -> None:
    bus_periods = member_periods(block, view.network.buses, periods)
    owned: dict[str, list[tuple[Device, str]]] = {}
    for kind, device in asset_devices().items():
        for name, record in view.of(assets[kind].record).items():
            for bus in assets[kind].buses_of(record):
                owned.setdefault(bus, []).append((device, name))
    ports = by_bus((p.bus, n) for n, p in view.ports.items())

    @block.Expression(bus_periods)
    def p_net(b, i, t):
        given = sum(device.p_injected(b, view, n, i, t) for device, n in owned.get(i, ()))
        crossing = sum(b.p_boundary[n, t] for n in ports.get(i, ()))
        slack = sum(v[i, t] * s for v, s in ((b.unserved, 1), (b.spilled, -1)) if (i, t) in v)
        return given + view.side * crossing + slack

    if not reactive:
        return

    @block.Expression(bus_periods)
    def q_net(b, i, t):
        given = sum(device.q_injected(b, view, n, i, t) for device, n in owned.get(i, ()))
        return given + view.side * sum(b.q_boundary[n, t] for n in ports.get(i, ()))


def _link_periods(block: pyo.Block, periods: Sequence[int]) -> None:
    """What a device was before a period is what it was after the last one."""
    pairs = list(pairwise(periods))

    block.continuity = pyo.ConstraintList()
    for before, now in block.states:
        was, is_ = block.component(before), block.component(now)
        members = dict.fromkeys(index[:-1] for index in was)
        for member in members:
            for earlier, later in pairs:
                block.continuity.add(was[(*member, later)] == is_[(*member, earlier)])
