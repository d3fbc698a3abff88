"""Coordinated load flow: boundary voltages go down, boundary power comes back up.

Plain exchange of voltage and power is the master-slave splitting of H. Sun, Q. Guo, B. Zhang,
Y. Guo, Z. Li, J. Wang, "Master-Slave-Splitting Based Distributed Global Power Flow Method",
IEEE Trans. Smart Grid 6(3), 2015. With the slope of the power in the voltage, transmission's own
Newton steps are those of the merged network with the feeders eliminated, and few rounds suffice.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from scenarios.findings import Finding, InvalidInput
from scenarios.scenario import AreaView, Scenario
from security.ac.grid import Complex, Grid, Places, Real
from security.ac.newton import Newton, Operation, Outcome, Solved
from security.coordinated.feeder import Drawn, Feeder
from security.coordinated.trees import Trees, TreesDrawn, holds_no_voltage, is_tree

V_TOLERANCE = 1e-9  # p.u.
S_TOLERANCE = 1e-7  # MVA
MAX_ROUNDS = 100
SEVERAL = 2  # feeders; one alone is solved by itself

Clear = Callable[[Operation, Solved | None], Solved]  # from a former solution


@dataclass(frozen=True)
class Boundaries:
    """What feeders draw at boundary buses as their operators stated it: power and its slope.

    The consumption between two statements is taken to be linear in the voltage.
    """

    buses: int
    bus: Places
    v: Real
    power: Complex
    rising: Complex

    def at(self, v: Real) -> Complex:
        """Power drawn at every bus (MVA)."""
        return self._summed(self.power + self.rising * (v[self.bus] - self.v))

    def slope(self, v: Real) -> Complex:
        """Its change with the bus's voltage (MVA per p.u.)."""
        return self._summed(self.rising)

    def _summed(self, each: Complex) -> Complex:
        total = np.zeros(self.buses, dtype=complex)
        np.add.at(total, self.bus, each)
        return total


@dataclass(frozen=True)
class Coordinated:
    """A load flow of all areas, and how it was agreed; `why` says what went wrong.

    Boundaries are in the order of `boundaries`, at the transmission buses `bus`. `residual_pu`
    and `residual_mva` say how far the sides are apart. Angles of feeders are relative to their
    root.
    """

    outcome: Outcome
    rounds: int
    transmission: Solved
    drawn: Mapping[str, Drawn]
    boundaries: Sequence[str]
    bus: Places
    residual_pu: float
    residual_mva: float
    why: str = ""

    @property
    def power(self) -> dict[str, complex]:
        """Power (MVA) that crosses every boundary into distribution."""
        return {boundary: self.drawn[boundary].power for boundary in self.boundaries}

    @property
    def asked(self) -> Real:
        """Voltage (p.u.) at which every feeder answered last."""
        roots = [abs(d.solved.v[d.solved.operation.grid.slack]) for d in self.drawn.values()]
        return np.array(roots, dtype=float)

    @property
    def voltage(self) -> dict[str, complex]:
        """Voltage (p.u., complex) at every boundary."""
        values = self.transmission.v[self.bus].tolist()
        return dict(zip(self.boundaries, values, strict=True))


@dataclass(frozen=True)
class Operators:
    """All operators' networks, built once for any number of operations."""

    scenario: Scenario
    _trees: dict[tuple[str, ...], Trees] = field(default_factory=dict, repr=False, compare=False)
    _last: list[TreesDrawn] = field(default_factory=list, repr=False, compare=False)

    def trees_at(self, lower: Mapping[str, Operation]) -> TreesDrawn | None:
        """Feeders that sweeps can solve together; None where there are not several."""
        if self._last and self._last[0].is_of(lower):
            return self._last[0]
        can = self._are_trees
        names = tuple(b for b in self.feeders if can[b] and holds_no_voltage(lower[b]))
        if len(names) < SEVERAL:
            return None
        if names not in self._trees:
            self._trees[names] = Trees(names, tuple(self.feeders[b] for b in names))
        self._last[:] = [TreesDrawn(self._trees[names], tuple(lower[b] for b in names))]
        return self._last[0]

    @cached_property
    def _are_trees(self) -> dict[str, bool]:
        return {b: is_tree(f.grid) for b, f in self.feeders.items()}

    @cached_property
    def upper(self) -> AreaView:
        """What the TSO sees."""
        return self.scenario.area(self.scenario.transmission)

    @cached_property
    def newton(self) -> Newton:
        """The TSO's solver."""
        return Newton(Grid.of(self.upper.network))

    @cached_property
    def feeders(self) -> dict[str, Feeder]:
        """Each DSO's feeder, by boundary; raises InvalidInput where an area has more than one."""
        found: dict[str, Feeder] = {}
        findings = []
        for area in self.scenario.distribution:
            view = self.scenario.area(area)
            if len(view.ports) != 1:
                finding = f"it is fed at {len(view.ports)} boundaries"
                cure = "use the merged network: a scalar response knows one voltage"
                findings.append(Finding(f"area {area!r}", finding, cure))
            found |= {boundary: Feeder.of(view) for boundary in list(view.ports)[:1]}
        if findings:
            raise InvalidInput("coordinated load flow", findings)
        return found

    @cached_property
    def boundary_bus(self) -> Places:
        """Positions of the boundary buses in transmission, in the order of `feeders`."""
        grid = self.newton.grid
        return np.array(
            [grid.position[self.upper.ports[b].bus] for b in self.feeders], dtype=np.intp
        )


