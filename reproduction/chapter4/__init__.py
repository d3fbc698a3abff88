"""Market operations: coordinated clearing, conventional cases, local and wholesale sales."""

from reproduction.chapter4 import (
    area_parameters,
    buses,
    cmo_output,
    conventional_cases,
    convergence,
    data_exchange,
    larger,
    participation,
    sales,
    sales_networks,
    surplus_by_case,
)

ITEMS = (
    *area_parameters.ITEMS,
    *data_exchange.ITEMS,
    *cmo_output.ITEMS,
    *surplus_by_case.ITEMS,
    *conventional_cases.ITEMS,
    *buses.ITEMS,
    *convergence.ITEMS,
    *larger.ITEMS,
    *sales_networks.ITEMS,
    *sales.ITEMS,
    *participation.ITEMS,
)
