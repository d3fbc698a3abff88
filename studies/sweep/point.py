"""One point of a sweep: every design of its case cleared, settled and checked, in figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from market.designs import Design
from market.operators.operators import Operators
from scenarios.clearing import Clearing
from scenarios.findings import InvalidInput
from scenarios.quantity import label, quantity
from settlement import Settlement, settle
from solvers.errors import SolveFailed
from studies.runs.run_records import DesignSummary
from studies.runs.summary import summarise
from studies.runs.verdicts import verdicts
from studies.sweep.knob import Case

FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DesignFigures:
    """One design at one point; all figures are null where its clearing failed."""

    design: str = label("name of the design", key=True)
    status: str = label("ok, scarcity, not agreed, invalid or failed")
    welfare_usd: float | None = quantity("$", "utility less cost of the day", default=None)
    net_surplus_usd: float | None = quantity("$", "sum of all parties' surplus", default=None)
    gap_relative: float | None = quantity("1", "certified gap; null without one", default=None)
    rounds: int | None = label("rounds of the coordination; null without one", default=None)
    unserved_mwh: float | None = quantity("MWh", "energy that was not served", default=None)
    spilled_mwh: float | None = quantity("MWh", "energy that was spilled", default=None)
    boundary_mwh: float | None = quantity("MWh", "energy into distribution", default=None)
    boundary_lmp_usd_per_mwh: float | None = quantity(
        "$/MWh", "price at the boundary buses, mean over boundaries and hours", default=None
    )
    area_surplus_usd: float | None = quantity(
        "$", "surplus of all distribution areas, their operators included", default=None
    )
    dso_account_usd: float | None = quantity(
        "$", "what all distribution operators keep", default=None
    )
    consumer_bill_usd: float | None = quantity(
        "$", "what all consumers pay, tariffs and grid fees included", default=None
    )
    der_income_usd: float | None = quantity(
        "$", "paid to generators and stores of distribution after grid fees", default=None
    )
    grid_fees_usd: float | None = quantity("$", "what grid fees bring all operators", default=None)
    settlement_imbalance_usd: float | None = quantity("$", "ledger's imbalance", default=None)
    checks_failed: str = label("names of failed checks, separated by semicolons", default="")
    error: str = label("why the clearing failed", default="")


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """One distribution area under one design at one point."""

    design: str = label("name of the design", key=True)
    area: str = label("distribution area", key=True)
    area_surplus_usd: float = quantity("$", "value less cost less what it pays at the boundary")
    dso_account_usd: float = quantity("$", "part of it that its operator keeps")
    boundary_mwh: float = quantity("MWh", "energy into the area")
    boundary_lmp_usd_per_mwh: float = quantity("$/MWh", "price in transmission, mean over hours")
    boundary_dlmp_usd_per_mwh: float = quantity("$/MWh", "price at its root bus, mean over hours")


@dataclass(frozen=True)
class PointFigures:
    """What one point gives; seconds (by design) are wall time and no part of the result."""

    designs: tuple[DesignFigures, ...]
    areas: tuple[AreaFigures, ...]
    seconds: Mapping[str, float]


Answer = tuple[DesignFigures, list[AreaFigures], float]  # with seconds
Last = dict[str, tuple[tuple[Any, ...], Answer]]  # by design, what was asked and the answer


def clear_case(case: Case, operators: Operators, last: Last) -> PointFigures:
    """Figures of every design; a design that cannot be cleared is recorded as failed.

    `last` is updated: where a design and all that it sees are as they were, so is its answer.
    """
    designs: list[DesignFigures] = []
    areas: list[AreaFigures] = []
    seconds: dict[str, float] = {}
    for name, design in case.study.designs.items():
        try:
            study = case.study
            asked = (design, study.formulation, study.settlement, study.solver, case.market)
            if name not in last or last[name][0] != asked:
                last[name] = (asked, _clear(case, operators, name, design))
            found, of_areas, spent = last[name][1]
        except (SolveFailed, InvalidInput) as failed:
            designs.append(DesignFigures(name, FAILED, error=str(failed)))
            continue
        designs.append(found)
        areas += of_areas
        seconds[name] = spent
    return PointFigures(tuple(designs), tuple(areas), seconds)


def failed_case(case: Case, invalid: InvalidInput) -> PointFigures:
    """Figures of a point whose values do not go together."""
    designs = tuple(DesignFigures(n, FAILED, error=str(invalid)) for n in case.study.designs)
    return PointFigures(designs, (), {})


def _clear(case: Case, operators: Operators, name: str, design: Design) -> Answer:
    clearing = design.clear(operators, name)
    settled = settle(case.market, clearing.tables, case.study.settlement.rule_of(design))
    checks = verdicts(case.market, clearing, settled)
    found = summarise(case.market, clearing, settled, checks)
    areas = _areas(name, clearing, found, case.scenario.hours)
    figures = DesignFigures(
        design=name,
        status=str(found.status),
        welfare_usd=found.welfare_usd,
        net_surplus_usd=found.net_surplus_usd,
        gap_relative=found.gap_relative,
        rounds=found.rounds,
        unserved_mwh=found.unserved_mwh,
        spilled_mwh=found.spilled_mwh,
        boundary_mwh=sum(a.boundary_mwh for a in areas),
        boundary_lmp_usd_per_mwh=_mean_price(clearing, case.scenario.hours),
        area_surplus_usd=sum(found.area_surplus_usd.values()),
        dso_account_usd=sum(found.dso_account_usd.values()),
        **_money(case, settled),
        settlement_imbalance_usd=found.settlement_imbalance_usd,
        checks_failed="; ".join(found.checks_failed),
    )
    return figures, areas, clearing.seconds.total


def _money(case: Case, settled: Settlement) -> dict[str, Any]:
    """Bills of consumers, incomes of local resources and revenue from fees ($)."""
    rows = settled.statement.to_pandas()
    uses, local = rows["group"] == "consumer", rows["area"] != case.market.transmission
    return {
        "consumer_bill_usd": -float(rows.loc[uses, "received_usd"].sum()),
        "der_income_usd": float(rows.loc[~uses & local, "received_usd"].sum()),
        "grid_fees_usd": sum(settled.grid_account["revenue_usd"].to_pylist()),
    }


def _areas(
    name: str, clearing: Clearing, found: DesignSummary, hours: Sequence[float]
) -> list[AreaFigures]:
    boundary = clearing.tables["boundary"].to_pandas()
    return [
        AreaFigures(
            name,
            area,
            found.area_surplus_usd[area],
            found.dso_account_usd[area],
            float(own["p_mw"].to_numpy() @ _lengths(own, hours)),
            _mean(own, "lmp_usd_per_mwh", hours),
            _mean(own, "dlmp_usd_per_mwh", hours),
        )
        for area in found.area_surplus_usd
        for own in [boundary[boundary["area"] == area]]
    ]


def _mean_price(clearing: Clearing, hours: Sequence[float]) -> float | None:
    boundary = clearing.tables["boundary"].to_pandas()
    return _mean(boundary, "lmp_usd_per_mwh", hours) if len(boundary) else None


def _mean(boundary: pd.DataFrame, price: str, hours: Sequence[float]) -> float:
    return float(np.average(boundary[price].to_numpy(), weights=_lengths(boundary, hours)))


def _lengths(boundary: pd.DataFrame, hours: Sequence[float]) -> NDArray[np.float64]:
    """Length of every row's period (h)."""
    lengths: NDArray[np.float64] = np.array(hours)[boundary["period"].to_numpy() - 1]
    return lengths
