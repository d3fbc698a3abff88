"""The designs of a study cleared one after the other, settled and checked."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from market.carriers.interruption import heed
from market.carriers.workers import Workers
from market.designs import Design
from market.operators.operators import Operators
from scenarios.clearing import Clearing
from scenarios.findings import Finding, InvalidInput
from scenarios.quantity import to_table
from scenarios.scenario import Scenario
from settlement import Settlement, settle
from settlement.redispatched import redispatched
from solvers.errors import SolveFailed
from studies.runs.ac_check import AcCheck, ac_summary
from studies.runs.conflicts import conflicts, forced_exports
from studies.runs.finished import DesignNote
from studies.runs.helpers import begin
from studies.runs.progress import Watcher
from studies.runs.run_folder import write_tables
from studies.runs.run_records import DesignSummary, Failure, Verdict
from studies.runs.summary import summarise
from studies.runs.verdicts import verdicts
from studies.runs.without_offers import incentive_tables, of_day, without_offers
from studies.study.design_tables import kind_of, method_of
from studies.study.operators import operators_of
from studies.study.study import Study

RELAXATION = "relaxation"


@dataclass(frozen=True)
class Cleared:
    """A design, cleared, settled and checked; once its tables are written few of them are kept."""

    note: DesignNote
    summary: DesignSummary
    checks: Sequence[Verdict]
    tables: Mapping[str, pa.Table]


@dataclass(frozen=True)
class ClearedStudy:
    """The designs that could be cleared, and why the others could not, by name."""

    cleared: tuple[Cleared, ...]
    failed: Mapping[str, Failure]


def clear_designs(
    study: Study, scenario: Scenario, folder: Path, watcher: Watcher, helpers: Workers | None = None
) -> ClearedStudy:
    """Every design of the study; its tables are in a folder of its name in `folder`.

    A design that fails leaves the others as they are. Raises `InvalidInput` or `SolveFailed`
    where none could be cleared.
    """
    market = study.market(scenario)
    operators = operators_of(study, market, workers=helpers)
    cleared: list[Cleared] = []
    failed: dict[str, InvalidInput | SolveFailed] = {}
    for name, design in study.designs.items():
        heed()
        watcher.begin(name)
        try:
            clearing = design.clear(operators, name, watcher.round)
            without = without_offers(design, operators)
            found = _clear(study, scenario, market, design, clearing, without, helpers)
        except (InvalidInput, SolveFailed) as error:
            failed[name] = error
        else:
            write_tables(folder / name, found.tables)
            cleared.append(dataclasses.replace(found, tables=_for_headline(found.tables)))
            del clearing, without, found  # a large study has room for one design
        watcher.end(name)
    heed()
    if failed and not cleared:
        raise _explained(next(iter(failed.values())), operators, scenario)
    return ClearedStudy(tuple(cleared), {n: _failure(e, operators) for n, e in failed.items()})


def _for_headline(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    return {name: table for name, table in tables.items() if name == RELAXATION}


def _explained(
    error: InvalidInput | SolveFailed, operators: Operators, scenario: Scenario
) -> InvalidInput | SolveFailed:
    """The limits that contradict each other, where that is why no design can clear."""
    if isinstance(error, InvalidInput) or not _is_infeasible(error):
        return error
    found = conflicts(operators) or forced_exports(operators)
    return InvalidInput(f"scenario {scenario.name!r}", found) if found else error


def _is_infeasible(error: SolveFailed) -> bool:
    return "infeasible" in error.status.casefold()


def _failure(error: InvalidInput | SolveFailed, operators: Operators) -> Failure:
    """Why one design alone could not be cleared."""
    if isinstance(error, InvalidInput):
        return Failure(tuple(error.findings), by_input=True)
    if _is_infeasible(error) and (found := forced_exports(operators)):
        return Failure(tuple(found), by_input=True)
    return Failure((Finding(error.problem, error.status, error.cure),), by_input=False)


def _clear(
    study: Study,
    scenario: Scenario,
    market: Scenario,
    design: Design,
    clearing: Clearing,
    without: Clearing | None,
    helpers: Workers | None,
) -> Cleared:
    """`market` is what was cleared; load flows keep the limits of the scenario itself."""
    rule = study.settlement.rule_of(design)
    load_flows = begin(AcCheck.of(clearing.tables), study, scenario, helpers)
    settled = settle(market, clearing.tables, rule)
    checks = verdicts(market, clearing, settled)
    gains = incentive_tables(market, clearing, settled, without, rule)
    physics, why_no_ac = load_flows()
    ac = ac_summary(scenario, physics)
    summary = summarise(market, clearing, settled, checks, ac, why_no_ac)
    return Cleared(
        DesignNote(clearing.design, kind_of(design), method_of(design) or "", clearing.outcome),
        dataclasses.replace(summary, incentives_usd=of_day(gains)),
        checks,
        {
            **clearing.tables,
            **settlement_tables(settled),
            **gains,
            **physics,
            "redispatch": redispatched(market, clearing.tables),
            "checks": to_table(checks, Verdict),
        },
    )


def settlement_tables(settled: Settlement) -> dict[str, pa.Table]:
    """The tables of a settled day that a run keeps, by name."""
    names = ("ledger", "surplus", "rents", "area_surplus", "money", "welfare_split", "statement",
             "grid_account")  # fmt: skip
    return {name: getattr(settled, name) for name in names}
