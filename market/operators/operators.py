"""All operators of a scenario, each with its compiled day, kept for every design to use."""

import time
from copy import copy
from dataclasses import replace

from pyomo.common.gc_manager import PauseGC

from formulations.devices.local_market import has_local_market
from formulations.networks import COPPERPLATE, DEFAULTS, formulation
from market.operators.operator import DistributionOperator, TransmissionOperator
from scenarios.local_market import LocalMarket
from scenarios.records import DISTRIBUTION, TRANSMISSION
from scenarios.scenario import AreaView, Scenario
from scenarios.traits import Physics


def _unlimited(view: AreaView) -> AreaView:
    """The area without ratings of branches."""
    free = {name: replace(k, rating_mva=None) for name, k in view.network.branches.items()}
    return replace(view, network=replace(view.network, branches=free))


class Market:
    """Operators built once; each is given its own part of the scenario and no other.

    `transmission` and `distribution` name the network formulations. `former` is the market whose
    models it was given, where it did not build its own; `local_markets` keeps those of `under`.
    """

    def __init__(
        self,
        scenario: Scenario,
        transmission: str = DEFAULTS[TRANSMISSION],
        distribution: str = DEFAULTS[DISTRIBUTION],
        time_limit_s: float = 600.0,
    ) -> None:
        started = time.perf_counter()
        self.time_limit_s = time_limit_s
        self.local_markets: dict[LocalMarket, Market] = {}
        self.former: Market | None = None
        upper = formulation(transmission, TRANSMISSION)
        lower = formulation(distribution, DISTRIBUTION)
        self.physics = Physics(upper.traits, lower.traits)
        with PauseGC():  # models are full of cycles, and none is garbage yet
            self.transmission = TransmissionOperator(
                scenario.area(scenario.transmission), upper, time_limit_s
            )
            self.distribution = [
                DistributionOperator(scenario.area(name), lower, time_limit_s)
                for name in scenario.distribution
            ]
        self.build_seconds = time.perf_counter() - started

    def under(self, local: LocalMarket) -> "Market":
        """The same operators, but with local energy markets by these rules in areas of type B.

        Transmission and areas of type A are the same; the others are built once and kept.
        """
        if local not in self.local_markets:
            started = time.perf_counter()
            other = copy(self)
            with PauseGC():
                other.distribution = [
                    self._with_local(n, d, local) if has_local_market(d.day.view) else d
                    for n, d in enumerate(self.distribution)
                ]
            other.build_seconds += time.perf_counter() - started
            self.local_markets[local] = other
        return self.local_markets[local]

    def _with_local(
        self, n: int, d: DistributionOperator, local: LocalMarket
    ) -> DistributionOperator:
        former = self.former.under(local).distribution[n] if self.former else d
        if former.local == local:
            return former.for_view(d.day.view)
        return DistributionOperator(d.day.view, d.day.formulation, self.time_limit_s, local)

    def for_scenario(self, scenario: Scenario) -> "Market":
        """The operators of a scenario of the same areas, as if built from it.

        Where limits and prices alone differ, their models are kept and no model is built.
        """
        started = time.perf_counter()
        other = copy(self)
        other.local_markets, other.former = {}, self
        with PauseGC():
            upper = scenario.area(scenario.transmission)
            other.transmission = self.transmission.for_view(upper)
            other.distribution = [d.for_view(scenario.area(d.name)) for d in self.distribution]
        other.build_seconds = time.perf_counter() - started
        return other

    def without_feeder_limits(self) -> "Market":
        """The same bids, with feeders that carry any power; transmission is the same."""
        started = time.perf_counter()
        other = copy(self)
        with PauseGC():
            physics = formulation(COPPERPLATE, DISTRIBUTION)
            other.distribution = [
                DistributionOperator(_unlimited(d.day.view), physics, self.time_limit_s)
                for d in self.distribution
            ]
        other.build_seconds += time.perf_counter() - started
        return other

    def restart(self) -> None:
        """Let the next design start as if it were the first."""
        for operator in (self.transmission, *self.distribution):
            operator.restart()

    @property
    def solve_seconds(self) -> float:
        """Time that all operators' solvers have spent so far."""
        return self.transmission.solve_seconds + sum(d.solve_seconds for d in self.distribution)
