"""Coordinated load flow: boundary voltages go down, boundary power comes back up.

Plain exchange of voltage and power is the master-slave splitting of H. Sun, Q. Guo, B. Zhang,
Y. Guo, Z. Li, J. Wang, "Master-Slave-Splitting Based Distributed Global Power Flow Method",
IEEE Trans. Smart Grid 6(3), 2015. With the slope of the power in the voltage, transmission's own
Newton steps are those of the merged network with the feeders eliminated, and few rounds suffice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from scenarios.pieces import pieces
from scenarios.scenario import AreaView, Scenario
from security.ac.demand import DIVERGING
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
        return self._summed(self.each(v[self.bus]))

    def slope(self, v: Real) -> Complex:
        """Its change with the bus's voltage (MVA per p.u.)."""
        return self._summed(self.rising)

    def each(self, here: Real) -> Complex:
        """Power drawn at every boundary (MVA) at its own voltage."""
        each: Complex = self.power + self.rising * (here - self.v)
        return each

    def _summed(self, each: Complex) -> Complex:
        total = np.zeros(self.buses, dtype=complex)
        np.add.at(total, self.bus, each)
        return total


@dataclass(frozen=True)
class Coordinated:
    """A load flow of all areas, and how it was agreed; `why` says what went wrong.

    Boundaries are in the order of `boundaries`, at the transmission buses `bus`. `residual_pu`
    and `residual_mva` say how far the sides are apart; the first is nil where feeders answered at
    the very voltages. Angles of feeders are relative to their root.
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
    def sizes(self) -> Real:
        """Voltage magnitude (p.u.) at every boundary."""
        sizes: Real = np.abs(self.transmission.v[self.bus])
        return sizes

    def confirmed(self, rounds: int, drawn: Mapping[str, Drawn], apart_mva: float) -> "Coordinated":
        """The same with answers of the feeders at these very voltages."""
        return replace(self, rounds=rounds, drawn=drawn, residual_pu=0.0, residual_mva=apart_mva)

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
        """The DSOs' feeders, by boundary: one for each root of an area.

        Raises InvalidInput where power may flow through an area from boundary to boundary.
        """
        views = (self.scenario.area(area) for area in self.scenario.distribution)
        return {b: Feeder.of(below) for view in views for b, below in pieces(view).items()}

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

    @DIVERGING
    def solve(
        self,
        operators: Operators,
        upper: Operation,
        lower: Mapping[str, Operation],
        start: Coordinated | None = None,
        clear: Clear | None = None,
    ) -> Coordinated:
        """Agree on voltages and powers; `lower` are the feeders' operations by boundary.

        They agree where feeders answer a voltage with the power that transmission took them for,
        or where the next voltage is the one that they have answered.

        A first round asks at the voltages of `start` again; else at `first_v_pu`, or at what
        transmission's generators hold: at the boundary bus itself, or in the mean.
        `clear` solves transmission, Newton's method of the operators unless another is given.
        """
        found = start
        drawn = {} if start is None else start.drawn
        v, trees = self._first(operators, upper, start), operators.trees_at(lower)
        clear = clear or self.newton(operators.newton)
        round_, taken = 0, None
        while True:
            round_ += 1
            rough = found is None
            said = Said(self._ask(operators, lower, trees, v, drawn, rough=rough), v)
            if found is not None and taken is not None and said.failed is None:
                off = _largest(said.power - taken.each(v))
                if off <= self.s_tolerance:
                    return found.confirmed(round_, said.drawn, off)
            taken = self._stated(operators, said)
            stated = replace(upper, consumption=(*upper.consumption, taken))
            solved = clear(stated, None if found is None else found.transmission)
            found = _after(operators, round_, said, solved)
            if found.why or (not rough and self._agrees(found)):
                return found
            if round_ == self.max_rounds:
                why = f"the operators are {found.residual_pu:.1e} p.u. apart after {round_} rounds"
                return replace(found, outcome=Outcome.UNSOLVED, why=why)
            v, drawn, taken = found.sizes, said.drawn, None if rough else taken

    def _first(self, operators: Operators, upper: Operation, start: Coordinated | None) -> Real:
        """The voltages (p.u.) to ask at first."""
        if start is not None:
            return start.asked
        if self.first_v_pu is not None:
            return np.full(len(operators.feeders), self.first_v_pu)
        held = upper.v_set[operators.boundary_bus]
        return np.where(np.isfinite(held), held, np.nanmean(upper.v_set))

    def _agrees(self, found: Coordinated) -> bool:
        """Whether feeders have answered at the voltages that transmission found."""
        return found.residual_pu <= self.v_tolerance and found.residual_mva <= self.s_tolerance

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
        """Transmission's load flow by Newton's method, within reactive limits if so asked.

        A first one without limits is rough, as it rests on voltages that will not stay.
        """

        def clear(operation: Operation, last: Solved | None) -> Solved:
            start = None if last is None else last.v
            if self.q_limits:
                limits = None if last is None else last.at_limit
                return newton.solve_within_limits(operation, start, limits)
            return newton.solve(operation, start, rough=last is None)

        return clear

    def _stated(self, operators: Operators, said: Said) -> Boundaries:
        """What the DSOs said, as transmission takes it."""
        rising = said.rising if self.response else np.zeros_like(said.rising)
        buses = len(operators.newton.grid.buses)
        return Boundaries(buses, operators.boundary_bus, said.v, said.power, rising)


def _after(operators: Operators, round_: int, said: Said, solved: Solved) -> Coordinated:
    """The state after a round, and how far voltages have moved in it."""
    names, buses = list(operators.feeders), operators.boundary_bus
    moved = np.abs(solved.v[buses]) - said.v
    why = _trouble(said, solved)
    return Coordinated(
        Outcome.UNSOLVED if why else solved.outcome,
        round_,
        solved,
        said.drawn,
        names,
        buses,
        _largest(moved),
        _largest(said.rising * moved),
        why,
    )


def _largest(values: Real | Complex) -> float:
    return float(np.abs(values).max(initial=0.0))


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
