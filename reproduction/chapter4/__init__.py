"""Market operations: coordinated clearing, conventional cases, local and wholesale sales."""

from reproduction.chapter4 import (
    buses,
    cases,
    convergence,
    coordinated,
    exchange,
    larger,
    networks,
    parameters,
    participation,
    sales,
)

ITEMS = (
    *parameters.ITEMS,
    *exchange.ITEMS,
    *coordinated.ITEMS,
    *cases.ITEMS,
    *buses.ITEMS,
    *convergence.ITEMS,
    *larger.ITEMS,
    *networks.ITEMS,
    *sales.ITEMS,
    *participation.ITEMS,
)
