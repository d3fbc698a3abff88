"""Outages in transmission above active feeders: sensitivities, and decoupled AC load flow."""

from reproduction.chapter5 import cases, decoupled, networks, penetration, sensitivity, sun

ITEMS = (
    *sensitivity.ITEMS,
    *sun.ITEMS,
    *decoupled.ITEMS,
    *networks.ITEMS,
    *cases.ITEMS,
    *penetration.ITEMS,
)
