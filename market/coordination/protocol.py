"""What operators can be asked, and what crosses the boundary in the answers.

Arrays have shape (rows, periods): MW positive into distribution, and $/MWh. Rows are energy at each
boundary, then, where reserve crosses, each product at each boundary; what assets behind a boundary
hold for transmission is negative. Questions and answers are records of arrays, names and tables;
nothing else crosses.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from market.coordination.bid_curve import BidCurve
from market.coordination.offered import Ceilings, Offered
from scenarios.local_market import LocalMarket
from scenarios.results import LostOpportunity, NonConvexity, Relaxation
from scenarios.scenario import AreaView
from scenarios.table_parts import Part

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")
Numbers = NDArray[np.float64]
Crossing = NDArray[np.float64]
Lanes = Mapping[str, tuple[str, str]]  # boundary and product of rows of reserve, by name
Shares = Mapping[tuple[str, str, str], float]  # offered wholesale, by area, kind and asset


@dataclass(frozen=True)
class Terms:
    """Under which rules a clearing is: those of local markets, and shares offered past them.

    Without `local` there is no local market. A type 1 generator or store that `shares` does not
    name offers the share `gamma`, or its own where that is None. `reserves` says that reserve
    crosses boundaries with energy.
    """

    local: LocalMarket | None = None
    shares: Shares = field(default_factory=dict)
    gamma: float | None = None
    reserves: bool = False


@dataclass(frozen=True)
class Ready:
    """What a distribution operator says of itself when a clearing begins.

    `is_separable` tells that none of its devices couples one period to another; `shares` are
    those of its power that each type 1 generator and store, by kind and name, offers wholesale
    under the terms. Its boundary power (MW) never leaves `limits`; None where it knows of none.
    `carries` is how many numbers its devices carry from a period to the next, where it discloses
    them: by its own choice, else 0.
    """

    boundaries: tuple[str, ...]
    is_separable: bool
    shares: Mapping[tuple[str, str], float] = field(default_factory=dict)
    limits: tuple[Crossing, Crossing] | None = None
    carries: int = 0

    @property
    def tells_hours(self) -> bool:
        """Whether its hours are known by themselves: nothing couples them, or it tells what."""
        return self.is_separable or self.carries > 0


@dataclass(frozen=True)
class Near:
    """Boundary prices ($/MWh) that rise by `slope` ($/MW2h) with every MW beyond `plan` (MW)."""

    prices: Crossing
    plan: Crossing
    slope: Crossing

    def of(self, rows: Sequence[int]) -> "Near":
        """Those of some boundaries."""
        return Near(self.prices[rows], self.plan[rows], self.slope[rows])

    def at(self, schedule: Crossing) -> Crossing:
        """The prices to which they have risen at a schedule."""
        return self.prices + self.slope * (schedule - self.plan)


@dataclass(frozen=True)
class Reply:
    """A distribution operator's answer to prices: its schedule and what that is worth to it.

    `welfare` ($, utility minus cost, without payments) has one entry per period. No schedule
    earns more than `sum(welfare) - prices * schedule + slack` at the prices asked. `carried`, shape
    (carries, periods - 1), is what devices carry to the next period (MW or MWh), where that was
    asked for and is disclosed: it is all that the periods share. `carried_worth` of the same shape
    ($ for one more of it) is what that is worth to later periods, where that was asked for too:
    with what it carries bought and sold so, each period by itself does the best it can.
    """

    schedule: Crossing
    welfare: Numbers
    slack: float = 0.0
    carried: Numbers | None = None
    carried_worth: Numbers | None = None


@dataclass(frozen=True)
class Priced:
    """An operator's answer to a schedule: marginal prices at its boundary and its welfare ($).

    `welfare` has one entry per period. No answer is worth more than `sum(welfare) + slack`.
    """

    prices: Crossing
    welfare: Numbers
    slack: float = 0.0


@dataclass(frozen=True)
class Supported:
    """Lowest and highest boundary prices ($/MWh) at which an operator keeps a schedule."""

    lowest: Crossing
    highest: Crossing


@dataclass(frozen=True)
class Asked:
    """Boundary prices ($/MWh), and the most that transmission can earn by selling at them ($)."""

    prices: Crossing
    bound: float

    def between(self, other: "Asked", share: float) -> "Asked":
        """The prices `share` of the way to `other`; what transmission earns is convex in them."""
        return Asked(
            (1 - share) * self.prices + share * other.prices,
            (1 - share) * self.bound + share * other.bound,
        )


@dataclass(frozen=True)
class Point:
    """Where an operator stands: column values and row duals of its day.

    `ends` are duals with the lowest and with the highest prices, where these are not unique.
    Behind the day's rows stand those of `limits`: a branch, and the outage after which its limit
    holds.
    """

    x: Numbers
    dual: Numbers
    ends: tuple[Numbers, Numbers] | None = None
    limits: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cleared:
    """Transmission's answer to what is offered at its boundaries.

    `welfare` ($) is its own, `total` with what the accepted offers are worth. `surplus` ($) of each
    sum of the offer is what one more share in it must be worth to be accepted. At these prices
    transmission earns no more by another schedule, but for `slack`. `delivered` is what of the
    schedule it can keep: the rest is unserved or spilled at the boundary buses.
    """

    prices: Crossing
    schedule: Crossing
    delivered: Crossing
    welfare: float
    total: float
    surplus: Numbers
    slack: float
    point: Point


@dataclass(frozen=True)
class Settled:
    """One operator's part of a clearing.

    `parts` are rows of result tables by name; `power` (MW), `reactive` (Mvar) and `prices`
    ($/MWh, at its own bus) are those at its boundaries; rows of power and prices behind those of
    `boundaries` are of `lanes`, a boundary and a product of reserve each. `welfare_usd` counts
    offers at their cost, `worth` (by period) at what they ask; `repair_usd` was lost by mending
    what a relaxation let pass. `ban` ($/MWh) is the worth of a local market's ban on exports
    where it has one, `reply` the best reply to the prices at which it was settled, where there
    were any. A search for who is on has not ruled out `unproved_usd` more; `lost` and
    `non_convexity` tell what prices by several rules leave to be gained, where they were asked
    for.
    """

    area: str
    boundaries: tuple[str, ...]
    power: Crossing
    reactive: Crossing | None
    prices: Crossing
    ban: Numbers | None
    welfare_usd: float
    worth: Numbers
    parts: Mapping[str, Sequence[Part]]
    relaxation: Sequence[Relaxation] = ()
    repair_usd: float = 0.0
    reply: Reply | None = None
    unproved_usd: float = 0.0
    lost: Sequence[LostOpportunity] = ()
    non_convexity: Sequence[NonConvexity] = ()
    lanes: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Ceiling:
    """Welfare ($) that no schedule exceeds, and what reaches it by all that areas have said.

    `schedule` (MW) is boundary power there, `point` where transmission would stand.
    """

    bound: float
    schedule: Crossing
    point: Point


class Late(RuntimeError):
    """An operator did not answer in this round."""


class Rule(Protocol[T_co]):
    """What is made of an operator's own data where it is: a bid, a price, a best share."""

    def of(self, view: AreaView) -> T_co:
        """What the rule gives for an area."""
        ...


