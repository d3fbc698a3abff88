"""The tables of a study file besides its designs, and the rules on them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field
from pathlib import Path
from typing import Any, Literal

from formulations.networks import DEFAULTS, clearing_names
from market.coordination.gate import Gate, Lateness, is_time
from market.nonconvex.otherwise import HULL_LIMIT_S
from market.operators.distribution import Disclosure
from scenarios.findings import Finding
from scenarios.option_fields import option
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.variants.margins import Margins
from scenarios.variants.outages import Security
from solvers.ipopt import Package
from solvers.ties import Tie
from studies.study.design_tables import design_findings
from studies.study.horizon_table import horizon_findings
from studies.study.legal_names import name_findings
from studies.study.settlement_table import settlement_findings
from studies.study.table_keys import table_findings, unknown_name

STUDY_FILE = "study.toml"
FORMAT = 1
Losses = Literal["slack", "redispatch"]


def _is_time(text: str) -> bool:
    return not text or is_time(text)


@dataclass(frozen=True)
class FormulationTable:
    """`[formulation]`: the physics of each network."""

    transmission: str = DEFAULTS[TRANSMISSION]
    distribution: str = DEFAULTS[DISTRIBUTION]


@dataclass(frozen=True)
class LoadFlowTable:
    """`[load_flow]`: `losses` says what meets those of the cleared day.

    `slack` is the slack bus, whatever it costs; `redispatch` beside it the cheapest AC dispatch.
    """

    losses: Losses = "slack"


@dataclass(frozen=True)
class CoordinationTable:
    """`[coordination]`: what areas disclose, and the market's clock.

    Beside power and worth the study's areas disclose nothing, or `storage`: what devices carry from
    hour to hour, energy stored, output of plants with ramps, what shiftable loads have had.
    Operators elsewhere go by their own study. Where the gate `opens` and `closes` (HH:MM), rounds
    take `round_minutes`, and a clearing is over as it closes. Of an area that is `late` the last
    reply is kept, or it stops the clearing. What areas would rather take in the end than what is
    scheduled is told at `residual_usd_per_mwh`.
    """

    discloses: Disclosure = "nothing"
    opens: str = option("", _is_time, "write a time of day, such as 10:00")
    closes: str = option("", _is_time, "write a time of day, such as 12:00")
    round_minutes: float = option(5.0, lambda v: v > 0, "write minutes > 0")
    late: Lateness = "keep"
    residual_usd_per_mwh: float = option(0.0, lambda v: v >= 0, "write a price >= 0 $/MWh")

    @property
    def gate(self) -> Gate | None:
        """The clock; None where there is none."""
        if not self.opens:
            return None
        last = self.late, self.residual_usd_per_mwh
        return Gate(self.opens, self.closes, self.round_minutes, *last)


@dataclass(frozen=True)
class PricingTable:
    """`[pricing]`: `tie` says which prices hold where several support a clearing.

    `lowest` and `highest` are those with the least and the greatest mean price, weighted by load;
    `middle` lies halfway. The search for convex hull prices of a design ends at `hull_limit_s`.
    """

    tie: Tie = "middle"
    hull_limit_s: float = option(HULL_LIMIT_S, lambda v: v > 0, "write a time > 0 s")


@dataclass(frozen=True)
class SolverTable:
    """`[solver]`: `time_limit_s` is per clearing of a design.

    Where plants start and stop, `mip_gap` is the part of the cost at which the search for who is
    on ends. `ipopt` is the package whose Ipopt solves what is not convex.
    """

    time_limit_s: float = option(600.0, lambda v: v > 0, "write a time > 0 s")
    mip_gap: float = option(1e-4, lambda v: 0 <= v < 1, "write a part from 0 to below 1")
    ipopt: Package = "ipyopt"


@dataclass(frozen=True)
class StudyTable:
    """The keys of a study file; `scenario` is a folder, relative to the file."""

    name: str
    scenario: str
    design: list[Any]
    format: int = option(MISSING, lambda v: v == FORMAT, f"this version reads format {FORMAT}")
    formulation: dict[str, Any] = field(default_factory=dict)
    margin: dict[str, Any] = field(default_factory=dict)
    security: dict[str, Any] = field(default_factory=dict)
    load_flow: dict[str, Any] = field(default_factory=dict)
    coordination: dict[str, Any] = field(default_factory=dict)
    pricing: dict[str, Any] = field(default_factory=dict)
    settlement: dict[str, Any] = field(default_factory=dict)
    solver: dict[str, Any] = field(default_factory=dict)
    horizon: dict[str, Any] = field(default_factory=dict)


def study_findings(read: Mapping[str, Any], folder: Path) -> Iterator[Finding]:
    """All that is wrong with what a study file in `folder` says."""
    wrong = list(table_findings(read, StudyTable, place=STUDY_FILE))
    yield from wrong
    sound = {key for key in read if _place(key) not in {f.place for f in wrong}}
    if "name" in sound:
        yield from name_findings(read["name"], _place("name"))
    if "scenario" in sound and not (folder / read["scenario"]).is_dir():
        cure = "name the folder of a scenario, relative to the study file"
        yield Finding(_place("scenario"), f"there is no folder {read['scenario']!r}", cure)
    for key, findings in _JUDGES.items():
        if key in sound:
            yield from findings(read[key])


def coordination_findings(read: Mapping[str, Any]) -> Iterator[Finding]:
    """All that is wrong with the `[coordination]` of a study."""
    wrong = list(table_findings(read, CoordinationTable, place="[coordination]"))
    yield from wrong
    if not wrong:
        yield from _clock_findings(CoordinationTable(**read))


def _clock_findings(table: CoordinationTable) -> Iterator[Finding]:
    """A gate that has no end, or room for no round."""
    place, cure = "[coordination], key 'closes'", "write when the gate opens and when it closes"
    if bool(table.opens) != bool(table.closes):
        yield Finding(place, "the gate has one end alone", cure)
    elif table.gate is not None and table.gate.most_rounds < 1:
        finding = (
            f"between {table.opens} and {table.closes} there is no room for a round of "
            f"{table.round_minutes:g} minutes"
        )
        yield Finding(place, finding, "let it close later on the same day")


def _place(key: str) -> str:
    return f"{STUDY_FILE}, key {key!r}"


def physics_findings(read: Mapping[str, Any]) -> Iterator[Finding]:
    """All that is wrong with the `[formulation]` of a study."""
    yield from table_findings(read, FormulationTable, place="[formulation]")
    for side in (TRANSMISSION, DISTRIBUTION):
        name, known = read.get(side), clearing_names(side)
        if isinstance(name, str) and name not in known:
            yield unknown_name(f"[formulation], key {side!r}", "formulation", name, known)


_JUDGES: dict[str, Callable[[Any], Iterator[Finding]]] = {
    "formulation": physics_findings,
    "margin": lambda read: table_findings(read, Margins, place="[margin]"),
    "security": lambda read: table_findings(read, Security, place="[security]"),
    "load_flow": lambda read: table_findings(read, LoadFlowTable, place="[load_flow]"),
    "coordination": coordination_findings,
    "pricing": lambda read: table_findings(read, PricingTable, place="[pricing]"),
    "settlement": settlement_findings,
    "solver": lambda read: table_findings(read, SolverTable, place="[solver]"),
    "design": design_findings,
    "horizon": horizon_findings,
}
