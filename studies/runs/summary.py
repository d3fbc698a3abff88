"""A run in a few figures, as records and as JSON."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from scenarios.clearing import Clearing, Status
from scenarios.findings import Finding
from scenarios.local_market import LocalMarket
from scenarios.results import SPILLED, UNSERVED
from scenarios.scenario import Scenario
from settlement import Settlement
from studies.runs.run_records import (
    AcSummary,
    DesignSummary,
    Exceeded,
    Failure,
    RunStatus,
    SolverSeconds,
    Summary,
    Verdict,
)

SCARCITY_MWH = 1e-6  # below this, unserved or spilled energy is arithmetic
SCARCITY_MW = 1e-3  # of one operating point under AC physics; less is what an interior point leaves
AGREED = (Status.OPTIMAL, Status.AGREED)


def summarise(
    scenario: Scenario,
    clearing: Clearing,
    settled: Settlement,
    checks: Sequence[Verdict],
    ac: AcSummary | None = None,
    why_no_ac: str = "",
) -> DesignSummary:
    """The figures of one design; without load flows (`ac`) it is not said to be insecure."""
    unserved, spilled = scarcity_mwh(clearing.tables["dispatch"], scenario.hours)
    failed = tuple(check.name for check in checks if not check.passed)
    found = clearing.certificate
    seconds, widths = clearing.seconds, _tie_widths(clearing.tables["lmp"])
    return DesignSummary(
        status=design_status(
            clearing.status, unserved + spilled, failed, secure=ac is None or is_secure(ac)
        ),
        welfare_usd=clearing.welfare_usd,
        net_surplus_usd=settled.net_surplus_usd,
        gap_relative=found.gap_relative if found else None,
        rounds=clearing.rounds or None,
        quantity_residual_mw=found.quantity_residual_mw if found else None,
        price_residual_usd_per_mwh=found.price_residual_usd_per_mwh if found else None,
        unserved_mwh=unserved,
        spilled_mwh=spilled,
        settlement_imbalance_usd=settled.settlement_imbalance_usd,
        area_surplus_usd=settled.area_surplus_of_day(),
        dso_account_usd=settled.dso_account_of_day(),
        checks_failed=failed,
        seconds=SolverSeconds(seconds.build, seconds.solve, seconds.total),
        ac=ac,
        why_no_ac=why_no_ac,
        lower_usd=found.lower_usd if found else None,
        upper_usd=found.upper_usd if found else None,
        local=clearing.local,
        prices=clearing.tables["lmp"].num_rows,
        tied_prices=widths.size,
        tie_width_usd_per_mwh=float(widths.max(initial=0.0)),
        notes=clearing.notes,
    )


def _tie_widths(lmp: pa.Table) -> NDArray[np.float64]:
    """How far ($/MWh) the prices span that are not unique."""
    low, high = (
        lmp[name].to_numpy().astype(float) for name in ("lowest_usd_per_mwh", "highest_usd_per_mwh")
    )
    widths: NDArray[np.float64] = high - low
    return widths[np.isfinite(widths)]


def scarcity_mwh(dispatch: pa.Table, hours: Sequence[float]) -> tuple[float, float]:
    """Energy of the day (MWh) that was not served, and that was spilled."""
    lengths = np.array(hours)[dispatch["period"].to_numpy() - 1]
    kind = np.array(dispatch["kind"].to_pylist())
    power, shed = dispatch["p_mw"].to_numpy(), dispatch["unserved_mw"].to_numpy()
    unserved = (shed + np.where(kind == UNSERVED, power, 0.0)) @ lengths
    return float(unserved), float(np.where(kind == SPILLED, power, 0.0) @ lengths)


def is_secure(ac: AcSummary) -> bool:
    """Whether every hour has a load flow that keeps all limits."""
    return ac.hours_violated == ac.hours_unsolved == 0


def design_status(
    status: Status, scarcity: float, failed: Sequence[str], *, secure: bool = True
) -> RunStatus:
    """The worst thing that can be said of a design; `scarcity` in MWh."""
    if failed:
        return RunStatus.INVALID
    if status not in AGREED:
        return RunStatus.NOT_AGREED
    if scarcity > SCARCITY_MWH:
        return RunStatus.SCARCITY
    return RunStatus.OK if secure else RunStatus.NOT_SECURE


def run_status(designs: Sequence[DesignSummary], failed: Sequence[Failure] = ()) -> RunStatus:
    """The worst status of any design."""
    if failed:
        return RunStatus.FAILED
    order = list(RunStatus)
    return max((d.status for d in designs), key=order.index, default=RunStatus.OK)


def as_json(summary: Summary) -> str:
    """The summary as one JSON object; a number without a finite value is null."""
    return json.dumps(finite(asdict(summary)), indent=2, allow_nan=False)


def from_json(text: str) -> Summary:
    """The summary that `as_json` wrote."""
    read = json.loads(text)
    designs = {name: _design(held) for name, held in read["designs"].items()}
    headline = tuple(Finding(**one) for one in read.get("headline", ()))
    failed = {name: _failure(held) for name, held in read.get("failed", {}).items()}
    return Summary(RunStatus(read["status"]), read["run"], designs, headline, failed)


def _design(held: Mapping[str, Any]) -> DesignSummary:
    typed = {
        "status": RunStatus(held["status"]),
        "checks_failed": tuple(held["checks_failed"]),
        "notes": tuple(held.get("notes", ())),
        "seconds": SolverSeconds(**held["seconds"]),
        "ac": _ac(held["ac"]) if held.get("ac") else None,
        "local": LocalMarket(**held["local"]) if held.get("local") else None,
    }
    return DesignSummary(**{**held, **typed})


def _ac(held: Mapping[str, Any]) -> AcSummary:
    worst = tuple(Exceeded(**one) for one in held.get("worst", ()))
    return AcSummary(**{**held, "worst": worst})


def _failure(held: Mapping[str, Any]) -> Failure:
    return Failure(tuple(Finding(**one) for one in held["findings"]), held["by_input"])


def finite(value: Any) -> Any:
    """The same, with None for every number that is not finite."""
    if isinstance(value, Mapping):
        return {key: finite(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [finite(held) for held in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
