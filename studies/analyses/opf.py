"""An optimal power flow told in a summary, and written as tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from formulations.networks.ac import Ac
from market.opf.alone import solve_alone
from market.opf.answers import Served
from market.opf.coordinated import CoordinatedFlow, Heterogeneous, OpfOperators
from market.opf.distribution import DistributionOpf
from market.opf.merged import MergedOpf, OptimalFlow
from market.opf.transmission import TransmissionOpf
from scenarios.merging import merged_bus
from scenarios.one_period import one_period
from scenarios.scenario import Scenario
from security.ac.grid import Grid
from security.ac.newton import Outcome
from security.load_flow import AreaFlow, LoadFlow, Port, areas_of_pieces, bus_table
from studies.analyses.powerflow import flow_summary
from studies.analyses.realised import realise
from studies.runs.run_folder import new_folder, write_frames
from studies.runs.summary import SCARCITY_MW

OpfMethod = Literal["coordinated", "merged", "alone"]


@dataclass(frozen=True)
class Optimum:
    """An optimum with the flows it leads to; prices by boundary, and by (area, bus)."""

    flow: LoadFlow
    cost_usd_per_h: float
    boundary_lmp: Mapping[str, tuple[float, float]]
    lmp: Mapping[tuple[str, str], float]
    agreed: bool
    outside: float
    scarcity_mw: float

    @property
    def status(self) -> str:
        """That of the flows, or scarcity where power is not served or spilled."""
        scarce = self.flow.status == "solved" and self.scarcity_mw > SCARCITY_MW
        return "scarcity" if scarce else self.flow.status

    @property
    def why(self) -> str:
        """What is wrong in one sentence; empty where nothing is."""
        if self.scarcity_mw > SCARCITY_MW and not self.flow.why:
            return f"{self.scarcity_mw:.3f} MW are not served or spilled, at their price"
        return self.flow.why


def optimal_flow(
    scenario: Scenario, period: int | None = None, method: OpfMethod = "coordinated"
) -> Optimum:
    """AC optimal power flow of one operating point; raises SolveFailed and InvalidInput.

    By operators `alone` the flows and the cost are those of the whole grid at their set-points.
    """
    if method == "merged":
        return _of_merged(scenario, MergedOpf.of(scenario, Ac(), period).solve())
    operators = OpfOperators.of(scenario, period)
    if method == "alone":
        return _of_alone(one_period(scenario, period), operators)
    return _of_coordinated(scenario, operators, Heterogeneous().solve(operators))


def _of_merged(scenario: Scenario, found: OptimalFlow) -> Optimum:
    areas: dict[str, AreaFlow] = {}
    lmp: dict[tuple[str, str], float] = {}
    for area in (a.area for a in scenario.areas):
        grid = Grid.of(scenario.area(area).network)
        names = [merged_bus(scenario, area, bus) for bus in grid.buses]
        v = np.array([found.v[name] for name in names])
        areas[area] = AreaFlow(grid, v, np.zeros_like(v))
        lmp |= {(area, bus): found.lmp[n] for bus, n in zip(grid.buses, names, strict=True)}
    at = {b.boundary: merged_bus(scenario, b.area, b.root_bus) for b in scenario.boundaries}
    ports = {
        b.boundary: Port(_drawn(areas[b.area], b.root_bus), found.v[at[b.boundary]])
        for b in scenario.boundaries
    }
    prices = {b: (found.lmp[bus], found.lmp_q[bus]) for b, bus in at.items()}
    flow = LoadFlow(Outcome.SOLVED, 1, ports, areas)
    return Optimum(
        flow,
        found.cost_usd_per_h,
        prices,
        lmp,
        agreed=True,
        outside=0.0,
        scarcity_mw=found.scarcity_mw,
    )


def _drawn(flow: AreaFlow, root: str) -> complex:
    """What flows from the root into the feeder's branches and shunts (MVA)."""
    n = flow.grid.position[root]
    return complex(flow.v[n] * np.conj((flow.grid.y_bus @ flow.v)[n]) * flow.grid.base_mva)


def _of_alone(scenario: Scenario, operators: OpfOperators) -> Optimum:
    alone = solve_alone(operators)
    realised = realise(scenario, operators.set_points)
    return Optimum(
        realised.flow,
        realised.cost_usd_per_h,
        _boundary_prices(operators, alone.served),
        _bus_prices(operators),
        agreed=False,
        outside=sum(o.outside for o in alone.offered),
        scarcity_mw=operators.scarcity_mw,
    )


def _of_coordinated(scenario: Scenario, operators: OpfOperators, found: CoordinatedFlow) -> Optimum:
    upper, served = operators.upper, found.served
    grid = Grid.of(upper.view.network)
    below, ports = {}, {}
    for n, (boundary, dso, offered) in enumerate(
        zip(found.boundaries, operators.lower, found.offered, strict=True)
    ):
        own = Grid.of(dso.view.network)
        turned = dso.voltages * np.exp(1j * served.angle[n])
        below[boundary] = AreaFlow(own, turned, np.zeros_like(turned))
        v = complex(served.v[n] * np.exp(1j * served.angle[n]))
        ports[boundary] = Port(complex(offered.p_mw, offered.q_mvar), v)
    own_flow = AreaFlow(grid, upper.voltages, np.zeros_like(upper.voltages))
    areas = {upper.view.name: own_flow} | areas_of_pieces(scenario, below)
    outcome = Outcome.SOLVED if found.agreed else Outcome.UNSOLVED
    return Optimum(
        LoadFlow(outcome, len(found.rounds), ports, areas, found.why),
        found.cost_usd_per_h,
        _boundary_prices(operators, served),
        _bus_prices(operators),
        found.agreed,
        found.outside,
        operators.scarcity_mw,
    )


def _boundary_prices(operators: OpfOperators, served: Served) -> dict[str, tuple[float, float]]:
    pairs = zip(served.lmp.tolist(), served.lmp_q.tolist(), strict=True)
    return dict(zip(operators.upper.boundaries, pairs, strict=True))


def _bus_prices(operators: OpfOperators) -> dict[tuple[str, str], float]:
    """Prices of every operator's last answer, by area and bus."""
    every: list[TransmissionOpf | DistributionOpf] = [operators.upper, *operators.lower]
    return {
        (own.view.name, bus): float(price)
        for own in every
        for bus, price in zip(
            own.view.network.buses, own.day.price(own.dual, "balance")[:, 0], strict=True
        )
    }


def opf_summary(found: Optimum) -> dict[str, Any]:
    """The optimum in a few figures: those of a load flow, cost, and prices at boundaries."""
    return flow_summary(found.flow) | {
        "status": found.status,
        "why": found.why,
        "cost_usd_per_h": found.cost_usd_per_h,
        "lmp_usd_per_mwh": {b: p for b, (p, _) in found.boundary_lmp.items()},
        "lmp_q_usd_per_mvarh": {b: q for b, (_, q) in found.boundary_lmp.items()},
    }


def write_optimum(found: Optimum, out: Path) -> None:
    """Table `bus` with voltages and prices, Parquet and CSV, in a new folder."""
    table: pd.DataFrame = bus_table(found.flow)
    keys = zip(table["area"], table["bus"], strict=True)
    table["lmp_usd_per_mwh"] = [found.lmp[key] for key in keys]
    with new_folder(out, "opf") as (part, _):
        write_frames(part, {"bus": table})
