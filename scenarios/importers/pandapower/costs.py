"""Costs of pandapower's elements: polynomials, and slopes between points."""

from collections.abc import Iterator, Mapping
from typing import Any

from scenarios.findings import Finding
from scenarios.importers.matpower.columns import COST_MODELS
from scenarios.importers.matpower.costs import Cost, UnusableCost, read_cost
from scenarios.importers.pandapower.cells import Row, number

Net = Any
Owner = tuple[str, int]  # table and index
POLYNOMIAL = ("cp2_eur_per_mw2", "cp1_eur_per_mw", "cp0_eur")
REACTIVE = ("cq2_eur_per_mvar2", "cq1_eur_per_mvar", "cq0_eur")


def costs_of(net: Net, findings: list[Finding]) -> dict[Owner, Cost]:
    """Cost of active power by its owner; what is no convex cost is a finding."""
    found: dict[Owner, Cost] = {}
    for place, owner, row in _rows(net):
        try:
            found[owner] = read_cost(row)
        except UnusableCost as error:
            cure = "give a convex cost: linear, quadratic, or slopes that rise"
            findings.append(Finding(place, str(error), cure))
    return found


def reactive_costs(net: Net) -> list[str]:
    """Rows that give reactive power a cost."""
    poly = [
        f"poly_cost {i}"
        for i, row in net.poly_cost.to_dict("index").items()
        if any(number(row, column) for column in REACTIVE)
    ]
    pwl = net.pwl_cost.to_dict("index").items()
    return poly + [f"pwl_cost {i}" for i, row in pwl if row["power_type"] == "q"]


def _rows(net: Net) -> Iterator[tuple[str, Owner, list[float]]]:
    """Place, owner, and the cost as a row of MATPOWER's."""
    for i, row in net.poly_cost.to_dict("index").items():
        coefficients = [number(row, column) for column in POLYNOMIAL]
        head = [float(COST_MODELS["POLYNOMIAL"]), 0.0, 0.0, 3.0]
        yield f"poly_cost {i}", _owner(row), head + coefficients
    for i, row in net.pwl_cost.to_dict("index").items():
        if row["power_type"] != "q":
            points = _points(row["points"])
            head = [float(COST_MODELS["PW_LINEAR"]), 0.0, 0.0, len(points) / 2]
            yield f"pwl_cost {i}", _owner(row), head + points


def _owner(row: Row) -> Owner:
    return str(row["et"]), int(row["element"])


def _points(areas: Any) -> list[float]:
    """Points (MW, cost) of slopes between powers; the first begins at its slope times its MW."""
    points: list[float] = []
    cost = 0.0
    for lower, upper, slope in areas:
        if not points:
            cost = lower * slope
            points += [float(lower), float(cost)]
        cost += (upper - lower) * slope
        points += [float(upper), float(cost)]
    return points


CostsByOwner = Mapping[Owner, Cost]
