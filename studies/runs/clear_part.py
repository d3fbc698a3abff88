"""One operator's part of a clearing, settled, checked and summed up by what it knows itself."""

from collections.abc import Iterator

import numpy as np

from market.designs import Design
from scenarios.clearing import Clearing, Status
from scenarios.quantity import to_table
from scenarios.scenario import Scenario
from settlement import Settlement, settle
from studies.runs.ac_check import ac_summary, ac_tables
from studies.runs.clear_designs import Cleared, settlement_tables
from studies.runs.finished import DesignNote
from studies.runs.own_tables import own_settlement, without_stand_ins
from studies.runs.run_records import Verdict
from studies.runs.stand_in import with_stand_ins
from studies.runs.summary import summarise
from studies.runs.verdicts import verdicts
from studies.runs.without_offers import incentive_tables
from studies.study.design_tables import kind_of, method_of
from studies.study.study import Study
from validation import validate_log


def clear_part(
    study: Study, part: Scenario, own: str, design: Design | None, clearing: Clearing
) -> Cleared:
    """The part of the area `own`; `part` is what its operator holds, limits without margins.

    `design` is None where the operator does not know by which the market was cleared.
    """
    kept, checks = judge_part(study, part, own, clearing)
    physical = with_stand_ins(part, own, clearing)
    physics, why_no_ac = ac_tables(
        physical.scenario, physical.clearing.tables, study.load_flow.losses
    )
    summary = summarise(
        part, clearing, kept, checks, ac_summary(physical.scenario, physics), why_no_ac
    )
    return Cleared(
        _note(design, clearing),
        summary,
        checks,
        {
            **clearing.tables,
            **settlement_tables(kept),
            **incentive_tables(part, clearing, kept, None, study.settlement.pricing),
            **without_stand_ins(physics, physical),
            "checks": to_table(checks, Verdict),
        },
    )


def judge_part(
    study: Study, part: Scenario, own: str, clearing: Clearing
) -> tuple[Settlement, tuple[Verdict, ...]]:
    """The settlement of the area `own`, and the verdicts on its part of a clearing."""
    stood = with_stand_ins(study.market(part), own, clearing)
    settled = settle(stood.scenario, stood.clearing.tables, study.settlement.pricing)
    judged = verdicts(stood.scenario, stood.clearing, settled, _paid(part, clearing))
    checks = (*judged, *_log(part, own, clearing))
    return own_settlement(settled, stood, own), checks


def _paid(part: Scenario, clearing: Clearing) -> float:
    """What is paid for power at boundaries in the day ($), whoever pays."""
    rows = clearing.frame("boundary")
    hours = np.array(part.hours)[rows["period"] - 1]
    return float((rows["p_mw"] * rows["lmp_usd_per_mwh"] * hours).abs().sum())


def _note(design: Design | None, clearing: Clearing) -> DesignNote:
    kind = clearing.design if design is None else kind_of(design)
    method = "" if design is None else method_of(design) or ""
    return DesignNote(clearing.design, kind, method, clearing.outcome)


def _log(part: Scenario, own: str, clearing: Clearing) -> Iterator[Verdict]:
    """What the market operator can tell from what was said: bounds and replies must agree.

    The log of a clearing in which an operator was lost is not whole.
    """
    if own == part.transmission and clearing.status is not Status.LOST:
        for c in validate_log(part, clearing):
            yield Verdict(c.name, c.worst, c.tolerance, c.unit, c.where, c.passed)
