"""Outages in transmission above active feeders: sensitivities, and decoupled AC load flow."""

from reproduction.chapter5 import (
    boundary_buses,
    boundary_power,
    decoupled,
    descriptions,
    inputs,
    line_flows,
    ranking,
    sensitivity,
    sun,
)

ITEMS = (
    *sensitivity.ITEMS,
    *sun.ITEMS,
    *decoupled.ITEMS,
    *inputs.ITEMS,
    *descriptions.ITEMS,
    *line_flows.ITEMS,
    *boundary_buses.ITEMS,
    *boundary_power.ITEMS,
    *ranking.ITEMS,
)
