"""What operators tell generators and DC lines to do, and the scenario in which they do it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from formulations.devices.dc_line import ENDS
from market.operators.day import Day
from market.opf.answers import Values, voltages_of
from market.opf.distribution import DistributionOpf
from market.opf.merged import outputs
from market.opf.transmission import TransmissionOpf
from scenarios.records import DcLine, Generator
from scenarios.scenario import Scenario


@dataclass(frozen=True)
class SetPoint:
    """Active and reactive power (MW, Mvar) of a generator, and the voltage (p.u.) at its bus."""

    p_mw: float
    q_mvar: float
    v_pu: float


@dataclass(frozen=True)
class LinePoint:
    """Flow (MW) of a DC line, and reactive output (Mvar) and voltage (p.u.) at both ends."""

    p_mw: float
    q_mvar: tuple[float, float]
    v_pu: tuple[float, float]


SetPoints = Mapping[tuple[str, str], SetPoint | LinePoint]  # by area and generator or DC line


def set_points(
    operator: TransmissionOpf | DistributionOpf,
) -> dict[tuple[str, str], SetPoint | LinePoint]:
    """Set-points of an operator's generators and DC lines in its last answer."""
    day, x = operator.day, operator.x
    p, q, v = outputs(day, x), _reactive(day, x), np.abs(voltages_of(day, x))
    at = {bus: float(size) for bus, size in zip(day.view.network.buses, v, strict=True)}
    area = day.view.name
    units = {
        (area, name): SetPoint(p[name], q.get(name, 0.0), at[unit.bus])
        for name, unit in day.view.generators.items()
    }
    return units | {(area, name): point for name, point in _line_points(day, x, at)}


def _line_points(day: Day, x: Values, at: Mapping[str, float]) -> Iterator[tuple[str, LinePoint]]:
    """Set-points of DC lines; `at` are voltages (p.u.) by bus."""
    lines = day.view.of(DcLine)
    if not lines:
        return
    forward, backward = (day.value(x, n)[:, 0].tolist() for n in ("forward", "backward"))
    q = dict(zip(day.members["q_dc_line"], day.value(x, "q_dc_line")[:, 0].tolist(), strict=True))
    for (name, line), there, back in zip(lines.items(), forward, backward, strict=True):
        reactive = q[name, ENDS[0]], q[name, ENDS[1]]
        voltages = at[line.from_bus], at[line.to_bus]
        yield name, LinePoint(there - line.kept * back, reactive, voltages)


def dispatched(scenario: Scenario, points: SetPoints) -> Scenario:
    """The scenario whose base case has all at its set-points that has any."""
    units = (_at(unit, points.get((unit.area, unit.generator))) for unit in scenario.generators)
    lines = (_line_at(k, points.get((k.area, k.dc_line))) for k in scenario.dc_lines)
    return replace(scenario, generators=tuple(units), dc_lines=tuple(lines))


def _line_at(line: DcLine, point: SetPoint | LinePoint | None) -> DcLine:
    if not isinstance(point, LinePoint):
        return line
    held = (
        None if own is None else v
        for own, v in zip((line.v_from_pu, line.v_to_pu), point.v_pu, strict=True)
    )
    v_from, v_to = held
    q_from, q_to = point.q_mvar
    return replace(
        line, p_base_mw=point.p_mw, q_base_from_mvar=q_from, q_base_to_mvar=q_to,
        v_from_pu=v_from, v_to_pu=v_to,
    )  # fmt: skip


def _at(unit: Generator, point: SetPoint | LinePoint | None) -> Generator:
    if not isinstance(point, SetPoint):
        return unit
    held = None if unit.v_set_pu is None else point.v_pu
    return replace(unit, p_base_mw=point.p_mw, q_base_mvar=point.q_mvar, v_set_pu=held)


def _reactive(day: Day, x: Values) -> dict[str, float]:
    """Reactive output (Mvar) of the generators that have any."""
    if "q_generator" not in day.columns:
        return {}
    q = day.value(x, "q_generator")[:, 0].tolist()
    return dict(zip(day.members["q_generator"], q, strict=True))
