"""Local and wholesale markets: small generators choose how much they offer in which.

Who sees which bids: transmission sees its own bids and, per boundary, one net schedule; each
distribution operator sees the bids of its local market and the wholesale offers it forwards. In
which order: type 1 generators name the share gamma of their power that they offer wholesale; the
operators then coordinate as in `cmo`, but a local market never sells to the grid: what crosses
the boundary against the flow of its purchases are wholesale offers alone. What is fixed when:
the shares first, then boundary schedules and prices, then each area's dispatch.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from formulations.devices.local_market import TYPE1, WHOLESALE
from market.coordination import Method
from market.coordination.methods.schedules import Schedules
from market.designs import About, Design, Progress, designs
from market.designs.cmo import Cmo
from market.designs.local_wholesale.shares import Shares, best_replies, given_shares
from market.operators.operators import Market
from market.operators.wholesale_offers import wholesale_offers
from scenarios.clearing import Clearing, Status
from scenarios.local_market import BetaMode, LocalMarket
from scenarios.options import option
from scenarios.quantity import to_table
from scenarios.results import WholesaleShare
from scenarios.scenario import Scenario

GammaChoice = Literal["given", "best_response", "equilibrium"]
SAME = 1e-6  # shares that differ by less have been seen before


def _looks_at(design: Any) -> Iterable[str]:
    return () if design.gamma is not None else ("generators.gamma",)


def _without_offers(design: Any) -> Design:
    alone: Design = replace(design, gamma=0.0, gamma_choice="given")
    return alone


def _sells(scenario: Scenario) -> bool:
    """Whether a generator may sell past a local market."""
    return any(g.participation in (TYPE1, WHOLESALE) for g in scenario.generators)


@designs.member("local_wholesale")
@dataclass(frozen=True)
class LocalWholesale:
    """Coordinated clearing with local energy markets in areas of type B.

    `gamma` is one share for all type 1 generators; None leaves each its own. By `gamma_choice`
    those shares are kept, or replaced by best replies to the prices that they lead to, or moved
    by `damping` of the way to the best replies until no generator gains more than
    `share_gain_usd` by another. The other switches are those of `LocalMarket`.
    """

    about: ClassVar[About] = About(
        title="Local and wholesale",
        says=(
            "small generators offer a share of their power in the wholesale market and the rest "
            "in the local market of their area, which does not export; the operators coordinate"
        ),
        rank=40,
        reads=_looks_at,
        without_offers=_without_offers,
        begins_a_study=_sells,
    )

    method: Method[Any] = field(default_factory=Schedules)
    gamma: float | None = option(None, lambda v: 0 <= v <= 1, "write a share in [0, 1]")
    gamma_choice: GammaChoice = "given"
    share_damping: float = option(
        0.5, lambda v: 0 < v <= 1, "write a step in (0, 1]; 1 is the full step"
    )
    share_gain_usd: float = option(0.01, lambda v: v > 0, "write a tolerance > 0 $, such as 0.01")
    share_rounds: int = option(30, lambda v: v >= 1, "allow at least 1 round")
    unsold_wem_returns_to_lem: bool = True
    allow_lem_export: bool = False
    beta_mode: BetaMode = "marginal_cost"

    @property
    def rules(self) -> LocalMarket:
        """Rules of the local markets."""
        return LocalMarket(self.unsold_wem_returns_to_lem, self.allow_lem_export, self.beta_mode)

    def clear(
        self, market: Market, name: str = "local_wholesale", progress: Progress | None = None
    ) -> Clearing:
        """Coordinate with the shares given or chosen; raises SolveFailed."""
        shares = given_shares(market, self.gamma)
        cleared = self.clear_with(market, shares, name, progress)
        if self.gamma_choice == "given" or not shares:
            return cleared
        if self.gamma_choice == "best_response":
            return self.clear_with(market, _column(cleared, "best_gamma"), name, progress)
        return self._settle(market, cleared, name, progress)

    def clear_with(
        self,
        market: Market,
        shares: Shares,
        name: str = "local_wholesale",
        progress: Progress | None = None,
    ) -> Clearing:
        """Coordinate with the given share of each type 1 generator; raises SolveFailed."""
        local = market.under(self.rules)
        for operator in local.distribution:
            of_area = {g: share for (area, g), share in shares.items() if area == operator.name}
            operator.offer_shares(of_area)
        cleared = Cmo(self.method).clear(local, name, progress)
        replies = best_replies(local, cleared, shares, self.rules)
        tables = {
            "wholesale_offer": wholesale_offers(local.distribution),
            "wholesale_share": to_table(replies, WholesaleShare),
        }
        return replace(cleared, tables={**cleared.tables, **tables}, local=self.rules)

    def _settle(
        self, market: Market, cleared: Clearing, name: str, progress: Progress | None
    ) -> Clearing:
        """Damped best replies until nobody gains, or shares come back, or rounds run out.

        Simultaneous best replies have no guarantee to settle.
        """
        seen: list[Shares] = []
        for _ in range(self.share_rounds):
            if _largest_gain(cleared) <= self.share_gain_usd:
                return cleared
            now, best = _column(cleared, "gamma"), _column(cleared, "best_gamma")
            moved = {key: now[key] + self.share_damping * (best[key] - now[key]) for key in now}
            if any(_same(moved, earlier) for earlier in seen):
                break
            seen.append(moved)
            cleared = self.clear_with(market, moved, name, progress)
        settled = _largest_gain(cleared) <= self.share_gain_usd
        return cleared if settled else replace(cleared, status=Status.UNSETTLED)


def _column(cleared: Clearing, column: str) -> dict[tuple[str, str], float]:
    rows = cleared.tables["wholesale_share"].to_pylist()
    return {(r["area"], r["generator"]): r[column] for r in rows}


def _largest_gain(cleared: Clearing) -> float:
    return max(_column(cleared, "gain_usd").values(), default=0.0)


def _same(shares: Shares, others: Shares) -> bool:
    return all(abs(shares[key] - others[key]) < SAME for key in shares)
