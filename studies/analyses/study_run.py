"""A study run from its file to a folder of tables, figures and a report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from threadpoolctl import threadpool_limits

from market.carriers.workers import Workers
from scenarios.files import read_scenario, write_scenario
from scenarios.scenario import Scenario
from solvers.ipopt import ipopt_by
from studies.report.run_page import render_report
from studies.runs.clear_designs import Cleared, ClearedStudy, clear_designs
from studies.runs.finished import (
    HEADER,
    REPORT,
    SCENARIO,
    SUMMARY,
    Header,
    Run,
    header_text,
    read_run,
)
from studies.runs.headline import headline
from studies.runs.helpers import helpers_of
from studies.runs.progress import Silent, Watcher
from studies.runs.provenance import input_hashes, versions
from studies.runs.run_folder import new_folder
from studies.runs.run_records import Summary
from studies.runs.summary import as_json, run_status
from studies.study.fitting import refuse_unfit
from studies.study.horizon_plan import day_of
from studies.study.study import Study, open_study
from studies.study.study_tables import STUDY_FILE
from studies.study.study_text import study_text


def run_study(
    study: Study | Path | str,
    out: Path | str | None = None,
    progress: Watcher | None = None,
    day: str | None = None,
    jobs: int | None = 1,
) -> Run:
    """Clear, settle and check each design, and leave a run folder with a report.

    The folder is `out`, which must be new, or else the next free one of `runs/NAME`,
    `runs/NAME-2`, ... It holds the scenario and the study too, so it can be run again; `day` is a
    day of the study's horizon, which is then the scenario. The summary
    tells designs that could not be cleared. Several `jobs` share the work, without a difference to
    any number; None stands for as many as pay (`jobs_for`). A script must then call this below
    `if __name__ == "__main__"`. Raises `InvalidInput`, and `SolveFailed` where none
    could; then no folder is left.
    """
    if isinstance(study, Study):
        chosen, scenario, file = study, read_scenario(study.scenario), None
        refuse_unfit(
            f"study {study.name!r}",
            study.designs,
            scenario,
            study.margin,
            study.formulation.distribution,
        )
    else:
        (chosen, scenario), file = open_study(study), study
    hashes = input_hashes(chosen, file)
    if day is not None:
        scenario = day_of(chosen, scenario, day)
    with helpers_of(chosen, scenario, jobs) as helpers:
        return leave_run(
            chosen,
            scenario,
            Path(out) if out else None,
            hashes,
            lambda part: clear_designs(chosen, scenario, part, progress or Silent(), helpers),
            helpers=helpers,
        )


def leave_run(
    study: Study,
    scenario: Scenario,
    out: Path | None,
    hashes: Mapping[str, str],
    clear: Callable[[Path], ClearedStudy],
    part_of: str = "",
    helpers: Workers | None = None,
) -> Run:
    """The run folder with what `clear` clears into it, its summary and its report.

    `part_of` is the area whose operator's own run it is, where others hold other data.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds")
    with new_folder(out, study.name) as (part, target):
        write_scenario(scenario, part / SCENARIO)
        (part / STUDY_FILE).write_text(study_text(study, SCENARIO), encoding="utf-8")
        one_order = threadpool_limits(1, "blas")  # of sums, whatever the machine's threads
        with one_order, ipopt_by(study.solver.ipopt):
            found = clear(part)
        summaries = {c.note.name: c.summary for c in found.cleared}
        summary = Summary(
            run_status(list(summaries.values()), list(found.failed.values())),
            str(target),
            summaries,
            tuple(headline(found, scenario, study.margin)),
            found.failed,
        )
        header = _header(study, summary, started, hashes, found.cleared)
        header = replace(header, part=part_of)
        (part / HEADER).write_text(header_text(header, summaries), encoding="utf-8")
        (part / SUMMARY).write_text(as_json(summary) + "\n", encoding="utf-8")
        done = replace(read_run(part), known=scenario)
        (part / REPORT).write_text(render_report(done, helpers), encoding="utf-8")
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
        pricing=study.settlement.words(study.designs),
        margin=study.margin.words,
        clock=study.coordination.gate.words if study.coordination.gate else "",
    )