class Distribution(Protocol):
    """One distribution operator, as the others see it; all may raise Late."""

    @property
    def name(self) -> str:
        """Name of its area."""
        ...

    def begin(self, terms: Terms) -> Ready:
        """Begin a clearing: answers do not depend on what was asked before."""
        ...

    def forecast(self) -> Crossing:
        """Boundary power it expects before any price is known."""
        ...

    def by_rule(self, rule: Rule[T]) -> T:
        """What a rule makes of its own data."""
        ...

    def respond(self, prices: Crossing, *, carried: bool = False, worth: bool = False) -> Reply:
        """Its best schedule at `prices`; on request with what devices carry on, if disclosed.

        And with the `worth` of that.
        """
        ...

    def respond_near(self, near: Near) -> Reply:
        """Its best schedule at prices that rise; it is its best at the prices `near.at` it too."""
        ...

    def price_at(self, schedule: Crossing) -> Priced:
        """What `schedule` is worth to it, and its marginal value."""
        ...

    def supported_at(self, schedule: Crossing) -> Supported:
        """Between which prices `schedule` may be its best, by period."""
        ...

    def bid_curve(self) -> BidCurve:
        """What each further MW is worth to it in every period; raises InvalidInput."""
        ...

    def settle(self, schedule: Crossing | None, prices: Crossing | None) -> Settled:
        """Its part of the clearing: at a schedule, at prices, or at both.

        With both, it is dispatched at the schedule and priced by its best reply to the prices;
        with a schedule alone it is priced by what one more MW is worth to it.
        """
        ...

    def mend(self, plan: Crossing, prices: Crossing) -> Settled:
        """Dispatch at planned boundary power, at the prices wherever they support it."""
        ...

    def wholesale_offers(self) -> Sequence[Part]:
        """What its assets offer past a local market, as rows of `wholesale_offer`."""
        ...


class Transmission(Protocol):
    """The transmission operator, as the others see it."""

    @property
    def boundaries(self) -> Sequence[str]:
        """All boundaries, in the order of the rows of every array."""
        ...

    @property
    def hours(self) -> Numbers:
        """Length of every period (h)."""
        ...

    @property
    def commits(self) -> bool:
        """Whether some of its plants start and stop."""
        ...

    def relaxed(self) -> "Transmission":
        """The same operator, if its plants could be partly on."""
        ...

    def holding(self, point: Point) -> "Transmission":
        """The same operator, if its plants were on and off as they are at one of its points."""
        ...

    def same_plants(self, one: Point, other: Point) -> bool:
        """Whether the same plants are on at two of its points."""
        ...

    def ceiling(
        self,
        cuts: Ceilings,
        limits: Numbers,
        known: Point,
        gap_relative: float,
        limit_s: float,
    ) -> Ceiling:
        """What no schedule exceeds by cuts, and one that reaches it; raises SolveFailed.

        Boundary power never leaves `limits` (MW), shape (2, boundaries, periods). The search ends
        at a gap, part of the welfare, or at a time (s). Limits after outages are those of the
        `known` point.
        """
        ...

    def begin(self, terms: Terms) -> Lanes:
        """Begin a clearing: answers do not depend on what was asked before."""
        ...

    def clear(self, offered: Offered) -> Cleared:
        """Its best clearing against what is offered at the boundaries; raises SolveFailed."""
        ...

    def has_choice(self, cleared: Cleared) -> bool:
        """Whether other prices than those of a clearing support its schedule."""
        ...

    def choose(self, cleared: Cleared, lowest: Crossing, highest: Crossing) -> Cleared:
        """The clearing at its prices by the rule, those of boundaries between two limits."""
        ...

    def ration(self, firm: Crossing, asked: Crossing) -> Crossing:
        """What it can deliver (MW) of what is asked, of its firm part first."""
        ...

    def settle(self, cleared: Cleared, *, agreed: bool = False) -> Settled:
        """Its part of the clearing at one of its answers; `agreed` tells that prices are kept."""
        ...


class Ask(Protocol):
    """How questions travel: `(name, answer)` of each operator, as answers come."""

    def __call__(
        self, operators: Iterable[Any], questions: Mapping[str, Any], limit_s: float
    ) -> Iterable[tuple[str, Any]]: ...
