"""Load flow and optimal power flow of transmission and feeders, coordinated and alone."""

from reproduction.chapter2 import (
    diagrams,
    exponents,
    inputs,
    load_flows,
    optimal_flows,
    real_time,
)

ITEMS = (
    *inputs.ITEMS,
    *diagrams.ITEMS,
    *load_flows.ITEMS,
    *exponents.ITEMS,
    *optimal_flows.ITEMS,
    *real_time.ITEMS,
)
