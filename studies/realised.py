"""What a dispatch costs when the whole grid follows it and the slack bus meets the rest."""

from dataclasses import dataclass

from market.opf.set_points import SetPoints, dispatched
from scenarios.records import Generator, Offer
from scenarios.scenario import AreaView, Scenario
from security.load_flow import LoadFlow, base_load_flow


@dataclass(frozen=True)
class Realised:
    """A coordinated load flow at set-points, and what its generation costs ($/h) by area."""

    flow: LoadFlow
    cost_by_area: dict[str, float]

    @property
    def cost_usd_per_h(self) -> float:
        """Cost of all areas."""
        return sum(self.cost_by_area.values())


def realise(scenario: Scenario, points: SetPoints) -> Realised:
    """The load flow of one operating point in which all generators follow their set-points.

    Of several generators at the slack bus of transmission the first one meets the rest. Flexible
    loads draw all they can, as in every base case. Only a solved flow has a cost.
    """
    flow = base_load_flow(dispatched(scenario, points))
    if flow.outcome != "solved":
        return Realised(flow, {})
    return Realised(flow, _costs(scenario, flow, points))


def output_cost(unit: Generator, offers: tuple[Offer, ...], p_mw: float) -> float:
    """Cost ($/h) of an output (MW); outside of what is offered the nearest segment goes on."""
    cost, left = unit.no_load_usd_per_h, p_mw
    for offer in offers:
        last = offer is offers[-1]
        taken = left if last else min(left, offer.quantity_mw)
        cost += offer.price_usd_per_mwh * taken + offer.slope_usd_per_mw2h / 2 * taken**2
        left -= taken
    return cost


def _costs(scenario: Scenario, flow: LoadFlow, points: SetPoints) -> dict[str, float]:
    costs = {}
    for view in (scenario.area(a.area) for a in scenario.areas):
        power = {name: points[view.name, name].p_mw for name in view.generators}
        if view.name == scenario.transmission:
            power = _with_slack(view, flow, power)
        costs[view.name] = sum(
            output_cost(unit, view.offers.get(name, ()), power[name])
            for name, unit in view.generators.items()
        )
    return costs


def _with_slack(view: AreaView, flow: LoadFlow, power: dict[str, float]) -> dict[str, float]:
    """Outputs (MW) with what the slack bus gives in the load flow."""
    area = flow.areas[view.name]
    slack = view.network.slack_bus
    there = [name for name, unit in view.generators.items() if unit.bus == slack]
    left = float(area.generation[area.grid.slack].real) - sum(power[n] for n in there)
    return power | {there[0]: power[there[0]] + left}
