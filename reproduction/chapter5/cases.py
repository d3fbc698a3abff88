"""The five cases: what happens in distribution, and what the operators find before and after."""

from dataclasses import dataclass, replace

from reproduction.solved import Solved
from scenarios.scenario import Scenario
from scenarios.systems.outages import Active
from security.ac.grid import Real
from security.coordinated.alone import nominal
from security.dc.boundary_factors import BoundaryFactors
from security.outages.ac import Before
from security.outages.after_outage import AfterOutage
from security.outages.outage import Outage

CLOUD = 0.2  # of the PV output is left


@dataclass(frozen=True)
class Case:
    """What happens: to the feeders, to boundary voltages (as a factor), to a line."""

    name: str
    after: Active
    voltage: float = 1.0
    out: str | None = None


CASE_1 = Case("1: cloud over D9", Active((("D9", CLOUD),)))
CASE_2 = Case("2: cloud over D9 and D14", Active((("D9", CLOUD), ("D14", CLOUD))))
CASE_3 = Case("3: boundary voltages 5 % lower", Active(), voltage=0.95)
CASE_4 = Case("4: generator of D10 lost", Active(lost=("D10",)))
CASE_5 = Case(
    "5: cloud over all, generator of D10 and line 2-4 lost",
    Active((("D9", CLOUD), ("D10", CLOUD), ("D14", CLOUD)), ("D10",)),
    out="2-4",
)
CASES_2_TO_4 = (CASE_2, CASE_3, CASE_4)


@dataclass(frozen=True)
class Found:
    """A case: operators before and after, and what they find, `left` with the line out."""

    case: Case
    before: Before
    after: Before
    intact: AfterOutage
    left: AfterOutage

    @property
    def flow_before(self) -> Real:
        """Flows (MW) of transmission's lines before."""
        return self.intact.flow.real

    @property
    def flow_after(self) -> Real:
        """Flows (MW) of transmission's lines after."""
        return self.left.flow.real

    @property
    def held_mw(self) -> dict[str, float]:
        """Power (MW) that each feeder draws after the event at its boundary voltage."""
        drawn = self.before.operators.feeders
        v = {b: self.case.voltage * abs(v) for b, v in self.before.found.voltage.items()}
        lower = self.after.lower
        return {b: feeder.draw(lower[b], v[b]).power.real for b, feeder in drawn.items()}

    @property
    def drawn_mw(self) -> dict[str, float]:
        """Power (MW) that each feeder draws before."""
        return {b: s.real for b, s in self.before.found.power.items()}

    @property
    def announced_mw(self) -> dict[str, float]:
        """More load less generation (MW) of each feeder, as stated at 1 p.u."""
        now, then = (
            {b: nominal(o).power.real for b, o in state.lower.items()}
            for state in (self.after, self.before)
        )
        return {b: now[b] - then[b] for b in now}

    def predicted(self, more_mw: dict[str, float]) -> Real:
        """Change of flows (MW) when boundaries draw more, with the line out."""
        found, view = self.before.networks.sensitivities, self.before.operators.upper
        change = {b: -p for b, p in more_mw.items()}
        if self.case.out is None:
            return BoundaryFactors.of(found, view.ports).flow_change([change])[:, 0]
        k = found.branch_at[self.case.out]
        factors = BoundaryFactors.after_outages(found, view.ports, [self.case.out])
        moved: Real = (
            factors.flow_change([change])[0, :, 0] + found.lodf[:, k] * self.flow_before[k]
        )
        return moved


def found_case(solved: Solved, case: Case) -> Found:
    """Both states of a case."""
    before = solved.once(("before", Active()), lambda: Before.of(solved.scenario(Active())))

    def solve() -> Found:
        after = Before.of(_lowered(solved.scenario(case.after), case.voltage))
        left = after.intact()
        if case.out is not None:
            (left,) = after.after([Outage(case.out, (case.out,))])
        return Found(case, before, after, before.intact(), left)

    return solved.once(("case", case), solve)


def _lowered(scenario: Scenario, factor: float) -> Scenario:
    """With the set-points of transmission's generators times a factor."""
    generators = (
        replace(g, v_set_pu=g.v_set_pu * factor)
        if g.area == scenario.transmission and g.v_set_pu is not None
        else g
        for g in scenario.generators
    )
    return replace(scenario, generators=tuple(generators))
