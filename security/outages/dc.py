"""The same outages in the DC model, by sensitivities alone.

Fixed boundaries draw their loads less their generation, as announced; coordinated ones what
their feeders draw without outage, with losses and with loads that follow voltage. Outages change
neither: the DC model knows no voltage.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from security.ac.grid import Real
from security.coordinated.alone import nominal
from security.dc.outages import TOLERANCE_MW, Outages, State, branch_outages, pair_outages
from security.dc.ptdf import Sensitivities
from security.load_flow import Violation, wide_angles
from security.outages.ac import INTACT, Before
from security.outages.after_outage import NO_TAKER, AfterOutage
from security.outages.outage import Dispatch, Outage

LINEAR = "dc"
PAIR = 2


@dataclass(frozen=True)
class DcBefore:
    """Injections without outage and the sensitivities of transmission.

    `boundary_mw` is the power into distribution, by boundary.
    """

    before: Before
    sensitivities: Sensitivities
    boundary_mw: Mapping[str, float]

    @staticmethod
    def of(before: Before) -> "DcBefore":
        """Injections as announced, or as the coordinated load flow has them."""
        sensitivities = before.networks.sensitivities
        drawn: Mapping[str, complex] = {b: nominal(o).power for b, o in before.lower.items()}
        if before.coordinated:
            drawn = before.found.power
        return DcBefore(before, sensitivities, {b: s.real for b, s in drawn.items()})

    @property
    def why(self) -> str:
        """Why the boundary power without outage is not known; empty where it is."""
        return self.before.why if self.before.coordinated else ""

    @cached_property
    def drawn_mw(self) -> Real:
        """What every bus of transmission draws (MW): loads and shunts at 1 p.u., boundaries."""
        view, grid = self.before.operators.upper, self.before.operators.newton.grid
        drawn: Real = self.before.upper.consumed(np.ones(len(grid.buses))).real * grid.base_mva
        drawn = drawn + [bus.g_shunt_mw for bus in view.network.buses.values()]
        np.add.at(drawn, self.before.operators.boundary_bus, list(self.boundary_mw.values()))
        return drawn

    @cached_property
    def dispatch(self) -> Dispatch:
        """Outputs with the slack bus of every island in balance, without losses."""
        view, power = self.before.operators.upper, self.before.dispatch.power
        reference_of = view.network.reference_of
        needed = dict.fromkeys(view.network.references, 0.0)
        for bus, drawn in zip(view.network.buses, self.drawn_mw.tolist(), strict=True):
            needed[reference_of[bus]] += drawn
        for name, s in power.items():
            bus = view.generators[name].bus
            if bus != reference_of[bus]:
                needed[reference_of[bus]] -= s.real
        return Dispatch.of(view, power, needed, self.before.dispatch.lines)

    def flow(self, power: Mapping[str, complex], lost: str | None = None) -> Real:
        """Flow (MW) at outputs of the generators, without the DC line that is lost."""
        injection = -self.drawn_mw
        for bus, given in () if lost is None else self.dispatch.lines[lost]:
            injection[self.sensitivities.bus_at[bus]] -= given.real
        for name, s in power.items():
            bus = self.dispatch.view.generators[name].bus
            injection[self.sensitivities.bus_at[bus]] += s.real
        return self.sensitivities.flow(injection)

    def intact(self) -> AfterOutage:
        """The state without outage."""
        if self.why:
            return AfterOutage.unknown(self.before.layout, INTACT, State.UNSOLVED, self.why)
        return self._left(INTACT, self.flow(self.dispatch.power))

    def after(self, outages: Sequence[Outage]) -> Iterator[AfterOutage]:
        """What every outage leaves, one after the other."""
        layout = self.before.layout
        if self.why:
            yield from self.before.after(outages)
            return
        branches = self._branch_outages(outages)
        for outage in outages:
            if outage.dc_line is not None:
                yield self._without_line(outage, outage.dc_line)
            elif outage.generator is None:
                yield self._without_branches(outage, *branches[outage.branches])
            elif not self.dispatch.weights(outage.generator):
                yield AfterOutage.unknown(layout, outage, State.UNSOLVED, NO_TAKER)
            else:
                yield self._left(outage, self.flow(self.dispatch.without(outage.generator)))

    def _without_line(self, outage: Outage, lost: str) -> AfterOutage:
        power = self.dispatch.without_line(lost)
        if power is None:
            return AfterOutage.unknown(self.before.layout, outage, State.UNSOLVED, NO_TAKER)
        return self._left(outage, self.flow(power, lost))

    def _branch_outages(
        self, outages: Sequence[Outage]
    ) -> dict[tuple[str, ...], tuple[Outages, int]]:
        """Where the flows after outages of one and of two branches are found."""
        flow = self.flow(self.dispatch.power)
        pairs = [(o.branches[0], o.branches[1]) for o in outages if len(o.branches) == PAIR]
        both = pair_outages(self.sensitivities, flow, pairs)
        single = branch_outages(self.sensitivities, flow)
        return {out: (found, n) for found in (single, both) for n, out in enumerate(found.out)}

    def _without_branches(self, outage: Outage, found: Outages, n: int) -> AfterOutage:
        if lost := found.cut_off[n]:
            return AfterOutage.islanding(self.before.layout, outage, lost)
        return self._left(outage, found.flow_mw[:, n])

    def _left(self, outage: Outage, flow_mw: Real) -> AfterOutage:
        layout = self.before.layout
        size, ratings = np.abs(flow_mw), layout.rating_mva(outage)
        over = np.flatnonzero(size > ratings + TOLERANCE_MW)
        violations = (
            *(
                f"branch {layout.upper.area}/{layout.upper.branches[k]}: "
                f"{size[k]:.2f} MW is above {ratings[k]:g} MVA"
                for k in over
            ),
            *self._too_wide(outage, flow_mw),
        )
        return AfterOutage(
            outage,
            State.VIOLATED if violations else State.SECURE,
            flow_mw.astype(complex),
            size,
            np.full(len(layout.places), np.nan),
            np.array(list(self.boundary_mw.values()), dtype=complex),
            LINEAR,
            violations=violations,
        )

    def _too_wide(self, outage: Outage, flow_mw: Real) -> Iterator[str]:
        """Angles across branches in service that are beyond their limits."""
        upper = self.before.layout.upper
        across = self.sensitivities.across(flow_mw)
        across[[upper.branch_at[k] for k in outage.branches]] = np.nan
        for k, limit in wide_angles(across, upper.angle_min, upper.angle_max):
            degrees = np.degrees((across[k], limit)).tolist()
            yield str(Violation(upper.area, upper.branches[k], "wide angle", *degrees))
