"""All operators of a scenario, each with its compiled day, kept for every design to use."""

import time
from collections.abc import Sequence
from copy import copy
from typing import Any

from pyomo.common.gc_manager import PauseGC

from formulations.networks import DEFAULTS, formulation
from formulations.suiting import feeder_findings, reserve_findings
from market.carriers import here
from market.carriers.workers import Workers, made_here
from market.carriers.workers import ask as ask_workers
from market.coordination.gate import Gate
from market.coordination.protocol import Ask
from market.nonconvex.otherwise import HULL_LIMIT_S, Repricing
from market.operators.distribution import Disclosure
from market.operators.making import Making
from market.operators.operator import MIP_GAP
from market.operators.shared_models import SharedModels
from market.operators.transmission import TransmissionOperator
from scenarios.findings import Finding, InvalidInput
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.scenario import Scenario
from scenarios.traits import Physics
from solvers.ties import Tie
from solvers.whole import Search


class Operators:
    """Operators built once; each is given its own part of the scenario and no other.

    `transmission` and `distribution` name the network formulations. `ask` is how questions travel
    to distribution operators, `answer_limit_s` what an answer may take; `elsewhere` are those who
    are not in this process, of whom it then knows nothing else. Raises InvalidInput where
    feeders are not such as their formulation knows. Where plants start and
    stop, a search ends at `mip_gap`, part of the cost, or at the time limit.
    `tie` says which prices hold where several support a clearing; `reprices` adds prices by the
    rules `relaxed` and `convex_hull`, and what each rule leaves to be gained; the search for the
    hull ends at `hull_limit_s` at the latest, and says what it leaves open. Areas in this process
    tell transmission what it `discloses` beside power and worth; those elsewhere choose themselves.
    Where there are `workers`, these keep some operators, whose answers are the same there.
    With a `gate` rounds go by the market's clock, and an answer may take no longer than one.
    """

    def __init__(
        self,
        scenario: Scenario,
        transmission: str = DEFAULTS[TRANSMISSION],
        distribution: str = DEFAULTS[DISTRIBUTION],
        time_limit_s: float = 600.0,
        ask: Ask = here.ask,
        mip_gap: float = MIP_GAP,
        tie: Tie = "middle",
        elsewhere: Sequence[Any] | None = None,
        *,
        reprices: bool = False,
        hull_limit_s: float = HULL_LIMIT_S,
        discloses: Disclosure = "nothing",
        workers: Workers | None = None,
        gate: Gate | None = None,
    ) -> None:
        started = time.perf_counter()
        self.ask, self.tie = ask_workers if workers else ask, tie
        self.time_limit_s = self.answer_limit_s = time_limit_s
        self.gate = gate
        if gate is not None:
            self.answer_limit_s = min(time_limit_s, 60 * gate.round_minutes)
        self.search = Search(mip_gap, time_limit_s)
        self.repricing = repricing = (
            Repricing(time_limit_s, tie, hull_limit_s) if reprices else None
        )
        self.has_plants = bool(scenario.commitments)
        upper = formulation(transmission, TRANSMISSION)
        lower = formulation(distribution, DISTRIBUTION)
        self.physics = Physics(upper.traits, lower.traits)
        _refuse_unsuited(scenario, self.physics)
        with PauseGC():  # models are full of cycles, and none is garbage yet
            self.transmission = TransmissionOperator(
                scenario.area(scenario.transmission), upper, time_limit_s, mip_gap, tie, repricing
            )
            self.is_elsewhere = elsewhere is not None
            make = Making(distribution, time_limit_s, mip_gap, tie, repricing, discloses)
            views = [] if elsewhere else [scenario.area(name) for name in scenario.distribution]
            made = workers.share(make, views) if workers else make(views)
            self.distribution: Sequence[Any] = elsewhere or made
        self.model_seconds = time.perf_counter() - started

    def __repr__(self) -> str:
        lower = len(self.distribution)
        areas = f"{lower} distribution area" + ("" if lower == 1 else "s")
        return f"<Operators of {self.transmission.name!r} and {areas}>"

    def for_scenario(self, scenario: Scenario) -> "Operators":
        """The operators of a scenario of the same areas, as if built from it.

        Where limits and prices alone differ, their models are kept and no model is built.
        """
        started = time.perf_counter()
        _refuse_unsuited(scenario, self.physics)
        other = copy(self)
        other.has_plants = bool(scenario.commitments)
        with PauseGC():
            upper = scenario.area(scenario.transmission)
            other.transmission = self.transmission.for_view(upper)
            other.distribution = [d.for_view(scenario.area(d.name)) for d in self.distribution]
        other.model_seconds = time.perf_counter() - started
        return other

    def shared_models(self, *, reserves: bool = False) -> SharedModels:
        """The models of all areas, for designs in which one operator sees everything.

        `reserves` says that reserve crosses boundaries with energy.

        Only operators in this process share them; raises InvalidInput for others.
        """
        if self.is_elsewhere:
            finding = "a design in which one operator sees everything asks for their models"
            cure = "leave it out, or clear it where all data is"
            raise InvalidInput("operators elsewhere", [Finding("models", finding, cure)])
        owners = (self.transmission, *map(made_here, self.distribution))
        days = [o.exchanging() if reserves else o.model() for o in owners]
        return SharedModels(tuple(days), self.time_limit_s, self.search, self.tie, self.repricing)

    @property
    def build_seconds(self) -> float:
        """What building the models took that the clearing uses."""
        return float(self.model_seconds + sum(d.build_seconds for d in self.distribution))

    @property
    def solve_seconds(self) -> float:
        """Time that all operators' solvers have spent since the clearing began."""
        return float(sum(o.solve_seconds for o in (self.transmission, *self.distribution)))


def _refuse_unsuited(scenario: Scenario, physics: Physics) -> None:
    """Raise InvalidInput with all that formulations do not know of their networks."""
    findings = list(feeder_findings(scenario, physics.distribution))
    findings += reserve_findings(scenario, physics.distribution)
    upper = physics.transmission
    if scenario.outages and (not upper.angles or upper.lossy or upper.reactive):
        finding = "flows after outages follow from angles without losses, which it does not have"
        cure = "use 'dc', or drop the outages"
        findings.append(Finding("formulation of transmission", finding, cure))
    if findings:
        raise InvalidInput("the formulations", findings)
