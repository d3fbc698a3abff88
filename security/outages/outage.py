"""What goes out of service in transmission, and what it leaves of the TSO's operation."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from scenarios.network import Network
from scenarios.records import PQ, SLACK, DcLine, Generator
from scenarios.scenario import AreaView
from security.ac.demand import Demand
from security.ac.grid import Grid, Real
from security.ac.line_ends import Given, demand_of
from security.ac.newton import Operation
from security.ac.operation import operation
from security.dc.refusals import refuse_branches


@dataclass(frozen=True)
class Outage:
    """Branches that go out together, one generator, or one DC line."""

    name: str
    branches: tuple[str, ...] = ()
    generator: str | None = None
    dc_line: str | None = None

    @property
    def is_none(self) -> bool:
        """Whether nothing goes out."""
        return not self.branches and self.generator is None and self.dc_line is None


def single_outages(view: AreaView) -> tuple[Outage, ...]:
    """All outages of one branch, then of one generator, then of one DC line."""
    units = (Outage(f"generator {name}", generator=name) for name in view.generators)
    lines = (Outage(f"DC line {name}", dc_line=name) for name in view.of(DcLine))
    return (*(Outage(f"branch {k}", (k,)) for k in view.network.branches), *units, *lines)


def pair_outages(
    network: Network, pairs: Iterable[tuple[str, str]] | None = None
) -> tuple[Outage, ...]:
    """Outages of two branches at a time; of every two unless `pairs` are named.

    Raises InvalidInput if a named pair is not two branches of the network.
    """
    listed = list(itertools.combinations(network.branches, 2)) if pairs is None else list(pairs)
    refuse_branches(network, listed)
    return tuple(Outage(f"branches {one}, {other}", (one, other)) for one, other in listed)


@dataclass(frozen=True)
class Dispatch:
    """The TSO's area before an outage: what its generators (MVA) and its DC lines give."""

    view: AreaView
    power: Mapping[str, complex]
    lines: Given

    @staticmethod
    def of(
        view: AreaView,
        power: Mapping[str, complex],
        slack_mw: Mapping[str, float],
        lines: Given,
    ) -> "Dispatch":
        """Outputs as given; those at a slack bus share what is needed there."""
        outputs = dict(power)
        for bus, needed in slack_mw.items():
            here = {n: g.p_max_mw for n, g in view.generators.items() if g.bus == bus}
            for name, part in _shares(here).items():
                outputs[name] = complex(needed * part, power[name].imag)
        return Dispatch(view, outputs, lines)

    def weights(self, lost: str) -> dict[str, float]:
        """Part of the lost output that others of its island take over, by their greatest output.

        Empty where no other generator has any.
        """
        units, reference_of = self.view.generators, self.view.network.reference_of
        island = reference_of[units[lost].bus]
        others = {
            n: g.p_max_mw for n, g in units.items() if n != lost and reference_of[g.bus] == island
        }
        return _shares(others) if sum(others.values()) > 0 else {}

    def without(self, lost: str) -> dict[str, complex]:
        """Outputs (MVA) of the others after the loss of a generator; their limits do not count."""
        part = self.weights(lost)
        p_mw = self.power[lost].real
        return {n: s + part.get(n, 0.0) * p_mw for n, s in self.power.items() if n != lost}

    def without_line(self, lost: str) -> dict[str, complex] | None:
        """Outputs (MVA) after the loss of a DC line; their limits do not count.

        What it gave or took in an island is shared by the generators there, by their greatest
        output. None where an island has none.
        """
        reference_of, units = self.view.network.reference_of, self.view.generators
        outputs, missing = dict(self.power), dict[str, float]()
        for bus, given in self.lines[lost]:
            island = reference_of[bus]
            missing[island] = missing.get(island, 0.0) + given.real
        for island, mw in missing.items():
            able = {n: g.p_max_mw for n, g in units.items() if reference_of[g.bus] == island}
            if not able or sum(able.values()) <= 0:
                return None
            for name, part in _shares(able).items():
                outputs[name] += part * mw
        return outputs


def without_line(dispatch: Dispatch, upper: Operation, lost: str) -> Operation | None:
    """The TSO's operation after the loss of a DC line: both ends give nothing and hold nothing.

    None where an island has nobody to take over.
    """
    view, grid, outputs = dispatch.view, upper.grid, dispatch.without_line(lost)
    if outputs is None:
        return None
    left = view.with_assets(DcLine, {n: k for n, k in view.of(DcLine).items() if n != lost})
    after = operation(left, grid, outputs)
    taken_back = demand_of(grid, {lost: tuple((bus, -s) for bus, s in dispatch.lines[lost])})
    v_set = np.where(grid.slacks, upper.v_set, after.v_set)
    return replace(after, consumption=(*upper.consumption, taken_back), v_set=v_set)


def without_generator(dispatch: Dispatch, upper: Operation, lost: str) -> Operation | None:
    """The TSO's operation after the loss of a generator; None where nothing holds the voltage.

    Where the slack bus of its island has no other generator, the bus there that holds its voltage
    and has most to give becomes the slack.
    """
    view = dispatch.view
    kept = {n: g for n, g in view.generators.items() if n != lost}
    left = view.with_assets(Generator, kept)
    at = view.generators[lost].bus
    own = upper.grid.position[view.network.reference_of[at]]
    slack = own if upper.grid.position[at] != own else _slack_without(left, upper.grid, own)
    if slack is None or not dispatch.weights(lost):
        return None
    kind = list(upper.grid.kind)
    if slack != own:
        kind[own], kind[slack] = PQ, SLACK
    grid = replace(upper.grid, kind=tuple(kind))
    after = operation(left, grid, dispatch.without(lost), Demand.of(grid, []))
    v_set = after.v_set.copy()
    v_set[slack] = upper.v_set[slack]
    return replace(after, consumption=upper.consumption, v_set=v_set)


def _slack_without(left: AreaView, grid: Grid, slack: int) -> int | None:
    """The slack bus where generators are left there, else the strongest bus that holds its voltage.

    None where its island has no such bus.
    """
    reach: Real = np.full(len(grid.buses), -1.0)
    island = left.network.reference_of
    for unit in left.generators.values():
        n = grid.position[unit.bus]
        if n == slack:
            return slack
        holds = grid.kind[n] != PQ and unit.v_set_pu is not None
        if holds and island[unit.bus] == grid.buses[slack]:
            reach[n] = max(reach[n], 0.0) + unit.p_max_mw
    return int(reach.argmax()) if reach.max() >= 0 else None


def _shares(of: Mapping[str, float]) -> dict[str, float]:
    """Parts of one in proportion to values >= 0; equal ones where all are zero."""
    total = sum(of.values())
    return {n: value / total if total > 0 else 1 / len(of) for n, value in of.items()}
