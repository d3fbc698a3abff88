"""The day of local and wholesale sales with light load in distribution and tight transmission."""

from dataclasses import dataclass, replace

from scenarios.records import Offer
from scenarios.scenario import Scenario
from scenarios.systems import build_system

RATINGS_MVA = {"1-2": 100.0, "4-5": 40.0}


@dataclass(frozen=True)
class LightLoad:
    """All load of distribution areas times `level`; two lines of transmission bind by day."""

    level: float

    def build(self) -> Scenario:
        """The scenario."""
        system = build_system("local-wholesale")
        factor = dict.fromkeys(system.distribution, self.level)
        return replace(
            system,
            loads=tuple(
                replace(r, p_mw=f * r.p_mw, q_mvar=f * r.q_mvar)
                for r in system.loads
                for f in [factor.get(r.area, 1.0)]
            ),
            bids=tuple(
                replace(k, p_max_mw=factor.get(k.area, 1.0) * k.p_max_mw) for k in system.bids
            ),
            offers=tuple(self._offer(o) for o in system.offers),
            branches=tuple(
                replace(k, rating_mva=RATINGS_MVA.get(k.branch, k.rating_mva))
                if k.area == system.transmission
                else k
                for k in system.branches
            ),
        )

    def _offer(self, offer: Offer) -> Offer:
        """Values by hour belong to flexible loads: as steep in price over their narrower width."""
        return offer if offer.period is None else narrowed(offer, self.level)


def narrowed(offer: Offer, level: float) -> Offer:
    """The offer over `level` times its width, from the same first to the same last price."""
    return replace(
        offer,
        quantity_mw=level * offer.quantity_mw,
        slope_usd_per_mw2h=offer.slope_usd_per_mw2h / level,
    )
