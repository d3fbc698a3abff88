"""Multilevel flexibility markets: what distribution operators leave is offered to transmission.

Who sees which bids: a zonal market all, without networks; each distribution operator its own
offers; transmission its own and what is forwarded. In which order: the zonal market, the
distribution operators, transmission, and where it was blind to feeders their operators again. What
is fixed when: the schedule; boundary power by transmission's purchase.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from market.clearing.flexibility_market import about, unforeseen
from market.clearing.flexible import Interface, needs
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from market.pricing.two_settlement import Moved
from scenarios.clearing import Clearing


@designs.member("flexibility_multilevel")
@dataclass(frozen=True)
class FlexibilityMultilevel:
    """What is left is forwarded as it is and mended after (`three_layer`), or never, or safely.

    `blind` does what transmission has bought, whatever that breaks in feeders. `prequalified`
    forwards what no combination of activations makes unsafe, `aggregated` what the area as a whole
    can give, asked for by rounds. `interface` is as in `flexibility_fragmented`.
    `imbalance_percent` of transmission's load was not foreseen by the schedule.
    """

    about: ClassVar[About] = about(
        "Flexibility, multilevel markets",
        "distribution operators buy flexibility first and forward what is "
        "left of the offers to transmission",
        rank=38,
    )

    interface: Interface = "mid"
    forwarding: Literal["blind", "three_layer", "prequalified", "aggregated"] = "three_layer"
    imbalance_percent: float = unforeseen()
    moved: Moved = "cost_based"

    def clear(
        self,
        operators: Operators,
        name: str = "flexibility_multilevel",
        progress: Progress | None = None,
    ) -> Clearing:
        """Distribution, transmission by what is forwarded, corrections; raises SolveFailed."""
        found = needs(operators, name, imbalance_percent=self.imbalance_percent)
        if self.forwarding == "aggregated":
            return found.together(progress)
        if self.forwarding in ("blind", "three_layer"):
            return found.then_blind(corrected=self.forwarding == "three_layer")
        return found.then_prequalified(found.distribution_first(self.interface))
