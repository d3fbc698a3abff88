"""Integrated design: one operator clears transmission and distribution together.

Who sees which bids: one operator sees all networks and all bids. In which order: at once.
What is fixed when: nothing; boundary power is a variable that both sides share.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from market.clearing.outcome import Clock, clearing_of
from market.coordination import begin
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from scenarios.clearing import Certificate, Clearing, Status


@designs.member("integrated")
@dataclass(frozen=True)
class Integrated:
    """The benchmark: the optimum that no other design can exceed."""

    about: ClassVar[About] = About(
        title="Integrated",
        says="one operator sees everything and clears all at once: the benchmark",
        rank=60,
        commits=True,
        needs_shared_models=True,
        shows=("bids", "networks"),
        begins_a_study=lambda scenario: True,
    )

    def clear(
        self, operators: Operators, name: str = "integrated", progress: Progress | None = None
    ) -> Clearing:
        """Clear all areas as one problem; raises SolveFailed."""
        begin(operators)
        clock, models = Clock(), operators.shared_models(reserves=True)
        cleared = models.clear("integrated clearing", exclusively=True)
        best, slack = -cleared.found.objective, cleared.found.gap
        certificate = Certificate(best, best + slack, 0.0, 0.0)
        parts = cleared.transmission(agreed=True), cleared.distribution(agreed=True)
        spent = replace(clock, built=cleared.built_s, solved=cleared.solved_s)
        return clearing_of(name, Status.OPTIMAL, operators, spent, parts, certificate)
