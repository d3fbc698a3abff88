"""A study run from its file to a folder of tables, figures and a report."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from market.designs import Design
from market.operators.operators import Market
from scenarios.clearing import Clearing
from scenarios.files import read_scenario, write_scenario
from scenarios.quantity import to_table
from scenarios.scenario import Scenario
from settlement import Settlement, settle
from studies.report.page import render_report
from studies.runs.finished import (
    HEADER,
    REPORT,
    SCENARIO,
    SUMMARY,
    DesignNote,
    Header,
    Run,
    header_text,
    read_run,
)
from studies.runs.incentives import incentive_tables, of_day, without_offers
from studies.runs.physics import ac_summary, physics_of
from studies.runs.progress import Silent, Watcher
from studies.runs.provenance import input_hashes, versions
from studies.runs.run_folder import new_folder, write_tables
from studies.runs.run_records import DesignSummary, Summary, Verdict
from studies.runs.summary import as_json, run_status, summarise
from studies.runs.verdicts import verdicts
from studies.study.design_tables import kind_of, method_of
from studies.study.fitting import refuse_unfit
from studies.study.study import Study, open_study
from studies.study.study_tables import STUDY_FILE
from studies.study.study_text import study_text


@dataclass(frozen=True)
class Cleared:
    """A design, cleared, settled and checked."""

    note: DesignNote
    summary: DesignSummary
    tables: Mapping[str, pa.Table]


def run_study(
    study: Study | Path | str, out: Path | str | None = None, progress: Watcher | None = None
) -> Run:
    """Clear, settle and check each design, and leave a run folder with a report.

    The folder is `out`, which must be new, or else the next free one of `runs/NAME`,
    `runs/NAME-2`, ... It holds the scenario and the study too, so it can be run again. Raises
    `InvalidInput` and `SolveFailed`; then no folder is left.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds")
    if isinstance(study, Study):
        chosen, scenario, file = study, read_scenario(study.scenario), None
        refuse_unfit(f"study {study.name!r}", study.designs, scenario)
    else:
        (chosen, scenario), file = open_study(study), study
    hashes = input_hashes(chosen, file)
    with new_folder(Path(out) if out else None, chosen.name) as (part, target):
        write_scenario(scenario, part / SCENARIO)
        (part / STUDY_FILE).write_text(study_text(chosen, SCENARIO), encoding="utf-8")
        cleared = _clear_all(chosen, scenario, part, progress or Silent())
        summaries = {c.note.name: c.summary for c in cleared}
        summary = Summary(run_status(list(summaries.values())), str(target), summaries)
        header = _header(chosen, summary, started, hashes, cleared)
        (part / HEADER).write_text(header_text(header, summaries), encoding="utf-8")
        (part / SUMMARY).write_text(as_json(summary) + "\n", encoding="utf-8")
        (part / REPORT).write_text(render_report(read_run(part)), encoding="utf-8")
    return read_run(target)


def _header(
    study: Study,
    summary: Summary,
    started: str,
    hashes: Mapping[str, str],
    cleared: Sequence[Cleared],
) -> Header:
    return Header(
        name=study.name,
        status=str(summary.status),
        started=started,
        transmission=study.formulation.transmission,
        distribution=study.formulation.distribution,
        versions=versions(),
        inputs=hashes,
        designs=tuple(c.note for c in cleared),
    )


def _clear_all(study: Study, scenario: Scenario, folder: Path, watcher: Watcher) -> list[Cleared]:
    physics = study.formulation
    market = Market(scenario, physics.transmission, physics.distribution, study.solver.time_limit_s)
    cleared = []
    for name, design in study.designs.items():
        watcher.begin(name)
        clearing = design.clear(market, name, watcher.round)
        found = _clear(study, scenario, design, clearing, without_offers(design, market))
        write_tables(folder / name, found.tables)
        cleared.append(found)
        watcher.end(name)
    return cleared


def _clear(
    study: Study,
    scenario: Scenario,
    design: Design,
    clearing: Clearing,
    without: Clearing | None,
) -> Cleared:
    rule = study.settlement.rule
    settled = settle(scenario, clearing.tables, rule)
    checks = verdicts(study, scenario, clearing, settled)
    physics = physics_of(scenario, clearing.tables, study.load_flow.losses)
    gains = incentive_tables(scenario, clearing, settled, without, rule)
    summary = summarise(scenario, clearing, settled, checks, ac_summary(scenario, physics))
    return Cleared(
        DesignNote(
            clearing.design, kind_of(design), method_of(design) or "", clearing.status.value
        ),
        dataclasses.replace(summary, incentives_usd=of_day(gains)),
        {
            **clearing.tables,
            **_settlement_tables(settled),
            **gains,
            **physics,
            "checks": to_table(checks, Verdict),
        },
    )


def _settlement_tables(settled: Settlement) -> dict[str, pa.Table]:
    names = ("ledger", "surplus", "rents", "dso_payoff", "money", "welfare_split")
    return {name: getattr(settled, name) for name in names}
