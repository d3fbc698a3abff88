"""AC load flow after outages, with distribution that answers to its boundary voltage.

The rounds of exchange are those of the coordinated load flow. Transmission is solved by fast
decoupled steps on matrices factorised once, and by Newton's method where these do not settle or
where reactive limits change.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from scenarios.scenario import Scenario
from security.ac.grid import Complex, Grid
from security.ac.newton import Newton, Operation, Outcome, Solved, linear_start
from security.coordinated.boundary_iteration import (
    Boundaries,
    Clear,
    Coordinated,
    Exchange,
    Operators,
    no_solution,
)
from security.coordinated.feeder import Drawn
from security.coordinated.injections import Injections
from security.dc.outages import State
from security.outages.after_outage import NO_TAKER, AfterOutage, Layout
from security.outages.fast_decoupled import Halves, settle
from security.outages.outage import Dispatch, Outage, without_generator, without_line
from security.outages.shared_networks import Networks

COLLAPSED = 0.5  # p.u.; a solution below is not one to operate at
FAST, NEWTON = "fast decoupled", "newton"
INTACT = Outage("none")


@dataclass(frozen=True)
class Before:
    """The state without outage, from which all outages start.

    With `coordinated` false the power of every boundary stays as it is without outage.
    """

    networks: Networks
    upper: Operation
    lower: Mapping[str, Operation]
    dispatch: Dispatch
    found: Coordinated
    exchange: Exchange
    coordinated: bool

    @staticmethod
    def of(
        scenario: Scenario,
        period: int | None = None,
        *,
        coordinated: bool = True,
        q_limits: bool = False,
    ) -> "Before":
        """The base case of a scenario, with the profiles of `period` or without any."""
        operators = Operators(scenario)
        base, exchange = Injections.base(operators, period), Exchange(q_limits=q_limits)
        return Before.at(Networks(operators), base, exchange, coordinated=coordinated)

    @staticmethod
    def at(
        networks: Networks,
        hour: Injections,
        exchange: Exchange,
        start: Coordinated | None = None,
        *,
        coordinated: bool = True,
    ) -> "Before":
        """The state of any hour, solved from that of another where there is one."""
        operators = networks.operators
        found = exchange.solve(operators, hour.upper, hour.lower, start)
        if start is not None and found.outcome is Outcome.UNSOLVED:
            found = exchange.solve(operators, hour.upper, hour.lower)
        grid, generated = operators.newton.grid, found.transmission.generation.real
        slack_mw = {grid.buses[n]: float(generated[n]) for n in np.flatnonzero(grid.slacks)}
        dispatch = Dispatch.of(operators.upper, hour.power, slack_mw, hour.lines)
        return Before(networks, hour.upper, hour.lower, dispatch, found, exchange, coordinated)

    @property
    def operators(self) -> Operators:
        """All operators."""
        return self.networks.operators

    @property
    def layout(self) -> Layout:
        """What all outages share."""
        return self.networks.layout

    @property
    def why(self) -> str:
        """Why there is no state without outage; empty where there is one."""
        found = self.found
        return f"no solution without outage: {found.why}" if found.why else ""

    def intact(self) -> AfterOutage:
        """The state without outage."""
        if self.why:
            return AfterOutage.unknown(self.layout, INTACT, State.UNSOLVED, self.why)
        return self._judged(INTACT, self.found, NEWTON)

    def after(self, outages: Iterable[Outage]) -> Iterator[AfterOutage]:
        """What every outage leaves, one after the other."""
        return map(self._after, outages)

    def _after(self, outage: Outage) -> AfterOutage:
        if lost := self.networks.cut_off(outage.branches):
            return AfterOutage.islanding(self.layout, outage, lost)
        if self.why:
            return AfterOutage.unknown(self.layout, outage, State.UNSOLVED, self.why)
        operation = self.upper_without(outage)
        if operation is None:
            return AfterOutage.unknown(self.layout, outage, State.UNSOLVED, NO_TAKER)
        for method, solve in ((FAST, self.by_fast_decoupled), (NEWTON, self.by_newton)):
            found = solve(operation, outage)
            if found.outcome is Outcome.SOLVED:
                return self._judged(outage, found, method)
        return AfterOutage.unknown(self.layout, outage, State.UNSOLVED, found.why, method)

    def upper_without(self, outage: Outage) -> Operation | None:
        """The TSO's operation; None where nobody takes over what is lost."""
        if outage.dc_line is not None:
            return without_line(self.dispatch, self.upper, outage.dc_line)
        if outage.generator is None:
            return self.upper
        return without_generator(self.dispatch, self.upper, outage.generator)

    def _judged(self, outage: Outage, found: Coordinated, method: str) -> AfterOutage:
        """The state that a solution means; that of feeders only where they were asked."""
        layout, limits = self.layout, self.networks.limits
        v = np.concatenate([found.transmission.v, *map(self._voltages_of, found.drawn.values())])
        size = np.abs(v)
        lowest = int(np.nanargmin(size))
        if size[lowest] < COLLAPSED:
            why = f"voltage collapse: {size[lowest]:.3f} p.u. at {'/'.join(layout.places[lowest])}"
            return AfterOutage.unknown(layout, outage, State.UNSOLVED, why, method)
        lost = [layout.upper.branch_at[k] for k in outage.branches]
        into, out = limits.branch_power(v, lost)
        carried = np.maximum(np.abs(into), np.abs(out))
        slacks = np.flatnonzero(found.transmission.operation.grid.slacks)
        violations = limits.exceeded(v, carried, slacks, lost, intact=outage.is_none)
        own = len(layout.upper.branches)
        return AfterOutage(
            outage,
            State.VIOLATED if violations else State.SECURE,
            into[:own],
            carried[:own],
            size,
            np.array(list(found.power.values()), dtype=complex),
            method,
            violations=tuple(map(str, violations)),
        )

    def _voltages_of(self, drawn: Drawn) -> Complex:
        """Voltages of a feeder against its root; nan where feeders are not asked."""
        return drawn.solved.v if self.coordinated else np.full_like(drawn.solved.v, np.nan)

    def by_fast_decoupled(self, operation: Operation, outage: Outage) -> Coordinated:
        """Fast decoupled steps from the state without outage."""
        fast = self.networks.fast(operation.grid)
        at = self.found.transmission.at_limit.copy()
        at[operation.grid.slacks] = 0
        halves = fast.halves(operation, at, outage.branches)
        return self._agree(operation, self.found, halves.grid, self._steps(halves))

    def _steps(self, halves: Halves) -> Clear:
        newton = Newton(halves.grid)

        def clear(operation: Operation, last: Solved | None) -> Solved:
            start = self.found.transmission if last is None else last
            solved = settle(halves, operation, start.v)
            if self.exchange.q_limits and not newton.keeps_limits(solved):
                return replace(solved, outcome=Outcome.UNSOLVED)
            return solved

        return clear

    def by_newton(self, operation: Operation, outage: Outage) -> Coordinated:
        """Newton's method from the state without outage, then from loads as impedances."""
        grid = operation.grid.without(outage.branches)
        clear = self.exchange.newton(Newton(grid))
        found = self._agree(operation, self.found, grid, clear)
        if found.outcome is Outcome.SOLVED:
            return found
        v = linear_start(replace(operation, grid=grid))
        fresh = replace(self.found.transmission, v=v, at_limit=np.zeros(v.size, dtype=np.int8))
        return self._agree(operation, replace(self.found, transmission=fresh), grid, clear)

    def _agree(
        self, operation: Operation, start: Coordinated, grid: Grid, clear: Clear
    ) -> Coordinated:
        """Rounds of exchange, or a single solution at fixed boundary power."""
        upper = replace(operation, grid=grid)
        if self.coordinated:
            return self.exchange.solve(self.operators, upper, self.lower, start, clear)
        power = np.array(list(self.found.power.values()), dtype=complex)
        none = np.zeros(power.size)
        fixed = Boundaries(len(grid.buses), self.found.bus, none, power, none.astype(complex))
        with_feeders = replace(upper, consumption=(*upper.consumption, fixed))
        solved = clear(with_feeders, start.transmission)
        why = "" if solved.outcome is Outcome.SOLVED else no_solution(solved)
        return replace(self.found, outcome=solved.outcome, rounds=1, transmission=solved, why=why)
