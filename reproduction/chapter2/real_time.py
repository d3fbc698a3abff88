"""30B in real time: operators that measure with errors and hear each other late or not at all."""

from dataclasses import dataclass

import pandas as pd

from market.opf.coordinated import CoordinatedFlow, Heterogeneous, OpfOperators
from reproduction.chapter2.assumed import ASSUMED
from reproduction.chart import Chart, Panel, Series
from reproduction.findings import span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.scenario import Scenario
from scenarios.systems.load_flow import SYSTEM_30B, WIDE_BAND, System, optimised
from studies.analyses.real_time import Conditions, Trace, run
from studies.analyses.real_time.levels import at_level

LEVELS = (0.6, 0.75, 0.9, 1.0, 0.85, 0.7)  # of all loads
CYCLES = 12  # at each level
CONDITIONS = Conditions(noise=0.005, delay=1, loss=0.2, seed=1)
READING = (
    "Both simulators are load flows in software; every cycle the operators dispatch once and tell "
    f"once; measurements err by up to {CONDITIONS.noise:.1%}, messages take {CONDITIONS.delay} "
    f"cycle, {CONDITIONS.loss:.0%} are lost; voltages of feeders within 0.9 and "
    f"1.1 p.u.; the load profile is assumed; {ASSUMED}"
)


@dataclass(frozen=True)
class AtLevel:
    """A system with all loads times a factor."""

    system: System
    factor: float

    def build(self) -> Scenario:
        """The scenario."""
        return at_level(self.system.build(), self.factor)


@item(
    "fig-2.10",
    "P and Q into the feeders of 30B in real time",
    f"{READING}; dashed is M-COPF with all loads at their level.",
)
def boundary_power(solved: Solved) -> Reproduced:
    """P_BD and Q_BD by cycle and boundary, beside the coordinated optimum of the level."""
    table = _traced(solved).boundary.merge(_optima(solved))
    panels = (
        _by_boundary(table, "p_mw", "power into the feeder, MW"),
        _by_boundary(table, "q_mvar", "reactive power into the feeder, Mvar"),
    )
    last = table[table["cycle"] % CYCLES == 0]
    error = (last["p_mw"] / last["optimal_p_mw"] - 1).abs().max()
    jumped = table[table["cycle"] % CYCLES == 1]
    first = (jumped["p_mw"] / jumped["optimal_p_mw"] - 1).abs().max()
    finding = (
        "In the first cycle of a level power into a feeder is off the coordinated optimum by up "
        f"to {first:.0%}, and in its last by {error:.1%} at most. Meters err by "
        f"{CONDITIONS.noise:.1%}, and {CONDITIONS.loss:.0%} of all messages were lost."
    )
    return Reproduced(table, Chart(panels), finding)


@item("fig-2.11", "Load profile of 30B, case 1: real and reactive, of TS and DS", f"{READING}.")
def loads(solved: Solved) -> Reproduced:
    """Load of every area by cycle."""
    table = _traced(solved).area[["cycle", "level", "area", "load_mw", "load_mvar"]]
    upper, lower = table[table["area"] == "T"], table[table["area"] != "T"]
    panels = tuple(
        Panel(f"{title}, {kind}", "cycle", words, _load_of(own, column, first))
        for title, own, first in (("TS", upper, 3), ("DS", lower, 0))
        for kind, column, words in (
            ("real", "load_mw", "load, MW"),
            ("reactive", "load_mvar", "load, Mvar"),
        )
    )
    total = table.groupby("level")[["load_mw", "load_mvar"]].sum() / CYCLES
    finding = (
        f"All loads follow {len(LEVELS)} levels from {min(LEVELS):.0%} to {max(LEVELS):.0%}: "
        f"{span(total['load_mw'], '.1f')} MW and {span(total['load_mvar'], '.1f')} Mvar. "
        f"Feeders hold {lower['load_mw'].sum() / table['load_mw'].sum():.0%} of the real and "
        f"{lower['load_mvar'].sum() / table['load_mvar'].sum():.0%} of the reactive load."
    )
    return Reproduced(table, Chart(panels), finding)


