"""The load flow of one network by itself, which tells whether its data are right."""

from dataclasses import dataclass

import numpy as np

from scenarios.networks import NetworkTables
from scenarios.scenario import Scenario
from security.ac.grid import Grid
from security.ac.newton import Newton
from security.ac.operation import base_operation


@dataclass(frozen=True)
class Flow:
    """Losses (MW), output of the slack bus (MW), and the lowest voltage (p.u.) with its bus."""

    loss_mw: float
    slack_mw: float
    v_lowest_pu: float
    bus: str


def load_flow(network: NetworkTables) -> Flow:
    """Base case; the root of a feeder stands at 1 p.u."""
    alone = Scenario(
        name=network.area.area,
        hours=(1.0,),
        voll_usd_per_mwh=0.0,
        spill_usd_per_mwh=0.0,
        areas=(network.area,),
        buses=network.buses,
        branches=network.branches,
        loads=network.loads,
        generators=network.generators,
    )
    view = alone.area(network.area.area)
    grid = Grid.of(view.network)
    solved = Newton(grid).solve(base_operation(view, grid))
    size = np.abs(solved.v)
    lowest = int(size.argmin())
    return Flow(
        float(solved.generation.real.sum()) - network.load_mw,
        float(solved.generation[grid.slack].real),
        float(size[lowest]),
        grid.buses[lowest],
    )
