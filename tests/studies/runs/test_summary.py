import json
from dataclasses import replace

import pytest

from scenarios.clearing import Status
from scenarios.quantity import to_table
from scenarios.results import LOAD, SPILLED, UNSERVED, Dispatch
from studies.runs.run_records import RunStatus, Summary
from studies.runs.summary import as_json, design_status, from_json, run_status, scarcity_mwh


def row(period, kind, p_mw, unserved_mw=0.0):
    return Dispatch(period, "a", kind, "x", "b", p_mw, None, None, unserved_mw, None, 0.0, 0.0)


def test_unserved_energy_counts_at_buses_and_at_loads():
    """Half an hour with 4 MW at a bus and 2 MW of a load, an hour with 1 MW: 3 + 1 MWh."""
    rows = [row(1, UNSERVED, 4.0), row(1, LOAD, 7.0, 2.0), row(2, LOAD, 7.0, 1.0)]
    assert scarcity_mwh(to_table(rows, Dispatch), (0.5, 1.0)) == pytest.approx((4.0, 0.0))


def test_spilled_energy_is_counted_by_itself():
    rows = [row(1, SPILLED, 3.0)]
    assert scarcity_mwh(to_table(rows, Dispatch), (0.5,)) == pytest.approx((0.0, 1.5))


@pytest.mark.parametrize(
    ("status", "scarcity", "failed", "told"),
    [
        (Status.OPTIMAL, 0.0, (), RunStatus.OK),
        (Status.AGREED, 1e-7, (), RunStatus.OK),
        (Status.AGREED, 1e-5, (), RunStatus.SCARCITY),
        (Status.OUT_OF_ROUNDS, 0.0, (), RunStatus.NOT_AGREED),
        (Status.OUT_OF_TIME, 1.0, (), RunStatus.NOT_AGREED),
        (Status.CYCLING, 0.0, (), RunStatus.NOT_AGREED),
        (Status.CYCLING, 1.0, ("balance",), RunStatus.INVALID),
    ],
)
def test_design_status_is_the_worst_that_can_be_said(status, scarcity, failed, told):
    assert design_status(status, scarcity, failed) is told


def test_run_is_as_bad_as_its_worst_design(finished):
    fine = finished.designs["integrated"]
    bad = replace(fine, status=RunStatus.NOT_AGREED)
    assert run_status([fine, bad, replace(fine, status=RunStatus.SCARCITY)]) is bad.status


def test_json_reads_back_the_same(finished):
    assert from_json(as_json(finished.summary)) == finished.summary


def test_number_without_finite_value_is_null(finished):
    open_ended = replace(finished.designs["cmo"], gap_relative=float("inf"))
    text = as_json(Summary(RunStatus.OK, "run", {"cmo": open_ended}))
    assert json.loads(text)["designs"]["cmo"]["gap_relative"] is None