@item(
    "fig-2.12",
    "Generation and load of TS of 30B, case 1, in real time: real and reactive",
    f"{READING}.",
)
def transmission(solved: Solved) -> Reproduced:
    """Generation, load, losses of transmission, and the cost of all areas by cycle."""
    trace = _traced(solved)
    own = trace.area[trace.area["area"] == "T"].drop(columns="area")
    cost = trace.grid[["cycle", "cost_usd_per_h", "violations"]]
    table = own.merge(cost).merge(_optimal_costs(solved))
    cycle = list(table["cycle"])
    panels = tuple(
        Panel(
            kind,
            "cycle",
            unit,
            tuple(
                Series(name, cycle, list(table[f"{name}_{unit.lower()}"]), "step")
                for name in ("generation", "load")
            ),
        )
        for kind, unit in (("real", "MW"), ("reactive", "Mvar"))
    )
    beyond = table["generation_mw"] - table["load_mw"]
    last = table[table["cycle"] % CYCLES == 0]
    more = (last["cost_usd_per_h"] / last["optimal_usd_per_h"] - 1).abs().max()
    finding = (
        f"Transmission generates {span(beyond, '.1f')} MW more than its own load: its losses and "
        f"what feeders draw. At the end of every level all areas cost within {more:.3%} of M-COPF, "
        f"and limits are exceeded in {int((table['violations'] > 0).sum())} of {len(table)} cycles."
    )
    return Reproduced(table, Chart(panels), finding)


def _traced(solved: Solved) -> Trace:
    levels = [solved.scenario(_at(factor)) for factor in LEVELS]
    return solved.once("real time", lambda: run(levels, CYCLES, CONDITIONS))


def _at(factor: float) -> AtLevel:
    return AtLevel(optimised(SYSTEM_30B, WIDE_BAND), factor)


def _found(solved: Solved, factor: float) -> CoordinatedFlow:
    """M-COPF of a level, told nothing wrong and at once."""
    return solved.once(
        ("M-COPF at", factor),
        lambda: Heterogeneous().solve(OpfOperators.of(solved.scenario(_at(factor)))),
    )


def _optima(solved: Solved) -> pd.DataFrame:
    rows = [
        (level, boundary, offered.p_mw, offered.q_mvar)
        for level, factor in enumerate(LEVELS, start=1)
        for found in [_found(solved, factor)]
        for boundary, offered in zip(found.boundaries, found.offered, strict=True)
    ]
    return pd.DataFrame(rows, columns=["level", "boundary", "optimal_p_mw", "optimal_q_mvar"])


def _optimal_costs(solved: Solved) -> pd.DataFrame:
    rows = [(n, _found(solved, f).cost_usd_per_h) for n, f in enumerate(LEVELS, start=1)]
    return pd.DataFrame(rows, columns=["level", "optimal_usd_per_h"])


def _by_boundary(table: pd.DataFrame, column: str, words: str) -> Panel:
    series = []
    for n, (boundary, own) in enumerate(table.groupby("boundary", sort=False)):
        cycle = list(own["cycle"])
        series.append(Series(f"boundary {boundary}", cycle, list(own[column]), "step", colour=n))
        optimal = own[f"optimal_{column}"].where(own["level"] == own["level"].shift(-1))
        series.append(Series("M-COPF", cycle, list(optimal), "dashed", colour=7))
    title = "P" if column == "p_mw" else "Q"
    return Panel(title, "cycle", words, tuple(series))


def _load_of(table: pd.DataFrame, column: str, first_colour: int) -> tuple[Series, ...]:
    return tuple(
        Series(str(area), list(own["cycle"]), list(own[column]), "step", colour=n)
        for n, (area, own) in enumerate(table.groupby("area", sort=False), start=first_colour)
    )


ITEMS = (boundary_power, loads, transmission)
