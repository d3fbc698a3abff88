"""The load flow of a whole scenario: base case or cleared period, by the method asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from scenarios.merging import merge, merged_bus
from scenarios.names import joined
from scenarios.scenario import Scenario
from security.ac.grid import Complex, Grid, Real
from security.ac.newton import Newton, Operation, Outcome, Solved
from security.ac.operation import base_operation
from security.coordinated.alone import (
    FIXED_ROOT,
    distribution_alone,
    measured,
    nominal,
    transmission_alone,
)
from security.coordinated.boundary_iteration import Coordinated, Exchange, Operators

AT_LIMIT = 1e-6  # p.u., or part of a rating: a held voltage may stand at its limit
Method = Literal["response", "plain", "merged", "itlf", "idlf"]
Exponents = Literal["weighted", "measured"]


@dataclass(frozen=True)
class Port:
    """What crosses one boundary (MVA, positive into distribution) and its voltage (p.u.)."""

    power: complex
    voltage: complex


@dataclass(frozen=True)
class Violation:
    """A limit that is exceeded: a voltage (p.u.), the load of a branch (MVA) or its angle (deg)."""

    area: str
    element: str
    kind: Literal["low voltage", "high voltage", "overload", "wide angle"]
    value: float
    limit: float

    def __str__(self) -> str:
        if self.kind == "wide angle":
            return (
                f"branch {self.area}/{self.element}: {self.value:.2f} degrees across it are "
                f"beyond {self.limit:g}"
            )
        if self.kind == "overload":
            return (
                f"branch {self.area}/{self.element}: {self.value:.2f} MVA is above "
                f"{self.limit:g} MVA"
            )
        side = "below" if self.kind == "low voltage" else "above"
        return f"bus {self.area}/{self.element}: {self.value:.4f} p.u. is {side} {self.limit:g}"


@dataclass(frozen=True)
class AreaFlow:
    """Voltages of one area (p.u., angles against the slack of transmission)."""

    grid: Grid
    v: Complex
    generation: Complex

    @property
    def lowest(self) -> tuple[float, str]:
        """The lowest voltage (p.u.) and its bus, as area/bus."""
        size = np.abs(self.v)
        n = int(size.argmin())
        return float(size[n]), joined(self.grid.area, self.grid.buses[n])

    @property
    def loss_mw(self) -> float:
        """Active power that enters branches and does not leave them (MW)."""
        into, out = self.branch_power
        return float((into + out).real.sum())

    @cached_property
    def branch_power(self) -> tuple[Complex, Complex]:
        """Power (MVA) into every branch at both ends."""
        return self.grid.branch_power(self.v)


@dataclass(frozen=True)
class LoadFlow:
    """A load flow of all areas; `why` says what is wrong where it is not solved."""

    outcome: Outcome
    rounds: int
    ports: Mapping[str, Port]
    areas: Mapping[str, AreaFlow]
    why: str = ""

    @property
    def loss_mw(self) -> float:
        """Losses of all branches (MW)."""
        return sum(area.loss_mw for area in self.areas.values())

    @property
    def lowest(self) -> tuple[float, str]:
        """The lowest voltage (p.u.) and its bus, as area/bus."""
        return min(area.lowest for area in self.areas.values())

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """Voltages outside their bands, branches above their ratings and beyond their angles."""
        return tuple(v for name, area in self.areas.items() for v in _violations(name, area))

    @property
    def status(self) -> str:
        """solved, violated or unsolved."""
        return "violated" if self.outcome == "solved" and self.violations else str(self.outcome)


def base_load_flow(
    scenario: Scenario,
    period: int | None = None,
    method: Method = "response",
    *,
    q_limits: bool = False,
    exponents: Exponents = "weighted",
) -> LoadFlow:
    """Load flow of the base case, with the profiles of `period` or without any.

    `exponents` are those of a feeder that stands as one load: of its loads, weighted, or as
    measured at 1 p.u.; then that is the power it draws there as well.
    """
    if method == "merged":
        return _merged(scenario, period, q_limits=q_limits)
    operators = Operators(scenario)
    upper = base_operation(operators.upper, operators.newton.grid, period)
    lower = {b: base_operation(f.view, f.grid, period) for b, f in operators.feeders.items()}
    if method in ("itlf", "idlf"):
        return _alone(operators, upper, lower, method, exponents)
    exchange = Exchange(response=method == "response", q_limits=q_limits)
    return of_coordinated(operators, exchange.solve(operators, upper, lower))


def of_coordinated(operators: Operators, found: Coordinated) -> LoadFlow:
    """The areas of a coordinated load flow, with feeders' angles turned to their boundaries'."""
    power, voltage = found.power, found.voltage
    below = {}
    for boundary, feeder in operators.feeders.items():
        solved, v = found.drawn[boundary].solved, voltage[boundary]
        below[boundary] = AreaFlow(feeder.grid, solved.v * (v / abs(v)), solved.generation)
    upper = _area(found.transmission)
    areas = {operators.upper.name: upper} | areas_of_pieces(operators.scenario, below)
    ports = {b: Port(power[b], voltage[b]) for b in found.boundaries}
    return LoadFlow(found.outcome, found.rounds, ports, areas, found.why)


def areas_of_pieces(scenario: Scenario, below: Mapping[str, AreaFlow]) -> dict[str, AreaFlow]:
    """What stands below each boundary as the areas that it belongs to."""
    at: dict[str, list[AreaFlow]] = {}
    area = {b.boundary: b.area for b in scenario.boundaries}
    for boundary, piece in below.items():
        at.setdefault(area[boundary], []).append(piece)
    return {name: _whole(scenario, name, parts) for name, parts in at.items()}


def _whole(scenario: Scenario, name: str, parts: Sequence[AreaFlow]) -> AreaFlow:
    if len(parts) == 1:
        return parts[0]
    grid = Grid.of(scenario.area(name).network)
    v, generation = np.zeros((2, len(grid.buses)), dtype=complex)
    for part in parts:
        rows = [grid.position[bus] for bus in part.grid.buses]
        v[rows], generation[rows] = part.v, part.generation
    return AreaFlow(grid, v, generation)


def merged_voltages(scenario: Scenario, flow: LoadFlow) -> dict[str, complex]:
    """Voltage (p.u.) of every bus of the merged network."""
    return {
        merged_bus(scenario, name, bus): complex(v)
        for name, area in flow.areas.items()
        for bus, v in zip(area.grid.buses, area.v, strict=True)
    }


def _area(solved: Solved) -> AreaFlow:
    return AreaFlow(solved.operation.grid, solved.v, solved.generation)


def _alone(
    operators: Operators,
    upper: Operation,
    lower: Mapping[str, Operation],
    method: Method,
    exponents: Exponents,
) -> LoadFlow:
    """Each operator by itself: lumped feeders in transmission, fixed roots in distribution."""
    drawn = distribution_alone(operators, lower)
    lumped = {
        b: nominal(operation) if exponents == "weighted" else measured(drawn[b], FIXED_ROOT)
        for b, operation in lower.items()
    }
    solved = transmission_alone(operators, upper, lumped)
    below, ports = {}, {}
    for b, n in zip(operators.feeders, operators.boundary_bus, strict=True):
        v = complex(solved.v[n])
        load, size = lumped[b], abs(v)
        power = complex(load.power.real * size**load.n_p, load.power.imag * size**load.n_q)
        ports[b] = Port(power if method == "itlf" else drawn[b].power, v)
        below[b] = _area(drawn[b].solved)
    areas = {operators.upper.name: _area(solved)} | areas_of_pieces(operators.scenario, below)
    unsolved = [s for s in (solved, *(d.solved for d in drawn.values())) if s.outcome == "unsolved"]
    if unsolved:
        return LoadFlow(Outcome.UNSOLVED, 1, ports, areas, _why_alone(unsolved[0]))
    return LoadFlow(solved.outcome, 1, ports, areas)


def _why_alone(solved: Solved) -> str:
    return f"area {solved.operation.grid.area!r} has no solution: {solved.trouble}"


def _merged(scenario: Scenario, period: int | None, *, q_limits: bool) -> LoadFlow:
    """One Newton solve of the base case of all areas as one network."""
    whole = merge(scenario)
    newton = Newton(Grid.of(whole.area(whole.transmission).network))
    operation = base_operation(whole.area(whole.transmission), newton.grid, period)
    solve = newton.solve_within_limits if q_limits else newton.solve
    views = {a.area: scenario.area(a.area) for a in scenario.areas}
    own = {n: base_operation(v, Grid.of(v.network), period) for n, v in views.items()}
    return of_merged(scenario, solve(operation), own)


def of_merged(scenario: Scenario, solved: Solved, own: Mapping[str, Operation]) -> LoadFlow:
    """The areas of a load flow of the merged network; `own` are their operations apart."""
    why = "" if solved.outcome == Outcome.SOLVED else f"no solution found: {solved.trouble}"
    areas, position = {}, solved.operation.grid.position
    for name, operation in own.items():
        grid = operation.grid
        at = [position[merged_bus(scenario, name, bus)] for bus in grid.buses]
        areas[name] = AreaFlow(grid, solved.v[at], solved.generation[at])
    ports = {b.boundary: _port(own[b.area], areas[b.area], b.root_bus) for b in scenario.boundaries}
    return LoadFlow(solved.outcome, 1, ports, areas, why)


def _port(own: Operation, flow: AreaFlow, root: str) -> Port:
    """What an area draws at its root: its outflow there and its own demand less generation."""
    n = flow.grid.position[root]
    out = flow.v[n] * np.conj((flow.grid.y_bus @ flow.v)[n]) * flow.grid.base_mva
    used = own.consumed(np.abs(flow.v))[n] * flow.grid.base_mva
    return Port(complex(out + used - own.generation[n]), complex(flow.v[n]))


def _violations(name: str, area: AreaFlow) -> Iterator[Violation]:
    grid, size = area.grid, np.abs(area.v)
    free = ~grid.slacks  # held: by transmission, or by the boundary bus
    for n in np.flatnonzero(free & (size < grid.v_min - AT_LIMIT)):
        yield Violation(name, grid.buses[n], "low voltage", float(size[n]), float(grid.v_min[n]))
    for n in np.flatnonzero(free & (size > grid.v_max + AT_LIMIT)):
        yield Violation(name, grid.buses[n], "high voltage", float(size[n]), float(grid.v_max[n]))
    flow = np.max(np.abs(area.branch_power), axis=0)
    for k in np.flatnonzero(flow > grid.rating_mva * (1 + AT_LIMIT)):
        yield Violation(
            name, grid.branches[k], "overload", float(flow[k]), float(grid.rating_mva[k])
        )
    if not (np.isfinite(grid.angle_min) | np.isfinite(grid.angle_max)).any():
        return
    across = grid.angle_across(area.v)
    for line, limit in wide_angles(across, grid.angle_min, grid.angle_max):
        degrees = np.degrees((across[line], limit)).tolist()
        yield Violation(name, grid.branches[line], "wide angle", *degrees)


def wide_angles(across: Real, least: Real, most: Real) -> Iterator[tuple[int, float]]:
    """Branches whose angle is beyond a limit, and that limit (rad); nan is beyond none."""
    for k in np.flatnonzero((across < least - AT_LIMIT) | (across > most + AT_LIMIT)).tolist():
        yield k, float(least[k] if across[k] < least[k] else most[k])


def bus_table(found: LoadFlow) -> pd.DataFrame:
    """Voltage of every bus: area, bus, v_pu, angle_deg."""
    voltage = np.concatenate([area.v for area in found.areas.values()])
    columns = {
        "area": [name for name, area in found.areas.items() for _ in area.grid.buses],
        "bus": [bus for area in found.areas.values() for bus in area.grid.buses],
    }
    size, angle = np.abs(voltage), np.rad2deg(np.angle(voltage))
    return pd.DataFrame({**columns, "v_pu": size, "angle_deg": angle})


def branch_table(found: LoadFlow) -> pd.DataFrame:
    """Power into every branch at both ends: area, branch, buses, MW, Mvar, rating."""
    parts = []
    for name, area in found.areas.items():
        grid = area.grid
        into, out = grid.branch_power(area.v)
        parts.append(
            pd.DataFrame(
                {
                    "area": name,
                    "branch": grid.branches,
                    "from_bus": [grid.buses[n] for n in grid.start],
                    "to_bus": [grid.buses[n] for n in grid.end],
                    "p_from_mw": into.real,
                    "q_from_mvar": into.imag,
                    "p_to_mw": out.real,
                    "q_to_mvar": out.imag,
                    "rating_mva": np.where(np.isinf(grid.rating_mva), np.nan, grid.rating_mva),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


__all__ = [
    "LoadFlow",
    "base_load_flow",
    "branch_table",
    "bus_table",
    "merged_voltages",
    "of_coordinated",
]
