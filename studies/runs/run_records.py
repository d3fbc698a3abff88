"""What a run keeps beside the result tables: states, sums of each design, verdicts of checks."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from scenarios.findings import Finding
from scenarios.local_market import LocalMarket
from scenarios.quantity import label, quantity


class RunStatus(enum.StrEnum):
    """Whether a design, or a run, came out as asked; the worst comes last."""

    OK = "ok"
    NOT_SECURE = "ok but not secure"
    SCARCITY = "scarcity"
    NOT_AGREED = "not agreed"
    INVALID = "invalid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check of a cleared day: the largest violation, and what is tolerated."""

    name: str = label("law that the result must obey", key=True)
    worst: float = quantity("", "largest violation, in the check's unit")
    tolerance: float = quantity("", "violation that is put down to arithmetic or the gap")
    unit: str = label("unit of worst and tolerance")
    where: str = label("place of the largest violation")
    passed: bool = label("whether worst is within the tolerance")


@dataclass(frozen=True)
class SolverSeconds:
    """Wall time of one design (s); `build` counts models that designs share in each of them."""

    build: float
    solve: float
    total: float


@dataclass(frozen=True)
class Exceeded:
    """The limit of its kind that the load flows of a day exceed most; p.u., or MVA of a branch."""

    kind: str
    area: str
    element: str
    period: int
    value: float
    limit: float


@dataclass(frozen=True)
class AcSummary:
    """The load flows of a cleared day; `violations` counts limits exceeded in all hours.

    `worst` holds one limit of each kind, `why_unsolved` what is wrong in the first such hour.
    `redispatch_usd` is what the cheapest AC dispatch costs more, over the hours that have one;
    some may shed load at its value (`redispatch_scarce`). None where it was not asked for.
    """

    hours_solved: int
    hours_violated: int
    hours_unsolved: int
    loss_mwh: float
    v_min_pu: float | None
    v_min_bus: str | None
    violations: int
    largest_boundary_difference_mw: float
    worst: tuple[Exceeded, ...] = ()
    why_unsolved: str = ""
    redispatch_usd: float | None = None
    redispatch_scarce: int | None = None
    redispatch_unsolved: int | None = None


@dataclass(frozen=True)
class DesignSummary:
    """One design in a few figures; None where a design has no such figure.

    `why_no_ac` says why there are no load flows of the cleared day. `lower_usd` and `upper_usd`
    are the certified bounds of welfare, `local` the rules of local markets; `tied_prices` counts
    the `prices` that are not unique, the widest of which spans `tie_width_usd_per_mwh`.
    """

    status: RunStatus
    welfare_usd: float
    net_surplus_usd: float
    gap_relative: float | None
    rounds: int | None
    quantity_residual_mw: float | None
    price_residual_usd_per_mwh: float | None
    unserved_mwh: float
    spilled_mwh: float
    settlement_imbalance_usd: float
    area_surplus_usd: Mapping[str, float]
    dso_account_usd: Mapping[str, float]
    checks_failed: tuple[str, ...]
    seconds: SolverSeconds
    ac: AcSummary | None = None
    why_no_ac: str = ""
    incentives_usd: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    lower_usd: float | None = None
    upper_usd: float | None = None
    local: LocalMarket | None = None
    prices: int = 0
    tied_prices: int = 0
    tie_width_usd_per_mwh: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """Why a design could not be cleared; `by_input` where the input does not permit it."""

    findings: tuple[Finding, ...]
    by_input: bool


@dataclass(frozen=True)
class Summary:
    """A run in a few figures; `run` is the name of its folder.

    `headline` is what a reader must know first, the worst on top; `failed` holds the designs that
    could not be cleared.
    """

    status: RunStatus
    run: str
    designs: Mapping[str, DesignSummary]
    headline: tuple[Finding, ...] = ()
    failed: Mapping[str, Failure] = field(default_factory=dict)
