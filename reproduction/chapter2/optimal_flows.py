"""Optimal power flow: merged, coordinated with more or fewer messages, and alone."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd

from formulations.networks.ac import Ac
from market.opf.alone import solve_alone
from market.opf.coordinated import Heterogeneous, OpfOperators
from market.opf.merged import MergedOpf
from reproduction.chapter2.assumed import ASSUMED
from reproduction.chapter2.reference import COSTS, IEEE14
from reproduction.findings import span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from scenarios.one_period import one_period
from scenarios.scenario import Scenario
from scenarios.systems.load_flow import SYSTEM_14A, SYSTEM_30A, SYSTEM_30B, System, optimised
from studies.analyses.realised import realise

REFERENCE = System("T14D2", *IEEE14)
COMPARED = (SYSTEM_14A, SYSTEM_30A, SYSTEM_30B, REFERENCE)
COORDINATED = {
    "M-COPF": Heterogeneous(),
    "without voltage multiplier": Heterogeneous(voltage_multiplier=False),
    "without prices": Heterogeneous(price_exchange=False, voltage_multiplier=False),
}
ALONE = {"T-OPF, D-OPF at its prices": True, "T-OPF, D-OPF at own cost": False}


@dataclass(frozen=True)
class Compared:
    """One method: what operators expect to pay ($/h), and what the whole grid then costs."""

    system: str
    method: str
    rounds: int
    settled: bool
    tso_usd_per_h: float
    all_usd_per_h: float
    realised_tso_usd_per_h: float = np.nan
    realised_all_usd_per_h: float = np.nan
    realised_violations: int | None = None


@item(
    "table-2.7",
    "Objective of the TSO by method",
    "M-COPF: voltages and prices down, powers and the multiplier of voltage up; alone: T-OPF with "
    "feeders as loads without losses or generators, D-OPF at 1 p.u.; realised: coordinated load "
    "flow at the set-points, the slack bus meets the rest; constant power loads; costs of "
    f"transmission as published; {ASSUMED}; for T14D2 values of another program beside, of which "
    "that without prices is one of many, as reactive power of DSOs then costs nobody anything.",
)
def objectives(solved: Solved) -> Reproduced:
    """Costs ($/h) as expected and as realised, by system and method."""
    rows = [asdict(row) for system in COMPARED for row in _rows(solved, optimised(system))]
    table = pd.DataFrame(rows).astype({"realised_violations": "Int64"})
    own = table["system"] == REFERENCE.name
    table["other_all_usd_per_h"] = table["method"].map(COSTS).where(own)
    table["difference_usd_per_h"] = table["all_usd_per_h"] - table["other_all_usd_per_h"]
    return Reproduced(table, finding=_finding(table))


def _finding(table: pd.DataFrame) -> str:
    cost = {name: own["all_usd_per_h"].to_numpy() for name, own in table.groupby("method")}
    blind = table[table["method"] == "without prices"]
    alone = table[table["method"] == "T-OPF, D-OPF at its prices"]
    apart = np.abs(cost["M-COPF"] / cost["merged"] - 1).max()
    dearer = cost["without prices"] / cost["merged"] - 1
    hidden = alone["realised_all_usd_per_h"].to_numpy() / cost["merged"] - 1
    return (
        f"M-COPF costs what the merged network does, to {apart:.0e}, and without prices, where "
        f"DSOs use no unit that costs anything, {span(dearer * 100, '.1f')} % more, settled in "
        f"{span(blind['rounds'], 'd')} rounds. Operators alone at the TSO's prices come within "
        f"{span(hidden * 100, '.2f')} % when their set-points are realised, but exceed "
        f"{span(alone['realised_violations'], 'd')} limits."
    )


def operators_of(solved: Solved, system: System) -> OpfOperators:
    """All operators of a system, compiled once."""
    return solved.once(("opf", system), lambda: OpfOperators.of(solved.scenario(system)))


def _rows(solved: Solved, system: System) -> Iterator[Compared]:
    scenario, operators = one_period(solved.scenario(system)), operators_of(solved, system)
    cost = MergedOpf.of(scenario, Ac()).solve().cost_usd_per_h
    yield Compared(system.name, "merged", 1, settled=True, tso_usd_per_h=np.nan, all_usd_per_h=cost)
    for name, exchange in COORDINATED.items():
        found = exchange.solve(operators)
        costs = (found.served.cost_usd_per_h, found.cost_usd_per_h)
        row = Compared(system.name, name, len(found.rounds), found.agreed, *costs)
        yield _realised(row, scenario, operators)
    for name, priced in ALONE.items():
        alone = solve_alone(operators, priced=priced)
        tso = alone.served.cost_usd_per_h
        both = tso + alone.dso_cost_usd_per_h
        row = Compared(system.name, name, 1, settled=True, tso_usd_per_h=tso, all_usd_per_h=both)
        yield _realised(row, scenario, operators)


def _realised(row: Compared, scenario: Scenario, operators: OpfOperators) -> Compared:
    """With what the operators' last set-points lead to."""
    found = realise(scenario, operators.set_points)
    return replace(
        row,
        realised_tso_usd_per_h=found.cost_by_area[scenario.transmission],
        realised_all_usd_per_h=found.cost_usd_per_h,
        realised_violations=len(found.flow.violations),
    )


ITEMS = (objectives,)
