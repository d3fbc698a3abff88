"""The system of local and wholesale sales in one hour, with distribution load at some level."""

from dataclasses import dataclass, replace

from reproduction.chapter4.light_load import narrowed
from reproduction.chapter4.sales import SYSTEM
from scenarios.records import Offer
from scenarios.scenario import Scenario
from scenarios.systems import build_system

PEAK = 19  # period


@dataclass(frozen=True)
class AtLevel:
    """One hour, all load of distribution areas `level` times its peak, transmission at its own."""

    level: float

    def build(self) -> Scenario:
        """The scenario."""
        system = build_system(SYSTEM)
        factor = dict.fromkeys(system.distribution, self.level)
        loads = (
            replace(r, profile=None, p_mw=f * r.p_mw, q_mvar=f * r.q_mvar)
            for r in system.loads
            for f in [factor.get(r.area, 1.0)]
        )
        return replace(
            system,
            hours=(1.0,),
            loads=tuple(loads),
            bids=tuple(
                replace(k, profile=None, p_max_mw=self.level * k.p_max_mw) for k in system.bids
            ),
            offers=tuple(self._offer(o) for o in system.offers if o.period in (None, PEAK)),
            profiles=tuple(p for p in system.profiles if p.period == 1),
        )

    def _offer(self, offer: Offer) -> Offer:
        """Values by hour belong to flexible loads: as steep in price, and wider by the level."""
        if offer.period is None:
            return offer
        return replace(narrowed(offer, self.level), period=None)
