"""A feeder's network once all reserve of a direction is used that is held for transmission.

What is held must be deliverable: limits of branches and voltages hold at the schedule, with all
upward reserve used, and with all downward reserve used (two more copies of the network's rows).
A copy begins where the schedule's flows leave off, so that the price of power is still the dual of
the balance of the schedule, and the dual of a copy's balance is what deliverability adds to the
worth of reserve at a bus.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo

from formulations.contract import Formulation
from formulations.decision import decide
from formulations.devices.holding import VARIABLES
from formulations.index_sets import member_periods
from formulations.networks.balance import outflow
from scenarios.assets import assets
from scenarios.reserve import DOWN, UP
from scenarios.scenario import AreaView

SIGNS = {UP: 1, DOWN: -1}


def copy_name(direction: str) -> str:
    """Name of the block of a copy."""
    return f"with_{direction}"


def directions_of(view: AreaView) -> list[str]:
    """Directions in which a distribution area holds reserve for transmission."""
    if view.side < 0:
        return []
    held = {view.reserves.products[name].direction for name in view.reserves.crosses}
    return [direction for direction in SIGNS if direction in held]


def add_activated(
    block: pyo.Block, view: AreaView, formulation: Formulation, periods: Sequence[int]
) -> None:
    """Add a copy of the network for each direction; reads what assets hold and the flows."""
    for direction in directions_of(view):
        name, roots = copy_name(direction), list(view.network.references)
        decide(block, periods, f"drawn_{name}", roots, -np.inf, np.inf)
        block.follows.append(f"drawn_{name}")
        if formulation.traits.reactive:
            decide(block, periods, f"q_drawn_{name}", roots, -np.inf, np.inf)
            block.follows.append(f"q_drawn_{name}")
        if periods:
            _add_copy(block, view, formulation, periods, direction)


def _add_copy(
    block: pyo.Block,
    view: AreaView,
    formulation: Formulation,
    periods: Sequence[int],
    direction: str,
) -> None:
    name, network, sign = copy_name(direction), view.network, SIGNS[direction]
    block.add_component(name, pyo.Block())
    copy = block.component(name)
    copy.sets, copy.follows = {}, []
    buses, held = member_periods(copy, network.buses, periods), _held_at(view, direction)

    def used(bus: str, t: int, *, reactive: bool) -> Any:
        total = 0
        for kind, asset, product, tan_phi in held.get(bus, ()):
            power = block.component(VARIABLES[kind])[asset, product, t]
            total += sign * (tan_phi if reactive else 1.0) * power
        return total

    def drawn(variable: str, bus: str, t: int) -> Any:
        at_root = bus in network.references
        return block.component(f"{variable}_{name}")[bus, t] if at_root else 0.0

    @copy.Expression(buses)
    def p_net(_, i, t):
        left = outflow(network, block.p_flow, i, t) + network.buses[i].g_shunt_mw
        return left + used(i, t, reactive=False) + drawn("drawn", i, t)

    if formulation.traits.reactive:

        @copy.Expression(buses)
        def q_net(_, i, t):
            left = outflow(network, block.q_flow, i, t) - network.buses[i].b_shunt_mvar
            return left + used(i, t, reactive=True) + drawn("q_drawn", i, t)

    formulation.add_network(copy, network, periods)
    block.follows.extend(f"{name}.{variable}" for variable in copy.follows)


def _held_at(view: AreaView, direction: str) -> dict[str, list[tuple[str, str, str, float]]]:
    """By bus the kind, asset and product of what is held, and Mvar that go with a MW of it."""
    found: dict[str, list[tuple[str, str, str, float]]] = {}
    for kind, asset, name in view.reserves.offers:
        if name in view.reserves.crosses and view.reserves.products[name].direction == direction:
            record: Any = view.of(assets[kind].record)[asset]
            tan_phi = record.tan_phi if kind == "bid" else 0.0
            found.setdefault(record.bus, []).append((kind, asset, name, tan_phi))
    return found
