"""All operators of a scenario, each with its compiled day, kept for every design to use."""

import time

from pyomo.common.gc_manager import PauseGC

from formulations import DISTRIBUTION_FORMULATIONS, TRANSMISSION_FORMULATIONS
from market.operators import DistributionOperator, TransmissionOperator
from scenarios.scenario import Scenario


class Market:
    """Operators built once; each is given its own part of the scenario and no other.

    `transmission` and `distribution` name the network formulations.
    """

    def __init__(
        self,
        scenario: Scenario,
        transmission: str = "dc",
        distribution: str = "lindistflow",
        time_limit_s: float = 600.0,
    ) -> None:
        started = time.perf_counter()
        self.time_limit_s = time_limit_s
        with PauseGC():  # models are full of cycles, and none is garbage yet
            self.transmission = TransmissionOperator(
                scenario.area(scenario.transmission),
                TRANSMISSION_FORMULATIONS[transmission],
                time_limit_s,
            )
            formulation = DISTRIBUTION_FORMULATIONS[distribution]
            self.distribution = [
                DistributionOperator(scenario.area(name), formulation, time_limit_s)
                for name in scenario.distribution
            ]
        self.build_seconds = time.perf_counter() - started

    def restart(self) -> None:
        """Let the next design start as if it were the first."""
        for operator in (self.transmission, *self.distribution):
            operator.restart()

    @property
    def solve_seconds(self) -> float:
        """Time that all operators' solvers have spent so far."""
        return self.transmission.solve_seconds + sum(d.solve_seconds for d in self.distribution)
