"""What a dispatch costs when the whole grid follows it and the slack bus meets the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

from market.opf.set_points import SetPoint, SetPoints, dispatched
from scenarios.records import DcLine, Generator, Offer
from scenarios.scenario import AreaView, Scenario
from security.load_flow import LoadFlow, base_load_flow
from solvers.errors import SolveFailed

Outputs = Mapping[tuple[str, str], float]  # MW, by area and generator


@dataclass(frozen=True)
class Realised:
    """A coordinated load flow at set-points, what generators give in it, and all costs ($/h)."""

    flow: LoadFlow
    p_mw: Outputs
    cost_by_area: Mapping[str, float]

    @property
    def cost_usd_per_h(self) -> float:
        """Cost of all areas."""
        return sum(self.cost_by_area.values())

    def generation_mw(self, area: str) -> float:
        """Output of all generators of an area."""
        return sum(p for (own, _), p in self.p_mw.items() if own == area)


def realise(scenario: Scenario, points: SetPoints) -> Realised:
    """The load flow of one operating point in which all follow their set-points.

    Of several generators at the slack bus of transmission the first one meets the rest. Flexible
    loads draw all they can, as in every base case. Raises SolveFailed where there is no solution.
    """
    flow = base_load_flow(dispatched(scenario, points))
    if flow.outcome != "solved":
        raise SolveFailed("load flow at the set-points", flow.why, "dispatch for less load")
    outputs = _with_slack(scenario, flow, _generated(points))
    views = (scenario.area(a.area) for a in scenario.areas)
    cost = {view.name: _cost(view, outputs) + _cost_of_lines(view, points) for view in views}
    return Realised(flow, outputs, cost)


def _cost(view: AreaView, outputs: Outputs) -> float:
    """Cost of an area's generators ($/h)."""
    return sum(
        output_cost(unit, view.offers.get(name, ()), outputs[view.name, name])
        for name, unit in view.generators.items()
    )


def _cost_of_lines(view: AreaView, points: SetPoints) -> float:
    """Cost of what an area's DC lines carry ($/h), from set-points or else as in the base case."""
    lines = view.of(DcLine).items()
    flows = {name: points.get((view.name, name)) for name, _ in lines}
    return sum(
        line.cost_usd_per_mwh * line.entering_mw(at.p_mw if (at := flows[name]) else line.p_base_mw)
        for name, line in lines
    )


def _generated(points: SetPoints) -> dict[tuple[str, str], float]:
    """Output (MW) of every generator."""
    return {key: point.p_mw for key, point in points.items() if isinstance(point, SetPoint)}


def output_cost(unit: Generator, offers: tuple[Offer, ...], p_mw: float) -> float:
    """Cost ($/h) of an output (MW); outside of what is offered the nearest segment goes on."""
    cost, left = unit.no_load_usd_per_h, p_mw
    for offer in offers:
        taken = left if offer is offers[-1] else min(left, offer.quantity_mw)
        cost += offer.price_usd_per_mwh * taken + offer.slope_usd_per_mw2h / 2 * taken**2
        left -= taken
    return cost


def _with_slack(
    scenario: Scenario, flow: LoadFlow, outputs: dict[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    """Outputs (MW) with what the slack buses give in the load flow."""
    upper = scenario.area(scenario.transmission)
    area, changed = flow.areas[upper.name], dict(outputs)
    for slack in upper.network.references:
        there = [(upper.name, n) for n, unit in upper.generators.items() if unit.bus == slack]
        given = float(area.generation[area.grid.position[slack]].real)
        changed[there[0]] += given - sum(outputs[key] for key in there)
    return changed
