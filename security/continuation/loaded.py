"""All operators' loadings, and the system of equations that a method makes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.merging import merge, merged_bus
from scenarios.scenario import Scenario
from security.ac.demand import Demand
from security.ac.grid import Complex, Grid
from security.ac.newton import Newton, Operation, Outcome, Solved
from security.cleared_day import ClearedHours
from security.continuation.area_equations import AreaEquations, AreaState
from security.continuation.direction import Direction
from security.continuation.equations import UPPER, Point, System
from security.continuation.loading import Loading, joined
from security.coordinated.alone import nominal
from security.coordinated.boundary_iteration import Coordinated, Exchange, Operators, no_solution


@dataclass(frozen=True)
class Loaded:
    """How transmission and, by boundary, every feeder grows with lambda."""

    operators: Operators
    upper: Loading
    lower: Mapping[str, Loading]

    @staticmethod
    def base(
        operators: Operators, direction: Direction | None = None, period: int | None = None
    ) -> "Loaded":
        """From the base case, with the profiles of `period` or without any."""
        direction = Direction() if direction is None else direction
        direction.check(operators.scenario)
        upper = direction.loading(operators.upper, operators.newton.grid, period)
        lower = {b: direction.loading(f.view, f.grid, period) for b, f in operators.feeders.items()}
        return Loaded(operators, upper, lower)

    @staticmethod
    def cleared(hours: ClearedHours, period: int) -> "Loaded":
        """From a cleared hour: all loads grow, and transmission's generators but the slack's."""
        hour, operators = hours.at(period), hours.operators
        pickup: Complex = hour.upper.generation.real.astype(complex)
        pickup[operators.newton.grid.slacks] = 0.0
        upper = Loading(hour.upper, hours.upper.growing(period), pickup)
        lower = {
            b: Loading(
                hour.lower[b],
                hours.lower[b].growing(period),
                np.zeros(len(f.grid.buses), complex),
            )
            for b, f in operators.feeders.items()
        }
        return Loaded(operators, upper, lower)

    def load_flow(self, lam: float, exchange: Exchange, start: Coordinated | None) -> Coordinated:
        """The coordinated load flow at a loading."""
        lower = {b: loading.at(lam) for b, loading in self.lower.items()}
        return exchange.solve(self.operators, self.upper.at(lam), lower, start)


@dataclass(frozen=True)
class Prepared:
    """Equations and their solution at lambda = 0; `why` says where there is none.

    `names` gives (area, bus) of every bus of every area of the system.
    """

    system: System
    base: Point | None
    names: Mapping[str, list[tuple[str, str]]]
    why: str = ""


def coordinated(loaded: Loaded, *, q_limits: bool) -> Prepared:
    """Each operator with its own equations."""
    operators = loaded.operators
    equations = {
        b: AreaEquations(loading, operators.feeders[b].newton)
        for b, loading in loaded.lower.items()
    }
    upper = AreaEquations(loaded.upper, operators.newton)
    system = System(upper, equations, operators.boundary_bus.tolist(), q_limits)
    names = {UPPER: _named(operators.upper.name, upper.grid)}
    names |= {b: _named(f.view.name, f.grid) for b, f in operators.feeders.items()}
    found = loaded.load_flow(0.0, Exchange(q_limits=q_limits), None)
    if found.outcome is Outcome.UNSOLVED:
        return Prepared(system, None, names, f"the base case: {found.why}")
    areas = {UPPER: _local(found.transmission)}
    areas |= {b: _local(d.solved) for b, d in found.drawn.items()}
    return Prepared(system, Point(0.0, areas), names)


def merged(loaded: Loaded, *, q_limits: bool) -> Prepared:
    """All areas as one network: the judge."""
    scenario = loaded.operators.scenario
    whole = merge(scenario)
    grid = Grid.of(whole.area(whole.transmission).network)
    own = [(loaded.operators.upper.name, loaded.upper)]
    own += [(f.view.name, loaded.lower[b]) for b, f in loaded.operators.feeders.items()]
    names = {
        merged_bus(scenario, area, bus): (area, bus)
        for area, loading in reversed(own)
        for bus in loading.grid.buses
    }
    loading = _joined(scenario, grid, own)
    return _single(loading, [names[bus] for bus in grid.buses], q_limits=q_limits)


def lumped(loaded: Loaded, *, with_exponents: bool, q_limits: bool) -> Prepared:
    """Transmission alone, each feeder a load at its boundary bus: what it draws in the base case.

    The load grows with lambda and distributed generation stays; it depends on voltage with the
    feeder's exponents weighted by load, or not at all.
    """
    operators = loaded.operators
    exchange = Exchange(q_limits=q_limits)
    found = loaded.load_flow(0.0, exchange, None)
    loading, grid = loaded.upper, operators.newton.grid
    names = _named(operators.upper.name, grid)
    if found.outcome is Outcome.UNSOLVED:
        system = System(AreaEquations.of(loading), {}, q_limits=q_limits)
        return Prepared(system, None, {UPPER: names}, f"the base case: {found.why}")
    for boundary, feeder in loaded.lower.items():
        bus, v = operators.upper.ports[boundary].bus, abs(found.voltage[boundary])
        generated = _generated(found.drawn[boundary].solved)
        drawn = found.power[boundary] + generated
        exponents = nominal(feeder.base) if with_exponents else None
        n_p, n_q = (0.0, 0.0) if exponents is None else (exponents.n_p, exponents.n_q)
        load = complex(drawn.real / v**n_p, drawn.imag / v**n_q)
        demand = Demand.of(grid, [(bus, load, n_p, n_q)])
        loading = loading.with_load(
            joined(demand, Demand.of(grid, [(bus, -generated, 0.0, 0.0)])), demand
        )
    return _single(loading, names, q_limits=q_limits)


def _generated(solved: Solved) -> complex:
    """What a feeder's own generators give (MVA), that of voltage-holding ones as it comes out."""
    root = solved.operation.grid.slack
    given = solved.generation.sum() - solved.generation[root]
    return complex(given + solved.operation.generation[root])


