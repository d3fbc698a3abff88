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
from market.clearing.outcome import Clock, clearing_of
from market.coordination import Terms, begin
from market.coordination.offered import fixed
from market.coordination.protocol import Crossing, Settled
from market.coordination.questions import ByRule, Settle
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from market.operators.whole import refuse_plants
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
        self, operators: Operators, name: str = "local_only", progress: Progress | None = None
    ) -> Clearing:
        """Clear each feeder, then transmission at what they lack; raises SolveFailed."""
        refuse_plants(operators, name)
        conversation, clock = begin(operators, Terms(LocalMarket(), gamma=0.0)), Clock()
        prices: dict[str, Crossing] = conversation.ask(
            lambda area: ByRule(self, np.ndarray, conversation.shape_of(area))
        )
        lower: dict[str, Settled] = conversation.ask(lambda area: Settle(None, prices[area]))
        upper = operators.transmission
        taken = conversation.gather({area: part.power for area, part in lower.items()})
        for area, part in lower.items():
            conversation.log.send(1, area, "schedule", part.boundaries, part.power)
        found = upper.clear(fixed(taken))
        parts = upper.settle(found), list(lower.values())
        log = conversation.log
        return clearing_of(name, Status.OPTIMAL, operators, clock, parts, log=log)

    def of(self, view: AreaView) -> Crossing:
        """Price of imports in the area's local market ($/MWh), below the value of lost load."""
        return np.full((len(view.ports), len(view.hours)), self._import_price(view))

    def _import_price(self, view: AreaView) -> float:
        if self.import_price_usd_per_mwh is not None:
            return self.import_price_usd_per_mwh
        values, costs = curves(view, view.bids), curves(view, view.generators)
        dearest = (costs.price + costs.slope * costs.width).max(initial=0.0)
        most = max(float(values.price.max(initial=0.0)), float(dearest)) + ABOVE
        return min(most, SHORT_OF_VOLL * view.voll_usd_per_mwh)
