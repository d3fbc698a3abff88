"""Outages in transmission above active feeders: sensitivities, and decoupled AC load flow."""

from reproduction.chapter5 import decoupled, inputs, line_flow_cases, penetration, sensitivity, sun

ITEMS = (
    *sensitivity.ITEMS,
    *sun.ITEMS,
    *decoupled.ITEMS,
    *inputs.ITEMS,
    *line_flow_cases.ITEMS,
    *penetration.ITEMS,
)