@dataclass(frozen=True)
class Said:
    """What the DSOs said in one round, in the order of the boundaries."""

    drawn: Mapping[str, Drawn]
    v: Real

    @property
    def power(self) -> Complex:
        """Power drawn at every boundary (MVA)."""
        return np.array([d.power for d in self.drawn.values()], dtype=complex)

    @property
    def rising(self) -> Complex:
        """Its slope (MVA per p.u.)."""
        return np.array([d.slope for d in self.drawn.values()], dtype=complex)

    @property
    def failed(self) -> str | None:
        """The first boundary whose feeder has no solution."""
        unsolved = (b for b, d in self.drawn.items() if d.solved.outcome is Outcome.UNSOLVED)
        return next(unsolved, None)


@dataclass(frozen=True)
class Exchange:
    """Rounds of voltages and powers; `response` sends the slope along with the power.

    The plain exchange (`response` false) contracts only while the feeders' power hardly depends
    on the voltage; near the loadability limit it stops early.
    """

    response: bool = True
    q_limits: bool = False
    v_tolerance: float = V_TOLERANCE
    s_tolerance: float = S_TOLERANCE
    max_rounds: int = MAX_ROUNDS
    first_v_pu: float | None = None

    def solve(
        self,
        operators: Operators,
        upper: Operation,
        lower: Mapping[str, Operation],
        start: Coordinated | None = None,
        clear: Clear | None = None,
    ) -> Coordinated:
        """Agree on voltages and powers; `lower` are the feeders' operations by boundary.

        A first round asks at the voltages of `start` again; else all boundaries from `first_v_pu`,
        or from the slack bus's set-point.
        `clear` solves transmission, Newton's method of the operators unless another is given.
        """
        names, buses = list(operators.feeders), operators.boundary_bus
        last = None if start is None else start.transmission
        drawn = {} if start is None else start.drawn
        held = upper.v_set[operators.newton.grid.slack]
        first = held if self.first_v_pu is None else self.first_v_pu
        v = np.full(len(names), first) if start is None else start.asked
        apart = math.inf
        trees = operators.trees_at(lower)
        clear = clear or self.newton(operators.newton)
        for round_ in range(1, self.max_rounds + 1):
            rough = last is None
            said = Said(self._ask(operators, lower, trees, v, drawn, rough=rough), v)
            solved = last = clear(self._stated(operators, upper, said), last)
            now, drawn = np.abs(solved.v[buses]), said.drawn
            apart = float(np.abs(now - v).max(initial=0.0))
            off = float(np.abs(said.rising * (now - v)).max(initial=0.0))
            found = Coordinated(
                solved.outcome, round_, solved, said.drawn, names, buses, apart, off
            )
            if why := _trouble(said, solved):
                return replace(found, outcome=Outcome.UNSOLVED, why=why)
            if not rough and apart <= self.v_tolerance and off <= self.s_tolerance:
                return found
            v = now
        why = f"the operators are {apart:.1e} p.u. apart after {self.max_rounds} rounds"
        return replace(found, outcome=Outcome.UNSOLVED, why=why)

    def _ask(
        self,
        operators: Operators,
        lower: Mapping[str, Operation],
        trees: TreesDrawn | None,
        v: Real,
        before: Mapping[str, Drawn],
        *,
        rough: bool,
    ) -> dict[str, Drawn]:
        """Every DSO's answer to its boundary voltage, from its last one where there is one."""
        asked = dict(zip(operators.feeders, v.tolist(), strict=True))
        swept: Mapping[str, Drawn] = {}
        if trees is not None:
            at = np.array([asked[b] for b in trees.trees.boundaries])
            swept = trees.draw(at, before, rough=rough)
        return {
            b: swept[b]
            if b in swept
            else feeder.draw(lower[b], asked[b], before.get(b), q_limits=self.q_limits)
            for b, feeder in operators.feeders.items()
        }

    def newton(self, newton: Newton) -> Clear:
        """Transmission's load flow by Newton's method, within reactive limits if so asked."""

        def clear(operation: Operation, last: Solved | None) -> Solved:
            start = None if last is None else last.v
            if self.q_limits:
                limits = None if last is None else last.at_limit
                return newton.solve_within_limits(operation, start, limits)
            return newton.solve(operation, start)

        return clear

    def _stated(self, operators: Operators, upper: Operation, said: Said) -> Operation:
        """Transmission's operation with what the DSOs said."""
        rising = said.rising if self.response else np.zeros_like(said.rising)
        buses = len(operators.newton.grid.buses)
        stated = Boundaries(buses, operators.boundary_bus, said.v, said.power, rising)
        return replace(upper, consumption=(*upper.consumption, stated))


def _trouble(said: Said, solved: Solved) -> str:
    """Why a round cannot be built on; empty where it can."""
    if said.failed is not None:
        at = said.v[list(said.drawn).index(said.failed)]
        trouble = said.drawn[said.failed].solved.trouble
        return f"the feeder at boundary {said.failed!r} has no solution at {at:.4f} p.u.: {trouble}"
    return no_solution(solved) if solved.outcome is Outcome.UNSOLVED else ""


def no_solution(solved: Solved) -> str:
    """Why transmission's load flow cannot be used."""
    return f"transmission has no solution: {solved.trouble}"
