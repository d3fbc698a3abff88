"""What goes out of service in transmission, and what it leaves of the TSO's operation."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from scenarios.network import Network
from scenarios.records import PQ, SLACK, Generator
from scenarios.scenario import AreaView
from security.ac.demand import Demand
from security.ac.grid import Grid, Real
from security.ac.newton import Operation
from security.ac.operation import operation
from security.dc.refusals import refuse_branches


@dataclass(frozen=True)
class Outage:
    """Branches that go out together, or one generator."""

    name: str
    branches: tuple[str, ...] = ()
    generator: str | None = None


def single_outages(view: AreaView) -> tuple[Outage, ...]:
    """All outages of one branch, then of one generator."""
    units = (Outage(f"generator {name}", generator=name) for name in view.generators)
    return (*(Outage(f"branch {k}", (k,)) for k in view.network.branches), *units)


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
    """The TSO's area as it stands before an outage: output (MVA) of every generator."""

    view: AreaView
    power: Mapping[str, complex]

    @staticmethod
    def of(
        view: AreaView, power: Mapping[str, complex], slack_mw: Mapping[str, float]
    ) -> "Dispatch":
        """Outputs as given; those at a slack bus share what is needed there."""
        outputs = dict(power)
        for bus, needed in slack_mw.items():
            here = {n: g.p_max_mw for n, g in view.generators.items() if g.bus == bus}
            for name, part in _shares(here).items():
                outputs[name] = complex(needed * part, power[name].imag)
        return Dispatch(view, outputs)

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