def _single(loading: Loading, names: list[tuple[str, str]], *, q_limits: bool) -> Prepared:
    newton = Newton(loading.grid)
    solve = newton.solve_within_limits if q_limits else newton.solve
    found = solve(loading.base)
    system = System(AreaEquations(loading, newton), {}, q_limits=q_limits)
    if found.outcome is Outcome.UNSOLVED:
        return Prepared(system, None, {UPPER: names}, f"the base case: {no_solution(found)}")
    return Prepared(system, Point(0.0, {UPPER: _local(found)}), {UPPER: names})


def _joined(scenario: Scenario, grid: Grid, own: Sequence[tuple[str, Loading]]) -> Loading:
    """Loadings of all areas on the merged grid; a feeder's root holds no voltage of its own."""
    count = len(grid.buses)
    generation, pickup = np.zeros(count, dtype=complex), np.zeros(count, dtype=complex)
    held: dict[str, Any] = {
        "v_set": np.full(count, np.nan), "q_min": np.zeros(count), "q_max": np.zeros(count)
    }  # fmt: skip
    demands, growths = [], []
    for area, loading in own:
        at = np.array([grid.position[merged_bus(scenario, area, b)] for b in loading.grid.buses])
        base, inner = loading.base, np.ones(at.size, dtype=bool)
        inner[loading.grid.slack] = area == scenario.transmission
        np.add.at(generation, at, base.generation)
        np.add.at(pickup, at, loading.pickup)
        held["v_set"][at[inner]] = base.v_set[inner]
        held["q_min"][at] += base.q_min
        held["q_max"][at] += base.q_max
        demands += [_moved(d, at, count) for d in base.consumption if isinstance(d, Demand)]
        growths.append(_moved(loading.growth, at, count))
    base = Operation(grid, generation, (joined(*demands),), **held)
    return Loading(base, joined(*growths), pickup)


def _moved(demand: Demand, at: NDArray[np.intp], count: int) -> Demand:
    return replace(demand, buses=count, bus=at[demand.bus])


def _local(solved: Solved) -> AreaState:
    v: Complex = solved.v
    return AreaState(v, solved.at_limit)


def _named(area: str, grid: Grid) -> list[tuple[str, str]]:
    return [(area, bus) for bus in grid.buses]
