"""How distribution operators are made of their areas, in whichever process they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from formulations.networks import formulation
from market.nonconvex.otherwise import Repricing
from market.operators.distribution import Disclosure, DistributionOperator
from market.operators.families import Families
from scenarios.records import DISTRIBUTION
from scenarios.scenario import AreaView
from solvers.ties import Tie


@dataclass(frozen=True)
class Making:
    """What all distribution operators of a clearing have in common."""

    formulation: str
    time_limit_s: float
    mip_gap: float
    tie: Tie
    repricing: Repricing | None
    discloses: Disclosure

    def __call__(self, views: Sequence[AreaView]) -> list[DistributionOperator]:
        """An operator of each area; those of alike areas share what they have in common."""
        lower = formulation(self.formulation, DISTRIBUTION)
        families = Families(lower)
        return [
            DistributionOperator(
                view,
                lower,
                self.time_limit_s,
                self.mip_gap,
                self.tie,
                self.repricing,
                families.of(view),
            ).disclosing(self.discloses)
            for view in views
        ]
