"""What crosses an area's boundaries, row by row: energy at each, then each product of reserve."""

import numpy as np

from formulations.devices.reserve import requirements_of
from market.coordination.protocol import Crossing
from market.operators.day import Day
from scenarios.names import joined
from scenarios.scenario import AreaView
from solvers.program import Vector


def lanes_of(view: AreaView) -> dict[str, tuple[str, str]]:
    """Boundary and product of each row that is not energy, by the row's name."""
    return {joined(*lane): lane for lane in view.reserves.crossing}


def crossing_prices(day: Day, dual: Vector) -> Crossing:
    """Price of every row ($/MWh): what one more MW into distribution costs, or is worth there."""
    bus = {name: n for n, name in enumerate(day.members["balance"])}
    ports = day.view.ports
    energy = day.price(dual, "balance")[[bus[port.bus] for port in ports.values()]]
    lanes = day.view.reserves.crossing
    if not lanes:
        return energy
    if day.view.side > 0:
        row = {key: n for n, key in enumerate(day.members["reserve_crosses"])}
        reserve = day.price(dual, "reserve_crosses")
        return np.concatenate([energy, reserve[[row[ports[b].bus, n] for b, n in lanes]]])
    row = {key: n for n, key in enumerate(day.members["reserve_is_held"])}
    held = day.price(dual, "reserve_is_held")
    counted = [[row[key] for key in requirements_of(day.view, *lane)] for lane in lanes]
    return np.concatenate([energy, [held[rows].sum(axis=0) for rows in counted]])
