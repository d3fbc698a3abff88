"""Local and wholesale markets: small generators choose how much they offer in which.

Who sees which bids: transmission sees its own bids and, per boundary, one net schedule; each
distribution operator sees the bids of its local market and the wholesale offers it forwards. In
which order: type 1 generators and stores name the share gamma of their power that they offer
wholesale; the operators then coordinate as in `cmo`, but a local market never sells to the grid:
what crosses the boundary against the flow of its purchases are wholesale offers alone. What is
fixed when: the shares first, then boundary schedules and prices, then each area's dispatch.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from formulations.devices.participation import KINDS, splits
from market.clearing.best_replies import Ended, best_replies
from market.clearing.coordinated import clear_coordinated
from market.coordination import Method, Terms
from market.coordination.methods.schedules import Schedules
from market.coordination.protocol import Shares
from market.coordination.questions import OffersWhat
from market.designs import About, Design, Progress, designs
from market.designs.local_wholesale.shares import best_shares
from market.operators.operators import Operators
from market.operators.whole import refuse_plants
from scenarios.clearing import Clearing, Status
from scenarios.local_market import BetaMode, LocalMarket
from scenarios.option_fields import option
from scenarios.results import WholesaleOffer
from scenarios.scenario import Scenario
from scenarios.table_parts import Part, stack

GammaChoice = Literal["given", "best_response", "equilibrium"]
SAME = 1e-6  # shares that differ by less have been seen before


def _looks_at(design: Any) -> Iterable[str]:
    return () if design.gamma is not None else ("generators.gamma", "storage.gamma")


def _without_offers(design: Any) -> Design:
    alone: Design = replace(design, gamma=0.0, gamma_choice="given")
    return alone


def _asks_shares(design: Any) -> str:
    chosen = design.gamma_choice != "given"
    return "shares are chosen by what single assets gain" if chosen else ""


def _sells(scenario: Scenario) -> bool:
    """Whether a generator or store may trade past a local market."""
    views = [scenario.area(name) for name in scenario.distribution]
    return any(splits(view, record) for view in views for record in KINDS.values())


@designs.member("local_wholesale")
@dataclass(frozen=True)
class LocalWholesale:
    """Coordinated clearing with local energy markets in areas of type B.

    `gamma` is one share for all type 1 generators and stores; None leaves each its own. By
    `gamma_choice` those shares are kept, or replaced by best replies to the prices that they lead
    to, or moved by `share_damping` of the way to the best replies until nobody gains more than
    `share_gain_usd` by another. The other switches are those of `LocalMarket`.
    """

    about: ClassVar[About] = About(
        title="Local and wholesale",
        says=(
            "small generators and batteries offer a share of their power in the wholesale market "
            "and the rest in the local market of their area, which does not export; the operators "
            "coordinate"
        ),
        rank=40,
        reads=_looks_at,
        without_offers=_without_offers,
        asks_assets=_asks_shares,
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
        self, operators: Operators, name: str = "local_wholesale", progress: Progress | None = None
    ) -> Clearing:
        """Coordinate with the shares given or chosen; raises SolveFailed."""
        cleared = self.clear_with(operators, Terms(self.rules, gamma=self.gamma), name, progress)
        shares = _column(cleared, "gamma")
        if self.gamma_choice == "given" or not shares:
            return cleared
        if self.gamma_choice == "best_response":
            best = Terms(self.rules, _column(cleared, "best_gamma"))
            return self.clear_with(operators, best, name, progress)
        return self._settle(operators, cleared, name, progress)

    def clear_with(
        self,
        operators: Operators,
        terms: Terms,
        name: str = "local_wholesale",
        progress: Progress | None = None,
    ) -> Clearing:
        """Coordinate with the shares of the terms; raises SolveFailed."""
        refuse_plants(operators, name)
        coordinated = clear_coordinated(operators, self.method, name, progress, terms)
        cleared, conversation = coordinated.clearing, coordinated.conversation
        offers: dict[str, Sequence[Part]] = conversation.ask(lambda area: OffersWhat())
        tables = {
            "wholesale_offer": stack(WholesaleOffer, [p for part in offers.values() for p in part]),
            "wholesale_share": best_shares(conversation, cleared, self.rules),
        }
        return replace(cleared, tables={**cleared.tables, **tables}, local=self.rules)

    def _settle(
        self, operators: Operators, cleared: Clearing, name: str, progress: Progress | None
    ) -> Clearing:
        """Damped best replies until nobody gains, or shares come back, or rounds run out.

        Simultaneous best replies have no guarantee to settle.
        """
        held = cleared

        def moved(shares: Shares) -> Shares | None:
            nonlocal held
            if shares != _column(held, "gamma"):
                held = self.clear_with(operators, Terms(self.rules, shares), name, progress)
            if _largest_gain(held) <= self.share_gain_usd:
                return None
            best, part = _column(held, "best_gamma"), self.share_damping
            return {key: now + part * (best[key] - now) for key, now in shares.items()}

        first: Shares = _column(cleared, "gamma")
        ended = best_replies(first, moved, _same, self.share_rounds + 1).ended
        return held if ended is Ended.SETTLED else replace(held, status=Status.UNSETTLED)


def _column(cleared: Clearing, column: str) -> dict[tuple[str, str, str], float]:
    rows = cleared.tables["wholesale_share"].to_pylist()
    return {(r["area"], r["kind"], r["asset"]): r[column] for r in rows}


def _largest_gain(cleared: Clearing) -> float:
    return max(_column(cleared, "gain_usd").values(), default=0.0)


def _same(shares: Shares, others: Shares) -> bool:
    return all(abs(shares[key] - others[key]) < SAME for key in shares)
