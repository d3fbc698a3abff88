"""Changes of line flows when distribution changes: by sensitivities, and by load flow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from reproduction.chapter5.systems import ASSUMED, Active
from reproduction.chart import Chart, Panel, Series
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.scenario import Scenario
from security.ac.grid import Real
from security.coordinated.alone import nominal
from security.dc.boundary_factors import BoundaryFactors
from security.outages.ac import Before
from security.outages.outage import Outage

CLOUD = 0.2  # of the PV output is left


@dataclass(frozen=True)
class Case:
    """What happens: to the feeders, to boundary voltages (as a factor), to a line."""

    name: str
    after: Active
    voltage: float = 1.0
    out: str | None = None


CASES = (
    Case("1: cloud over D9", Active((("D9", CLOUD),))),
    Case("2: cloud over D9 and D14", Active((("D9", CLOUD), ("D14", CLOUD)))),
    Case("3: boundary voltages 5 % lower", Active(), voltage=0.95),
    Case("4: generator of D10 lost", Active(lost=("D10",))),
    Case(
        "5: cloud over all, generator of D10 and line 2-4 lost",
        Active((("D9", CLOUD), ("D10", CLOUD), ("D14", CLOUD)), ("D10",)),
        out="2-4",
    ),
)
READING = (
    "Announced takes loads less generation as stated, by sensitivity what each feeder's own load "
    "flow draws at its voltage before the event, by load flow is the coordinated solution after it"
)


@dataclass(frozen=True)
class Found:
    """A case: states before and after, and flows (MW) of transmission's lines."""

    case: Case
    before: Before
    after: Before
    flow_before: Real
    flow_after: Real

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
        return Found(case, before, after, before.intact().flow.real, left.flow.real)

    return solved.once(("case", case), solve)


@item("table-5.2", "Changes of line flows, cases 1 and 2", f"{READING}; {ASSUMED}.")
def clouds(solved: Solved) -> Reproduced:
    """Changes of flow (MW) by case and line."""
    return Reproduced(flow_changes(solved, CASES[:2]))


@item("table-5.3", "Changes of line flows, cases 3 and 4", f"{READING}; {ASSUMED}.")
def voltage_and_generator(solved: Solved) -> Reproduced:
    """Changes of flow (MW) by case and line."""
    return Reproduced(flow_changes(solved, CASES[2:4]))


@item(
    "table-5.4",
    "Boundary buses in case 3",
    "All set-points of transmission are 5 % lower; expected is what the feeder draws at 0.95 times "
    f"its voltage; {ASSUMED}.",
)
def boundaries_of_case_3(solved: Solved) -> Reproduced:
    """Voltage and power of every boundary bus before and after."""
    return Reproduced(at_boundaries(solved, CASES[2]))


@item("table-5.5", "Changes of line flows, case 5", f"{READING}; {ASSUMED}.")
def all_together(solved: Solved) -> Reproduced:
    """Changes of flow (MW) by line."""
    return Reproduced(flow_changes(solved, CASES[4:]))


@item(
    "table-5.6",
    "Boundary buses in case 5",
    "Without the line 2-4 as well; expected is what the feeder draws at its voltage before; "
    f"{ASSUMED}.",
)
def boundaries_of_case_5(solved: Solved) -> Reproduced:
    """Voltage and power of every boundary bus before and after."""
    return Reproduced(at_boundaries(solved, CASES[4]))


@item("fig-5.5", "Changes of line flows, cases 1 and 2", f"{READING}; {ASSUMED}.")
def clouds_drawn(solved: Solved) -> Reproduced:
    """Changes of flow (MW) by case and line."""
    return _bars(flow_changes(solved, CASES[:2]))


@item("fig-5.6", "Changes of line flows, cases 3 and 4", f"{READING}; {ASSUMED}.")
def voltage_and_generator_drawn(solved: Solved) -> Reproduced:
    """Changes of flow (MW) by case and line."""
    return _bars(flow_changes(solved, CASES[2:4]))


@item("fig-5.7", "Changes of line flows, case 5", f"{READING}; {ASSUMED}.")
def all_together_drawn(solved: Solved) -> Reproduced:
    """Changes of flow (MW) by line."""
    return _bars(flow_changes(solved, CASES[4:]))


def flow_changes(solved: Solved, cases: Sequence[Case]) -> pd.DataFrame:
    """Flow before (MW) and its change as announced, by sensitivity, and by load flow."""
    parts = []
    for case in cases:
        found = found_case(solved, case)
        more = {b: found.held_mw[b] - p for b, p in found.drawn_mw.items()}
        actual = found.flow_after - found.flow_before
        sensitive = found.predicted(more)
        columns = {
            "case": case.name,
            "branch": found.before.layout.upper.branches,
            "before_mw": found.flow_before,
            "announced_mw": found.predicted(found.announced_mw),
            "by_sensitivity_mw": sensitive,
            "by_load_flow_mw": actual,
            "error_mw": sensitive - actual,
            "overloaded": np.abs(found.flow_after) > found.before.layout.upper.rating_mva,
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def at_boundaries(solved: Solved, case: Case) -> pd.DataFrame:
    """Voltage and power before, expected and after, and the greatest share of 1 MW on a line."""
    found = found_case(solved, case)
    states = {"before": found.before, "after": found.after}
    factors = BoundaryFactors.of(
        found.before.networks.sensitivities, found.before.operators.upper.ports
    )
    rows = []
    for n, boundary in enumerate(factors.boundaries):
        row: dict[str, object] = {"boundary": boundary}
        for when, state in states.items():
            power = state.found.power[boundary]
            row[f"v_{when}_pu"] = abs(state.found.voltage[boundary])
            row[f"p_{when}_mw"], row[f"q_{when}_mvar"] = power.real, power.imag
        row["p_expected_mw"] = found.held_mw[boundary]
        most = int(np.abs(factors.mw_per_mw[:, n]).argmax())
        row["most_sensitive_branch"] = found.before.layout.upper.branches[most]
        row["mw_per_mw"] = factors.mw_per_mw[most, n]
        rows.append(row)
    return pd.DataFrame(rows)


def _lowered(scenario: Scenario, factor: float) -> Scenario:
    """With the set-points of transmission's generators times a factor."""
    generators = (
        replace(g, v_set_pu=g.v_set_pu * factor)
        if g.area == scenario.transmission and g.v_set_pu is not None
        else g
        for g in scenario.generators
    )
    return replace(scenario, generators=tuple(generators))


def _bars(table: pd.DataFrame) -> Reproduced:
    shown = ("announced_mw", "by_sensitivity_mw", "by_load_flow_mw")
    panels = tuple(
        Panel(
            str(case),
            "line",
            "change of flow, MW",
            tuple(
                Series(c[:-3].replace("_", " "), list(own["branch"]), list(own[c]), "bars")
                for c in shown
            ),
        )
        for case, own in table.groupby("case", sort=False)
    )
    return Reproduced(table, Chart(panels, columns=1))


ITEMS = (
    clouds,
    voltage_and_generator,
    boundaries_of_case_3,
    all_together,
    boundaries_of_case_5,
    clouds_drawn,
    voltage_and_generator_drawn,
    all_together_drawn,
)
