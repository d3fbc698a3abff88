"""Rows of result tables that tell of feeders once all reserve of a direction is used."""

from collections.abc import Iterator

import numpy as np

from formulations.activated import SIGNS, copy_name, directions_of
from formulations.contract import Lookup
from market.operators.area_tables import AreaResult, Rows, of_area
from scenarios.table_parts import Part


def reserve_bus_parts(result: AreaResult) -> Iterator[Part]:
    """Voltages, and what delivery from each bus adds to the worth of reserve."""
    network, reactive = result.day.view.network, result.day.formulation.traits.reactive
    for direction in directions_of(result.day.view):
        price, value = lookups(result, direction)
        parts = result.day.formulation.price_parts(network, price, value)
        state, shape = result.day.formulation.state(network, value), price("balance").shape
        values = {
            "v_pu": state.v_pu,
            "price_usd_per_mwh": price("balance"),
            "congestion_usd_per_mwh": parts.congestion,
            "voltage_usd_per_mwh": parts.voltage,
            "reactive_usd_per_mvarh": price("q_balance") if reactive else None,
        }
        ways = [direction] * shape[0]
        yield Part(shape, of_area(result, direction=ways, bus=list(network.buses)), values)


def reserve_flow_parts(result: AreaResult) -> Iterator[Part]:
    """Flows, and what one more MW of a branch's rating would be worth."""
    network = result.day.view.network
    for direction in directions_of(result.day.view):
        price, value = lookups(result, direction)
        state = result.day.formulation.state(network, value)
        shadow = result.day.formulation.price_parts(network, price, value).shadow
        values = {"p_mw": state.p_flow, "q_mvar": state.q_flow, "shadow_usd_per_mwh": shadow}
        ways, names = [direction] * shadow.shape[0], list(network.branches)
        yield Part(shadow.shape, of_area(result, direction=ways, branch=names), values)


def lookups(result: AreaResult, direction: str) -> tuple[Lookup, Lookup]:
    """Prices and values of the copy of the network in which a direction is used."""
    name = copy_name(direction)
    return (
        lambda row: result.price(f"{name}.{row}"),
        lambda column: result.value(f"{name}.{column}"),
    )


def deliverability(result: AreaResult, bus: str, direction: str, tan_phi: float) -> Rows:
    """What delivery from a bus adds to the worth of a MW of reserve ($/MWh), shape (periods,)."""
    price, _ = lookups(result, direction)
    at = list(result.day.view.network.buses).index(bus)
    added = price("balance")[at]
    if result.day.formulation.traits.reactive:
        added = added + tan_phi * price("q_balance")[at]
    worth: Rows = SIGNS[direction] * added
    return np.asarray(worth)
