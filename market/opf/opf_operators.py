"""All operators of a scenario at one operating point, each with its own problem."""

from dataclasses import dataclass

import numpy as np

from market.opf.answers import Values
from market.opf.distribution import DistributionOpf
from market.opf.merged import flat
from market.opf.set_points import LinePoint, SetPoint, set_points
from market.opf.transmission import TransmissionOpf
from scenarios.one_period import one_period
from scenarios.pieces import pieces
from scenarios.scenario import Scenario


@dataclass(frozen=True)
class OpfOperators:
    """All operators at one operating point, each compiled once."""

    upper: TransmissionOpf
    lower: tuple[DistributionOpf, ...]

    @staticmethod
    def of(scenario: Scenario, period: int | None = None) -> "OpfOperators":
        """Operators of a scenario, one for each root of an area.

        Raises InvalidInput where power may flow through an area from boundary to boundary.
        """
        now = one_period(scenario, period)
        below = {b: v for area in now.distribution for b, v in pieces(now.area(area)).items()}
        upper = TransmissionOpf(now.area(now.transmission))
        lower = tuple(DistributionOpf(below[b]) for b in upper.boundaries)
        return OpfOperators(upper, lower)

    def restart(self) -> None:
        """Begin the next solves at flat points, whatever was answered before."""
        every: list[TransmissionOpf | DistributionOpf] = [self.upper, *self.lower]
        for own in every:
            own.session.begin_at(flat(own.day))

    @property
    def set_points(self) -> dict[tuple[str, str], SetPoint | LinePoint]:
        """Set-points of all generators and DC lines in the operators' last answers."""
        found = set_points(self.upper)
        for dso in self.lower:
            found |= set_points(dso)
        return found

    @property
    def scarcity_mw(self) -> float:
        """Power not served or spilled in the operators' last answers."""
        return self.upper.scarcity_mw + sum(dso.scarcity_mw for dso in self.lower)

    def first_prices(self) -> Values:
        """The cheapest of transmission's own offers ($/MWh), as no other price is known yet.

        One column per boundary; reactive power, in the second row, is free.
        """
        offers = self.upper.view.offers.values()
        cheapest = min((o.price_usd_per_mwh for of in offers for o in of), default=0.0)
        count = len(self.upper.boundaries)
        return np.stack([np.full(count, cheapest), np.zeros(count)])
