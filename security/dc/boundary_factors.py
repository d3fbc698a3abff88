"""What transmission flows owe to boundaries: injections as announced, or as distribution reacts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenarios.findings import Finding, InvalidInput, near
from scenarios.scenario import Port
from security.dc.distribution_events import Change, Event
from security.dc.outages import Outages
from security.dc.ptdf import Array, Sensitivities
from security.indices import performance_index_mw

Response = Callable[[Event], Change]


def as_announced(event: Event) -> Change:
    """Injections that change by the event alone: no losses, no load that follows voltage."""
    return event.change_mw


def injected(before_mw: Change, after_mw: Change) -> Change:
    """Change of injection (MW) from `p_boundary` before and after, which flows into distribution.

    >>> injected({"B1": 10.0}, {"B1": 12.5})
    {'B1': -2.5}
    """
    return {boundary: p - after_mw[boundary] for boundary, p in before_mw.items()}


@dataclass(frozen=True)
class BoundaryFactors:
    """MW on each transmission branch per MW more injected at each boundary.

    `mw_per_mw` has shape (branches, boundaries), or (outages, branches, boundaries) with nan where
    an outage leaves islands.
    """

    boundaries: tuple[str, ...]
    mw_per_mw: Array

    @staticmethod
    def of(sensitivities: Sensitivities, ports: Mapping[str, Port]) -> "BoundaryFactors":
        """Factors of the network as it is, from the transmission area's ends of boundaries."""
        columns = [sensitivities.bus_at[port.bus] for port in ports.values()]
        return BoundaryFactors(tuple(ports), sensitivities.ptdf[:, columns])

    @staticmethod
    def after_outages(
        sensitivities: Sensitivities, ports: Mapping[str, Port], branches: Sequence[str]
    ) -> "BoundaryFactors":
        """Factors of the network without one branch, for each of `branches`."""
        intact = BoundaryFactors.of(sensitivities, ports).mw_per_mw
        out = [sensitivities.branch_at[k] for k in branches]
        rerouted = sensitivities.lodf.T[out, :, None] * intact[out, None, :]
        return BoundaryFactors(tuple(ports), intact + rerouted)

    def vector(self, change_mw: Change) -> Array:
        """The change (MW) in the order of the boundaries; 0 where nothing changes.

        Raises InvalidInput if it names a boundary that is not there.
        """
        unknown = [name for name in change_mw if name not in self.boundaries]
        if unknown:
            raise InvalidInput("the change of injections", [_no_boundary(b, self) for b in unknown])
        return np.array([change_mw.get(name, 0.0) for name in self.boundaries])

    def flow_change(self, changes: Sequence[Change]) -> Array:
        """Change of flow (MW), shape (..., branches, changes)."""
        columns = [self.vector(change) for change in changes]
        change_mw = np.array(columns).reshape(-1, len(self.boundaries)).T
        flow_change: Array = self.mw_per_mw @ change_mw
        return flow_change


@dataclass(frozen=True)
class Comparison:
    """Changes of flow (MW) by events; shapes (branches, events).

    `fixed_mw` takes injections as announced, `coordinated_mw` as distribution reacts.
    """

    events: tuple[str, ...]
    fixed_mw: Array
    coordinated_mw: Array

    @property
    def difference_mw(self) -> Array:
        """What fixed injections miss."""
        return self.coordinated_mw - self.fixed_mw

    def indices_mw(
        self, flow_mw: Array, limits_mw: Array, exponent: int = 1
    ) -> tuple[Array, Array]:
        """Index of each event's flows, fixed and coordinated, from the flows before (branches,)."""
        before = flow_mw[:, None]
        return (
            performance_index_mw(before + self.fixed_mw, limits_mw, exponent),
            performance_index_mw(before + self.coordinated_mw, limits_mw, exponent),
        )


def compare(factors: BoundaryFactors, events: Sequence[Event], respond: Response) -> Comparison:
    """Changes of flow with injections as announced, and as `respond` says that they become."""
    return Comparison(
        tuple(event.name for event in events),
        factors.flow_change([as_announced(event) for event in events]),
        factors.flow_change([respond(event) for event in events]),
    )


def with_reactions(outages: Outages, factors: BoundaryFactors, change_mw: Array) -> Outages:
    """The outages, with what boundaries do by themselves after each.

    `factors` are those after the same outages, in their order; `change_mw` (outages, boundaries)
    is the change of injection (MW) that follows each outage.
    """
    moved = np.einsum("klb,kb->lk", factors.mw_per_mw, change_mw)
    return replace(outages, flow_mw=outages.flow_mw + moved)


def _no_boundary(name: str, factors: BoundaryFactors) -> Finding:
    cure = f"name boundaries of the scenario; {near(name, factors.boundaries)}"
    return Finding(f"boundary {name!r}", "there is no such boundary", cure)
