"""One day after another cleared, settled and checked in one process."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyomo.common.gc_manager import PauseGC

from market.operators.operators import Operators
from scenarios.clearing import Clearing
from scenarios.findings import InvalidInput
from scenarios.horizon.carry import State, begun_with, state_after
from scenarios.horizon.days import first_periods
from scenarios.scenario import Scenario
from settlement import Settlement, settle
from solvers.errors import SolveFailed
from solvers.ipopt import ipopt_by
from studies.horizon.figures_of_day import DayFigures, period_figures, period_table, totals
from studies.horizon.folder import Finished, keep
from studies.runs.ac_check import ac_summary, ac_tables
from studies.runs.clear_designs import settlement_tables
from studies.runs.run_records import DesignSummary, RunStatus
from studies.runs.summary import summarise
from studies.runs.verdicts import verdicts
from studies.study.horizon_plan import Plan
from studies.study.operators import operators_of
from studies.study.study import Study

PERIOD = "period"
KEPT = ("security_hour", "security_violation")  # of the load flows of a day


@dataclass(frozen=True)
class Piece:
    """A day to be cleared under one design, from what the day before has left."""

    day: date
    design: str
    state: State | None = None


@dataclass
class Worker:
    """Clears days of one horizon; models are built once for each way that days have periods."""

    study: Study
    scenario: Scenario
    plan: Plan
    folder: Path
    built: dict[tuple[float, ...], Operators] = field(default_factory=dict)

    def __call__(self, piece: Piece) -> Finished:
        """Clear a day and keep it; a day that cannot be cleared is recorded as failed."""
        with PauseGC():  # a day's tables are no cycles, and go as soon as they are written
            try:
                with ipopt_by(self.study.solver.ipopt):
                    found, tables = self._cleared(piece)
            except (SolveFailed, InvalidInput) as failed:
                found, tables = self._failed(piece, failed), {}
            keep(self.folder, piece.design, piece.day, found, tables)
        return found

    def begun(self, piece: Piece) -> Scenario:
        """The scenario of a day and of what it looks ahead to, from what the day before left."""
        scenario = self.plan.scenario(self.scenario, piece.day)
        return begun_with(scenario, piece.state) if piece.state else scenario

    def _cleared(self, piece: Piece) -> tuple[Finished, Mapping[str, pa.Table]]:
        scenario = self.begun(piece)
        market = self.study.market(scenario)
        design = self.study.designs[piece.design]
        clearing = design.clear(self._operators(market), piece.design)
        rule = self.study.settlement.pricing
        settled = settle(market, clearing.tables, rule)
        checks = verdicts(market, clearing, settled)
        periods = self.plan.window(piece.day).periods
        if periods < len(market.hours):
            market = first_periods(market, periods)
            clearing = replace(clearing, tables=_first(clearing.tables, periods))
            settled = settle(market, clearing.tables, rule)
            clearing = replace(clearing, welfare_usd=settled.net_surplus_usd)
        flows, no_flow = ac_tables(market, clearing.tables)
        ac = ac_summary(market, flows)
        summary = summarise(market, clearing, settled, checks, ac, no_flow)
        clearing = replace(clearing, tables={**clearing.tables, **{n: flows[n] for n in KEPT}})
        return self._finished(piece, market, clearing, settled, summary)

    def _finished(
        self,
        piece: Piece,
        market: Scenario,
        clearing: Clearing,
        settled: Settlement,
        summary: DesignSummary,
    ) -> tuple[Finished, Mapping[str, pa.Table]]:
        """Figures and tables of the day itself, and what it leaves."""
        periods = period_figures(market, clearing.tables)
        figures = replace(
            totals(periods),
            day=str(piece.day),
            design=piece.design,
            weight=self.plan.weights[piece.day],
            status=str(summary.status),
            welfare_usd=summary.welfare_usd,
            gap_relative=summary.gap_relative,
            rounds=summary.rounds,
            unserved_mwh=summary.unserved_mwh,
            spilled_mwh=summary.spilled_mwh,
            settlement_imbalance_usd=settled.settlement_imbalance_usd,
            checks_failed="; ".join(summary.checks_failed),
            periods_violated=summary.ac.hours_violated if summary.ac else None,
            periods_unsolved=summary.ac.hours_unsolved if summary.ac else None,
        )
        state = None
        if self.plan.horizon.in_sequence:
            last = len(market.hours)
            state = state_after(market, clearing.tables, last, piece.state)
        stamps = self.plan.window(piece.day).stamps[: len(market.hours)]
        of_periods = period_table(periods).append_column("time", pa.array(stamps))
        tables = {**clearing.tables, **settlement_tables(settled), "periods": of_periods}
        return Finished(figures, state, clearing.seconds.total), tables

    def _failed(self, piece: Piece, failed: SolveFailed | InvalidInput) -> Finished:
        """The figures of a day that was not cleared; it leaves what the day before left."""
        figures = DayFigures(
            str(piece.day),
            piece.design,
            self.plan.weights[piece.day],
            str(RunStatus.FAILED),
            self.plan.series.step_h * self.plan.window(piece.day).periods,
            error=str(failed),
        )
        return Finished(figures, piece.state, 0.0)

    def _operators(self, market: Scenario) -> Operators:
        """Operators of a day, always made from those of the first day that has such periods."""
        hours = market.hours
        if hours not in self.built:
            first = next(
                day for day in self.plan.days if len(self.plan.window(day).stamps) == len(hours)
            )
            scenario = self.plan.scenario(self.scenario, first)
            self.built[hours] = operators_of(self.study, self.study.market(scenario))
            gc.freeze()  # models stay; to look for garbage in them takes a sixth of the time
        return self.built[hours].for_scenario(market)


def _first(tables: Mapping[str, pa.Table], periods: int) -> dict[str, pa.Table]:
    """The rows of the first periods, and those of no period."""

    def kept(table: pa.Table) -> pa.Table:
        if PERIOD not in table.column_names:
            return table
        own = pc.field(PERIOD)
        return table.filter((own <= periods) | own.is_null())

    return {name: kept(table) for name, table in tables.items()}
