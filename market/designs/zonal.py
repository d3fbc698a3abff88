"""Zonal market: one price a zone, and redispatch of what the networks cannot carry.

Who sees which bids: one market sees all bids, zones, and no network. In which order: the zonal
market; then redispatch, by each operator alone, or by all together. What is fixed when: by the
zonal market its schedule and what that is paid; by redispatch alone, boundary power as well.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from market.clearing.flexible import TIE_SHARE, needs
from market.clearing.zonal import Coupling, ShiftKeys
from market.designs import About, Progress, designs
from market.operators.operators import Operators
from market.pricing.two_settlement import Moved, TwoSettlement
from scenarios.clearing import Clearing
from scenarios.option_fields import option


@designs.member("zonal")
@dataclass(frozen=True)
class Zonal:
    """Trade between zones is limited by capacities (`ntc`) or by critical branches.

    Without a row in `transfer_capacities` a border has `tie_share` of the ratings of its lines.
    `shift_keys` say where a zone changes its net position, for `flow_based`. `redispatch` tells
    whether operators mend the schedule `alone`, with boundary power held, or `coordinated`, and
    `moved` what they pay.
    """

    about: ClassVar[About] = About(
        title="Zonal market and redispatch",
        says=(
            "one market clears all bids with one price a zone, blind to networks; operators then "
            "redispatch what these cannot carry"
        ),
        rank=35,
        needs_shared_models=True,
        shows=("bids",),
        settles_by=lambda design: TwoSettlement(design.moved),
    )

    coupling: Coupling = "ntc"
    tie_share: float = option(TIE_SHARE, lambda v: 0 <= v <= 1, "write a share from 0 to 1")
    shift_keys: ShiftKeys = "capacity"
    redispatch: Literal["alone", "coordinated"] = "alone"
    moved: Moved = "cost_based"

    def clear(
        self, operators: Operators, name: str = "zonal", progress: Progress | None = None
    ) -> Clearing:
        """Clear the zones, then redispatch; raises SolveFailed."""
        found = needs(operators, name, self.coupling, self.tie_share, self.shift_keys)
        if self.redispatch == "coordinated":
            return found.together(progress)
        return found.then_transmission(found.distribution_first("kept"))
