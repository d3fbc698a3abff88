"""Conventional design: distribution bids a forecast, transmission clears, distribution copes.

Who sees which bids: transmission sees its own offers and one inelastic quantity per boundary;
each distribution operator sees its own bids. In which order: transmission first, then each
distribution operator. What is fixed when: boundary power is fixed before any price is known, at
chi percent of net essential demand (inelastic load less available PV and wind); where
transmission cannot deliver it, the rest is unserved at the boundary bus.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from market.area import boundary_interval
from market.clearing import Clearing, Status
from market.coordination import Crossing
from market.designs.outcome import Watch, clearing_of
from market.market import Market
from market.operators import DistributionOperator, net_essential_demand
from market.tables import AreaResult
from scenarios.results import Round

DEFAULT_CHI = 100.0  # %


@dataclass(frozen=True)
class Conventional:
    """One pass with `chi_percent` for all boundaries; None takes each boundary's own chi."""

    chi_percent: float | None = None

    def clear(
        self,
        market: Market,
        name: str = "conventional",
        progress: Callable[[Round], None] | None = None,
    ) -> Clearing:
        """Clear transmission at the bid quantities, then each feeder; raises SolveFailed."""
        watch = Watch(market)
        bids = {d.name: self.bid(d) for d in market.distribution}
        by_boundary = {
            b: row
            for d in market.distribution
            for b, row in zip(d.boundaries, bids[d.name], strict=True)
        }
        upper = market.transmission
        withdrawn = np.array([by_boundary[b] for b in upper.boundaries])
        found = upper.clear_at(withdrawn.reshape(len(upper.boundaries), upper.hours.size))
        lower = [(d, d.clear_at(bids[d.name])) for d in market.distribution]
        return clearing_of(
            name,
            Status.OPTIMAL,
            watch,
            AreaResult(upper.day, found.x, found.dual),
            [AreaResult(d.day, s.x, s.dual) for d, s in lower],
        )

    def bid(self, operator: DistributionOperator) -> Crossing:
        """Quantity bid at every boundary (MW), within what the area can take or give."""
        view = operator.day.view
        chi = [
            self.chi_percent if self.chi_percent is not None else view.chi[b] for b in view.ports
        ]
        share = np.array([[DEFAULT_CHI if c is None else c] for c in chi]) / 100
        return np.clip(share * net_essential_demand(view), *boundary_interval(view))
