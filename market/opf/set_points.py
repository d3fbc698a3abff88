"""What operators tell their generators to do, and the scenario in which they do it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from market.operators.day import Day
from market.opf.answers import Values, voltages_of
from market.opf.distribution import DistributionOpf
from market.opf.merged import outputs
from market.opf.transmission import TransmissionOpf
from scenarios.records import Generator
from scenarios.scenario import Scenario


@dataclass(frozen=True)
class SetPoint:
    """Active and reactive power (MW, Mvar) of a generator, and the voltage (p.u.) at its bus."""

    p_mw: float
    q_mvar: float
    v_pu: float


SetPoints = Mapping[tuple[str, str], SetPoint]  # by area and generator


def set_points(operator: TransmissionOpf | DistributionOpf) -> dict[tuple[str, str], SetPoint]:
    """Set-points of an operator's generators in its last answer."""
    day, x = operator.day, operator.x
    p, q, v = outputs(day, x), _reactive(day, x), np.abs(voltages_of(day, x))
    at = {bus: float(size) for bus, size in zip(day.view.network.buses, v, strict=True)}
    area = day.view.name
    return {
        (area, name): SetPoint(p[name], q.get(name, 0.0), at[unit.bus])
        for name, unit in day.view.generators.items()
    }


def dispatched(scenario: Scenario, points: SetPoints) -> Scenario:
    """The scenario whose base case has generators at their set-points, where they have one."""
    units = (_at(unit, points.get((unit.area, unit.generator))) for unit in scenario.generators)
    return replace(scenario, generators=tuple(units))


def _at(unit: Generator, point: SetPoint | None) -> Generator:
    if point is None:
        return unit
    held = None if unit.v_set_pu is None else point.v_pu
    return replace(unit, p_base_mw=point.p_mw, q_base_mvar=point.q_mvar, v_set_pu=held)


def _reactive(day: Day, x: Values) -> dict[str, float]:
    """Reactive output (Mvar) of the generators that have any."""
    if "q_generator" not in day.columns:
        return {}
    q = day.value(x, "q_generator")[:, 0].tolist()
    return dict(zip(day.members["q_generator"], q, strict=True))
