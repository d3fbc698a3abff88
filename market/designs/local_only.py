"""Local only: each feeder clears its own market first and buys only what it lacks.

Who sees which bids: each distribution operator sees its own; transmission sees its own offers
and one inelastic quantity per boundary. In which order: the local markets first, in which
imports come behind every local offer; then transmission. What is fixed when: the local dispatch,
before the wholesale price is known; then boundary power, as an inelastic demand. Nothing is
exported.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from formulations.devices.offers import curves
from market.designs import About, Progress, designs
from market.designs.outcome import Watch, clearing_of
from market.operators.area_tables import AreaResult
from market.operators.operators import Market
from scenarios.clearing import Clearing, Status
from scenarios.local_market import LocalMarket
from scenarios.scenario import AreaView

ABOVE = 1.0  # $/MWh over the dearest local bid or offer
SHORT_OF_VOLL = 0.99  # imports come before loads are shed


@designs.member("local_only")
@dataclass(frozen=True)
class LocalOnly:
    """Imports cost `import_price_usd_per_mwh` in local markets; None: more than any local bid."""

    about: ClassVar[About] = About(
        title="Local only",
        says=(
            "each distribution area clears its own market first and buys from the grid only what "
            "it lacks; transmission then serves that at any price"
        ),
        rank=20,
    )

    import_price_usd_per_mwh: float | None = None

    def clear(
        self,
        market: Market,
        name: str = "local_only",
        progress: Progress | None = None,
    ) -> Clearing:
        """Clear each feeder, then transmission at what they lack; raises SolveFailed."""
        local = market.under(LocalMarket())
        watch = Watch(local)
        upper = local.transmission
        row = {boundary: n for n, boundary in enumerate(upper.boundaries)}
        schedule = np.zeros((len(row), upper.hours.size))
        lower = []
        for d in local.distribution:
            d.offer_shares(dict.fromkeys(d.day.view.generators, 0.0))
            price = np.full((len(d.boundaries), d.hours.size), self.import_price(d.day.view))
            found = d.clear_for(price)
            taken = d.day.value(found.x, "p_boundary")
            schedule[[row[b] for b in d.boundaries]] = taken
            lower.append(AreaResult(d.day, found.x, found.dual))
        found = upper.clear_at(schedule)
        transmission = AreaResult(upper.day, found.x, found.dual)
        return clearing_of(name, Status.OPTIMAL, watch, transmission, lower)

    def import_price(self, view: AreaView) -> float:
        """Price of imports in the area's local market ($/MWh), below the value of lost load."""
        if self.import_price_usd_per_mwh is not None:
            return self.import_price_usd_per_mwh
        values, costs = curves(view, view.bids), curves(view, view.generators)
        dearest = (costs.price + costs.slope * costs.width).max(initial=0.0)
        most = max(float(values.price.max(initial=0.0)), float(dearest)) + ABOVE
        return min(most, SHORT_OF_VOLL * view.voll_usd_per_mwh)
