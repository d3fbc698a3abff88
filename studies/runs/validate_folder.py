"""A run judged again from its folder alone: every law, and every sum of its settlement."""

import math
from collections.abc import Iterator, Mapping

import pyarrow as pa

from formulations.networks import formulation
from scenarios.clearing import Certificate, Clearing, Seconds, Status
from scenarios.findings import Finding, InvalidInput
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.results import RESULTS
from scenarios.traits import Physics
from settlement import settle
from studies.runs.clear_designs import settlement_tables
from studies.runs.clear_part import judge_part
from studies.runs.finished import HEADER, SUMMARY, DesignNote, Run
from studies.runs.run_records import Verdict
from studies.runs.run_tables import result_table, run_table
from studies.runs.verdicts import verdicts
from studies.study.study import Study, read_study
from studies.study.study_tables import STUDY_FILE

CENT = 0.005  # $; sums of other orders differ by less


def recheck(run: Run) -> dict[str, tuple[Verdict, ...]]:
    """Verdicts on every design of a run; raises InvalidInput where tables cannot be read."""
    study = read_study(run.folder)
    _refuse_strangers(run, study)
    market = study.market(run.scenario)
    found = {}
    for note in run.header.designs:
        clearing = clearing_of_run(run, note)
        if part := run.header.part:
            settled, checks = judge_part(study, run.scenario, part, clearing)
        else:
            rule = study.settlement.rule_of(study.designs[note.name])
            settled = settle(market, clearing.tables, rule)
            checks = verdicts(market, clearing, settled)
        again = settlement_tables(settled)
        folder = run.folder / note.name
        kept = {name: run_table(folder / f"{name}.parquet") for name in again}
        same = [_same(name, kept[name], table) for name, table in again.items()]
        found[note.name] = (*checks, *same)
    return found


def _refuse_strangers(run: Run, study: Study) -> None:
    """Raise InvalidInput with designs that the study or the summary of the run does not know."""
    findings = [
        Finding(f"{HEADER}, design {note.name!r}", f"it is not in {file}", "run the study again")
        for note in run.header.designs
        for file, known in ((STUDY_FILE, study.designs), (SUMMARY, run.designs))
        if note.name not in known
    ]
    if findings:
        raise InvalidInput("run folder", findings)


def clearing_of_run(run: Run, note: DesignNote) -> Clearing:
    """A design's clearing as its tables and the run's summary tell it."""
    summary, physics = run.designs[note.name], run.header
    return Clearing(
        design=note.name,
        status=_status(note.outcome),
        welfare_usd=summary.welfare_usd,
        certificate=_certificate(run, note.name),
        rounds=summary.rounds or 0,
        seconds=Seconds(summary.seconds.build, summary.seconds.solve, summary.seconds.total),
        tables=dict(_cleared_tables(run, note.name)),
        physics=Physics(
            formulation(physics.transmission, TRANSMISSION).traits,
            formulation(physics.distribution, DISTRIBUTION).traits,
        ),
        local=summary.local,
    )


def _status(outcome: str) -> Status:
    """The status that an outcome begins with; notes may follow."""
    return next(status for status in Status if outcome.startswith(status.value))


def _certificate(run: Run, design: str) -> Certificate | None:
    held = run.designs[design]
    if held.lower_usd is None:
        return None
    rest = (held.upper_usd, held.quantity_residual_mw, held.price_residual_usd_per_mwh)
    return Certificate(held.lower_usd, *(math.inf if one is None else one for one in rest))


def _cleared_tables(run: Run, design: str) -> Iterator[tuple[str, pa.Table]]:
    for name, record in RESULTS.items():
        yield name, result_table(run.folder / design / f"{name}.parquet", record)


def _same(name: str, kept: pa.Table, again: pa.Table) -> Verdict:
    """Whether a table of the settlement is what the tables of the clearing settle to."""
    law = f"table {name} is that of its clearing"
    if kept.num_rows != again.num_rows or kept.column_names != again.column_names:
        rows = abs(kept.num_rows - again.num_rows)
        return Verdict(law, float(max(rows, 1)), 0.0, "rows", name, passed=False)
    worst, where = 0.0, ""
    for column in again.column_names:
        by, row = _apart(kept[column], again[column])
        if by > worst:
            worst, where = by, f"{column}, row {row + 1}"
    return Verdict(law, worst, CENT, "$", where, passed=worst <= CENT)


def _apart(kept: pa.ChunkedArray, again: pa.ChunkedArray) -> tuple[float, int]:
    """Largest difference of two columns and its row; infinite between words that differ."""
    worst, place = 0.0, 0
    for row, (a, b) in enumerate(zip(kept.to_pylist(), again.to_pylist(), strict=True)):
        numbers = isinstance(a, float) and isinstance(b, float)
        by = abs(a - b) if numbers else (0.0 if a == b else math.inf)
        if not by <= worst:
            worst, place = by, row
    return worst, place


def failures(found: Mapping[str, tuple[Verdict, ...]]) -> list[Finding]:
    """What is missed, as findings."""
    return [
        Finding(
            f"design {design!r}, {check.where or 'day'}",
            f"{check.name}: missed by {check.worst:.6g} {check.unit}",
            "the tables were changed, or are wrong; run the study again",
        )
        for design, checks in found.items()
        for check in checks
        if not check.passed
    ]
