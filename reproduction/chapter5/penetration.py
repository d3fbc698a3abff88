"""All outages at a share of renewables in distribution, and the indices of each."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from reproduction.solved import Case, Solved
from scenarios.scenario import Scenario
from scenarios.systems.outages import Households, Renewable
from security.outages.ac import Before
from security.outages.contingency import Contingency
from security.outages.outage import single_outages
from security.outages.outage_tables import outage_table
from security.outages.penetration import with_penetration

SHARES = (0.0, 0.25, 0.5, 0.75)
HALF = 0.5  # 1/2n with n = 1, which the indices of this project leave out
READING = (
    "Share of renewables is PV at bus 18 and wind at bus 33, half each, over the feeder's load, at "
    "unity power factor"
)
INDICES = (
    "indices with n = 1, the factor 1/2n and equal weights; PI MW counts active power and PI MVA "
    "the apparent power at a line's fuller end, both against its rating"
)


@dataclass(frozen=True)
class Spread:
    """Feeders of households with PV at every load instead of plants at two buses."""

    share: float

    def build(self) -> Scenario:
        """The scenario."""
        return with_penetration(Households().build(), self.share)


def outages(solved: Solved, case: Case, *, coordinated: bool = True) -> Contingency:
    """Every outage of a line or generator."""

    def analyse() -> Contingency:
        before = Before.of(solved.scenario(case), coordinated=coordinated)
        listed = single_outages(before.operators.upper)
        return Contingency(before.layout, before.intact(), tuple(before.after(listed)))

    return solved.once(("outages", case, coordinated), analyse)


def indices(solved: Solved, share: float, *, coordinated: bool = True) -> pd.DataFrame:
    """State, indices and ranks by PI MVA of every outage; islands come first, in their order."""
    found = outages(solved, Renewable(share), coordinated=coordinated)
    own = outage_table(found)[["outage", "state", "pi_mw", "pi_v"]]
    loading = np.where(found.is_known, (found.loading**2).sum(axis=0), np.nan)
    own = own.assign(pi_mva=loading)
    own[["pi_mw", "pi_mva", "pi_v"]] *= HALF
    rank = own["pi_mva"].rank(ascending=False, method="first", na_option="top").astype(int)
    return own.assign(rank=rank, renewable_share=share)
