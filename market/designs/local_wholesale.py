"""Local and wholesale markets: small generators choose how much they offer in which.

Who sees which bids: transmission sees its own bids and, per boundary, one net schedule; each
distribution operator sees the bids of its local market and the wholesale offers it forwards. In
which order: type 1 generators name the share gamma of their power that they offer wholesale; the
operators then coordinate as in `cmo`, but a local market never sells to the grid: what crosses
the boundary against the flow of its purchases are wholesale offers alone. What is fixed when:
the shares first, then boundary schedules and prices, then each area's dispatch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from formulations.local_market import TYPE1, BetaMode, LocalMarket
from market.clearing import Clearing
from market.coordination import Exchange, Schedules
from market.designs.cmo import Cmo
from market.market import Market
from market.wholesale_offers import wholesale_offers
from scenarios.results import Round


@dataclass(frozen=True)
class LocalWholesale:
    """Coordinated clearing with local energy markets in areas of type B.

    `gamma` is one share for all type 1 generators; None leaves each its own. The other switches
    are those of `LocalMarket`.
    """

    method: Schedules | Exchange = field(default_factory=Schedules)
    gamma: float | None = None
    unsold_wem_returns_to_lem: bool = True
    allow_lem_export: bool = False
    beta_mode: BetaMode = "marginal_cost"

    @property
    def rules(self) -> LocalMarket:
        """Rules of the local markets."""
        return LocalMarket(self.unsold_wem_returns_to_lem, self.allow_lem_export, self.beta_mode)

    def clear(
        self,
        market: Market,
        name: str = "local_wholesale",
        progress: Callable[[Round], None] | None = None,
    ) -> Clearing:
        """Coordinate with the shares that are given; raises SolveFailed."""
        return self.clear_with(market, _shares(market, self.gamma), name, progress)

    def clear_with(
        self,
        market: Market,
        gamma: Mapping[str, Mapping[str, float]],
        name: str = "local_wholesale",
        progress: Callable[[Round], None] | None = None,
    ) -> Clearing:
        """Coordinate with the share of each type 1 generator, by area and name."""
        local = market.under(self.rules)
        for operator in local.distribution:
            operator.offer_shares(gamma.get(operator.name, {}))
        cleared = Cmo(self.method).clear(local, name, progress)
        offers = {"wholesale_offer": wholesale_offers(local.distribution)}
        return replace(cleared, tables={**cleared.tables, **offers}, local=self.rules)


def _shares(market: Market, gamma: float | None) -> Mapping[str, Mapping[str, float]]:
    """Each type 1 generator's own share, or one for all, by area and name."""
    return {
        d.name: {
            name: gamma if gamma is not None else own.gamma
            for name, own in d.day.view.generators.items()
            if own.participation == TYPE1 and own.gamma is not None
        }
        for d in market.distribution
    }
