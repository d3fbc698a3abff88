"""Whether a cleared day can run: every period's load flow at the cleared schedule.

Active power of all assets is as cleared, and the slack bus meets the losses; loads keep their
power factor; generators of transmission hold their voltage within their reactive limits, those
of distribution give the reactive power that was cleared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from scenarios.assets import all_assets, assets
from scenarios.findings import InvalidInput
from scenarios.merging import merge, merged_bus, merged_name
from scenarios.pieces import pieces
from scenarios.quantity import arrow_schema, to_table
from scenarios.records import DcLine
from scenarios.results import DC_LINE, GENERATOR, SPILLED, UNSERVED, of_network
from scenarios.scenario import AreaView, Scenario
from security.ac.demand import Demand
from security.ac.grid import Grid, Real
from security.ac.line_ends import Given, demand_of, line_ends
from security.ac.newton import Newton, Operation, Solved
from security.ac.operation import operation
from security.coordinated.boundary_iteration import Coordinated, Exchange, Operators
from security.coordinated.injections import Injections
from security.day_records import (
    SecurityBoundary,
    SecurityHour,
    SecurityViolation,
    SecurityVoltage,
)
from security.load_flow import LoadFlow, bus_table, of_coordinated, of_merged


def _growing() -> list[tuple[str, float]]:
    """Kinds of demand, which grows in studies of loading, with the sign of consumption."""
    return [*_of_assets(consumer=True), (UNSERVED, -1.0)]


def _taking() -> list[tuple[str, float]]:
    """Kinds of all but generators, demand first, with the sign of consumption."""
    return [*_growing(), *_of_assets(consumer=False), (SPILLED, 1.0)]


def _of_assets(*, consumer: bool) -> list[tuple[str, float]]:
    apart = (GENERATOR, *of_network())
    kinds = {kind: asset for kind, asset in all_assets().items() if kind not in apart}
    return [(k, -float(a.sign)) for k, a in kinds.items() if (a.group == "consumer") == consumer]


@dataclass(frozen=True)
class Powers:
    """Power (MW, Mvar) of assets of one kind, (assets, periods), by name and bus."""

    row: Mapping[tuple[str, str], int]
    p_mw: Real
    q_mvar: Real

    @staticmethod
    def none(periods: int) -> "Powers":
        """No asset of the kind."""
        return Powers({}, np.zeros((0, periods)), np.zeros((0, periods)))


@dataclass(frozen=True)
class Schedule:
    """A cleared day of one area, by kind of asset."""

    view: AreaView
    grid: Grid
    of_kind: Mapping[str, Powers]

    def operation(self, period: int) -> Operation:
        """What the area injects and holds in one period."""
        loads, p_used = self._consumers, self._used[:, period - 1]
        demand = Demand(loads.buses, loads.bus, p_used * loads.power, loads.n_p, loads.n_q)
        return operation(
            self.view,
            self.grid,
            self.generation(period),
            demand,
            self._reactive(period),
            demand_of(self.grid, self.lines(period)),
        )

    def _reactive(self, period: int) -> Demand:
        """Loads without active power, which nothing sheds, in one period."""
        return Demand.of(
            self.grid,
            (
                (r.bus, 1j * r.q_mvar * self.view.factor(r.profile)[period - 1], r.n_p, r.n_q)
                for r in self.view.loads.values()
                if r.p_mw == 0 and r.q_mvar != 0
            ),
        )

    def lines(self, period: int) -> Given:
        """What DC lines give in one period; a converter that holds its voltage has its own Q."""
        powers, t = self._powers(DC_LINE), period - 1
        p_mw, q_mvar = powers.p_mw[:, t], np.nan_to_num(powers.q_mvar[:, t])
        return {
            name: tuple(
                (end.bus, complex(p_mw[k], 0.0 if end.holds(self.grid) else q_mvar[k]))
                for end in line_ends(line)
                for k in [powers.row[name, end.bus]]
            )
            for name, line in self.view.of(DcLine).items()
        }

    def growing(self, period: int) -> Demand:
        """What loads consume in one period; stores and spilled power are no load."""
        every, p_used = self._consumers, self._used[:, period - 1]
        n = sum(self._powers(kind).p_mw.shape[0] for kind, _ in _growing())
        active = Demand(
            every.buses, every.bus[:n], (p_used * every.power)[:n], every.n_p[:n], every.n_q[:n]
        )
        return active.beside(self._reactive(period))

    def generation(self, period: int) -> dict[str, complex]:
        """Output (MVA) of every generator in one period; Q is 0 where none was cleared."""
        units, t = self._powers(GENERATOR), period - 1
        p, q = units.p_mw[:, t], np.nan_to_num(units.q_mvar[:, t])
        return {name: complex(p[k], q[k]) for (name, _), k in units.row.items()}

    def _powers(self, kind: str) -> Powers:
        return self.of_kind.get(kind, Powers.none(len(self.view.hours)))

    @cached_property
    def _used(self) -> Real:
        """Consumption (MW) in the order of `_consumers`; production counts negative."""
        return np.concatenate([sign * self._powers(kind).p_mw for kind, sign in _taking()])

    @cached_property
    def _consumers(self) -> Demand:
        """All that consumes, as complex power per MW, whatever its period."""
        found: list[tuple[str, complex, float, float]] = []
        for kind, _ in _taking():
            for name, bus in self._powers(kind).row:
                if kind in assets:
                    record = self.view.of(assets[kind].record)[name]
                    found.append((bus, *assets[kind].per_mw(record)))
                else:
                    found.append((bus, 1 + 0j, 0.0, 0.0))
        return Demand.each(self.grid, found)


def schedules(views: Mapping[str, AreaView], dispatch: pa.Table) -> dict[str, Schedule]:
    """The cleared day of areas or parts of them, from the dispatch table of a clearing."""
    order = [(name, "ascending") for name in ("area", "kind", "asset", "bus")]
    table = dispatch.sort_by([*order, ("period", "ascending")])
    periods = len(next(iter(views.values())).hours)
    first = table.take(np.arange(0, table.num_rows, periods))
    p, q = (
        table.column(name).to_numpy().astype(float).reshape(-1, periods)
        for name in ("p_mw", "q_mvar")
    )
    rows: dict[str, dict[str, dict[tuple[str, str], int]]] = {}
    keys = zip(*(first.column(k).to_pylist() for k, _ in order), strict=True)
    for n, (area, kind, asset, bus) in enumerate(keys):
        rows.setdefault(area, {}).setdefault(kind, {})[asset, bus] = n
    return {
        name: Schedule(
            view,
            Grid.of(view.network),
            {kind: _powers_at(view, of, p, q) for kind, of in rows.get(view.name, {}).items()},
        )
        for name, view in views.items()
    }


def _powers_at(view: AreaView, rows: Mapping[tuple[str, str], int], p: Real, q: Real) -> Powers:
    """Powers of the assets of a kind that stand at buses of the view."""
    here = {asset: row for asset, row in rows.items() if asset[1] in view.network.buses}
    at = list(here.values())
    return Powers({asset: k for k, asset in enumerate(here)}, p[at], q[at])


@dataclass(frozen=True)
class ClearedHours:
    """A cleared day as what all operators inject and hold in each of its hours."""

    operators: Operators
    upper: Schedule
    lower: Mapping[str, Schedule]  # by boundary

    @staticmethod
    def of(scenario: Scenario, dispatch: pa.Table) -> "ClearedHours":
        """The day of a dispatch table.

        Raises InvalidInput where power may flow through an area from boundary to boundary.
        """
        operators = Operators(scenario)
        upper = schedules({operators.upper.name: operators.upper}, dispatch)
        below = {b: f.view for b, f in operators.feeders.items()}
        lower = schedules(below, dispatch) if below else {}
        return ClearedHours(operators, upper[operators.upper.name], lower)

    def at(self, period: int) -> Injections:
        """The state of one hour."""
        return Injections(
            self.upper.operation(period),
            {b: day.operation(period) for b, day in self.lower.items()},
            self.upper.generation(period),
            self.upper.lines(period),
        )


ClearedDay = Mapping[int, LoadFlow]  # by period


def check_cleared_day(scenario: Scenario, dispatch: pa.Table) -> ClearedDay:
    """Coordinated load flows of all periods; each starts from the one before.

    Where power may flow through an area from boundary to boundary, and in periods on which
    operators come to no agreement, those of all areas as one network.
    """
    if is_ringed(scenario):
        whole = OneNetwork.of(scenario, dispatch)
        return {period: whole.flow(period) for period in scenario.periods}
    hours, exchange = ClearedHours.of(scenario, dispatch), Exchange(q_limits=True)
    operators = hours.operators
    flows: dict[int, LoadFlow] = {}
    last: Coordinated | None = None
    for period in scenario.periods:
        hour = hours.at(period)
        found = exchange.solve(operators, hour.upper, hour.lower, last)
        if found.outcome == "unsolved" and last is not None:
            found = exchange.solve(operators, hour.upper, hour.lower)
        last = found if found.outcome == "solved" else None
        flows[period] = of_coordinated(operators, found)
    if unsolved := [period for period, flow in flows.items() if flow.outcome == "unsolved"]:
        whole = OneNetwork.of(scenario, dispatch)
        flows |= {period: whole.flow(period) for period in unsolved}
    return flows


def is_ringed(scenario: Scenario) -> bool:
    """Whether power may flow through an area from boundary to boundary."""
    try:
        for area in scenario.distribution:
            pieces(scenario.area(area))
    except InvalidInput:
        return True
    return False


@dataclass(frozen=True)
class OneNetwork:
    """A cleared day of all areas as one network, and of each apart."""

    scenario: Scenario
    day: Schedule
    apart: Mapping[str, Schedule]
    newton: Newton

    @staticmethod
    def of(scenario: Scenario, dispatch: pa.Table) -> "OneNetwork":
        """The day of a dispatch table."""
        whole, top = merge(scenario), scenario.transmission
        apart = schedules({a.area: scenario.area(a.area) for a in scenario.areas}, dispatch)
        day = schedules({top: whole.area(top)}, _merged_rows(scenario, dispatch))[top]
        return OneNetwork(scenario, day, apart, Newton(day.grid))

    def flow(self, period: int) -> LoadFlow:
        """The load flow of a period; without one, whether limits of Q stand in its way."""
        operation = self.day.operation(period)
        solved = self.newton.solve_within_limits(operation)
        own = {name: schedule.operation(period) for name, schedule in self.apart.items()}
        found = of_merged(self.scenario, solved, own)
        if solved.outcome == "solved":
            return found
        free = self.newton.solve(operation)
        return replace(found, why=_beyond(free)) if free.outcome == "solved" else found


def _beyond(free: Solved) -> str:
    """That limits of Q stand in the way of a load flow, and which of them most."""
    held, q = free.operation, free.generation.imag
    over = np.where(held.grid.slacks, 0.0, np.maximum(q - held.q_max, held.q_min - q))
    n = int(np.argmax(np.where(np.isnan(held.v_set), 0.0, over)))
    limit = held.q_max[n] if q[n] > held.q_max[n] else held.q_min[n]
    return (
        "no solution while generators keep their limits of reactive power; without limits there "
        f"is one, where bus {held.grid.buses[n]!r} gives {q[n]:.4g} Mvar, beyond its limit of "
        f"{limit:.4g} Mvar: widen limits, change set-points, or compensate there"
    )


def _merged_rows(scenario: Scenario, dispatch: pa.Table) -> pa.Table:
    """The dispatch by the names that the merged network has."""
    rows = dispatch.to_pandas()
    for column, name in (("bus", merged_bus), ("asset", merged_name)):
        pairs = list(zip(rows["area"], rows[column], strict=True))
        known = {pair: name(scenario, *pair) for pair in set(pairs)}
        rows[column] = [known[pair] for pair in pairs]
    rows["area"] = scenario.transmission
    return pa.Table.from_pandas(rows, dispatch.schema, preserve_index=False)


def security_tables(day: ClearedDay, boundary: pa.Table) -> dict[str, pa.Table]:
    """Tables of the day's load flows, beside the boundary table of the clearing."""
    solved = {t: flow for t, flow in day.items() if flow.outcome == "solved"}
    none = arrow_schema(SecurityVoltage).empty_table()
    voltages = (_voltages(t, flow) for t, flow in solved.items())
    violations = [
        SecurityViolation(t, v.area, v.element, v.kind, v.value, v.limit)
        for t, flow in solved.items()
        for v in flow.violations
    ]
    return {
        "security_hour": to_table([_hour(t, flow) for t, flow in day.items()], SecurityHour),
        "security_boundary": to_table(list(_crossings(solved, boundary)), SecurityBoundary),
        "security_violation": to_table(violations, SecurityViolation),
        "security_voltage": pa.concat_tables([none, *voltages]),
    }


def _hour(period: int, flow: LoadFlow) -> SecurityHour:
    if flow.outcome != "solved":
        return SecurityHour(period, flow.status, None, None, None, None, flow.rounds, flow.why)
    low, bus = flow.lowest
    count = len(flow.violations)
    return SecurityHour(period, flow.status, flow.loss_mw, low, bus, count, flow.rounds, "")


def _crossings(solved: ClearedDay, boundary: pa.Table) -> Iterator[SecurityBoundary]:
    for row in boundary.select(["period", "boundary", "p_mw"]).to_pylist():
        if row["period"] in solved:
            port, market = solved[row["period"]].ports[row["boundary"]], row["p_mw"]
            p, q = port.power.real, port.power.imag
            yield SecurityBoundary(
                row["period"], row["boundary"], market, p, q, abs(port.voltage), p - market
            )


def _voltages(period: int, flow: LoadFlow) -> pa.Table:
    frame = bus_table(flow).assign(period=period)
    return pa.Table.from_pandas(frame, arrow_schema(SecurityVoltage), preserve_index=False)
