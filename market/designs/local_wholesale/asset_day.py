"""What an asset earns whose hours hang together, such as a store: its own day, at every share."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from formulations.devices.local_market import local_decisions
from formulations.devices.participation import KINDS, Key, with_shares
from formulations.devices.store_trade import BOUGHT, SOLD
from formulations.networks import COPPERPLATE, formulation
from market.designs.local_wholesale.prices import Prices, Profits
from market.operators.day import Day, build_day, with_decisions
from scenarios.local_market import LocalMarket
from scenarios.network import Network
from scenarios.records import DISTRIBUTION
from scenarios.results import GENERATOR, STORAGE
from scenarios.scenario import AreaView, Hourly, Port
from solvers.exclusive import solve_exclusively
from solvers.program import Program, Vector
from solvers.session import open_session

TIME_LIMIT_S = 60.0
SALES: Mapping[str, Mapping[str, float]] = {  # variables (MW) that add up to wholesale sales
    GENERATOR: {"p_wholesale": 1.0},
    STORAGE: {SOLD: 1.0, BOUGHT: -1.0},
}


def profits_by_day(
    view: AreaView, key: Key, prices: Prices, rules: LocalMarket, shares: Sequence[float]
) -> Profits:
    """Margin over cost ($) of the day for every share, no-load cost left out."""
    free, alone = replace(rules, allow_lem_export=True), _alone(view, key)
    honest = replace(free, beta_mode="marginal_cost")
    day = build_day(with_shares(alone, {key: 1.0}), formulation(COPPERPLATE, DISTRIBUTION), honest)
    session = open_session(day.program, f"best reply of {key[0]} '{key[1]}'", TIME_LIMIT_S)
    every, margins = np.arange(day.program.cost.size), []
    for share in shares:
        offered = local_decisions(with_shares(alone, {key: share}), free)
        asked = _at_prices(with_decisions(day, offered), key[0], prices)
        session.set_bounds(every, asked.lower, asked.upper)
        session.set_cost(every, asked.cost)
        x = solve_exclusively(session, day.exclusive, session.name, TIME_LIMIT_S).x
        margins.append(_margin(day, key[0], prices, x))
    return np.array(margins)


def _at_prices(day: Day, kind: str, prices: Prices) -> Program:
    """The day's program where the boundary trades at the prices, and nothing else does."""
    program = day.program.copy()
    lower, upper, cost = program.lower, program.upper, program.cost
    for slack in ("unserved", "spilled"):
        lower[day.columns[slack]] = upper[day.columns[slack]] = 0.0
    cost[day.columns["p_boundary"]] = prices.home * day.hours
    for name, sign in SALES[kind].items():
        cost[day.columns[name]] -= sign * (prices.abroad - prices.home) * day.hours
    return program


def _margin(day: Day, kind: str, prices: Prices, x: Vector) -> float:
    """What sales bring ($) less what they cost, whatever offers ask beyond that.

    A generator's no-load cost is left out; a store's constant is what it held before the day.
    """
    sold: Hourly = sum(sign * day.value(x, name)[0] for name, sign in SALES[kind].items())
    earned = (prices.abroad - prices.home) * sold - prices.home * day.value(x, "p_boundary")[0]
    no_load = day.offset if kind == GENERATOR else 0.0
    return float((earned * day.hours - day.cost_by_period(x) + no_load).sum())


def _alone(view: AreaView, key: Key) -> AreaView:
    """The asset at a bus of its own, which meets a boundary."""
    kind, name = key
    owner = view.of(KINDS[kind])[name]
    bus = replace(view.network.buses[owner.bus], g_shunt_mw=0.0, b_shunt_mvar=0.0)
    return replace(
        view,
        network=Network(view.name, view.network.base_mva, (bus.bus,), {bus.bus: bus}, {}),
        assets={KINDS[kind]: {name: owner}},
        ports={name: Port(name, bus.bus)},
        chi={},
    )
