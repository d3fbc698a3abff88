"""A distribution operator: sees its own area, and the prices at its boundary."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pyomo.common.gc_manager import PauseGC
from scipy import sparse

from formulations.devices.local_market import has_local_market, local_decisions
from formulations.devices.participation import Key, own_shares, splits, with_shares
from market.coordination.bid_curve import BidCurve
from market.coordination.protocol import (
    Crossing,
    Near,
    Numbers,
    Priced,
    Ready,
    Reply,
    Rule,
    Settled,
    Supported,
    Terms,
)
from market.curves.separable import curve_findings
from market.curves.walk import walk
from market.operators.area import boundary_interval
from market.operators.area_tables import priced
from market.operators.day import Day, with_decisions
from market.operators.essential import net_essential_demand
from market.operators.least_purchase import least_purchase
from market.operators.operator import Operator
from market.operators.settled import settled_exactly
from market.operators.shape import with_view
from market.operators.wholesale_offers import offers_of_generators, offers_of_stores
from scenarios.findings import InvalidInput
from scenarios.local_market import LocalMarket
from scenarios.records import Generator, Storage
from scenarios.scenario import AreaView
from scenarios.table_parts import Part
from solvers.program import Positions, Solution, Vector
from solvers.session import Session
from solvers.ties import Duals

HAIR = 1e-6  # of all that may cross a boundary: more than solvers leave, and worth next to nothing
CERTAIN = 0.99  # of the value of lost load: worth more than any use but keeping loads served
BEYOND = 1.0  # $/MWh; outside the prices of unserved and spilled energy nothing changes
Disclosure = Literal["nothing", "storage"]  # storage: what devices carry from hour to hour
T = TypeVar("T")


class DistributionOperator(Operator):
    """Sees its own feeder, bids and devices, and the prices at its boundary; nothing else.

    `discloses` is what it tells beside power and worth, `former` the operator of another view of
    the area, whose models it uses where it can.
    """

    discloses: Disclosure = "nothing"
    former: Self | None = None

    def disclosing(self, discloses: Disclosure) -> Self:
        """The operator itself, who from now on tells that beside power and worth."""
        self.discloses = discloses
        return self

    def for_view(self, view: AreaView) -> Self:
        """The operator of another view of the same area, as if built from it."""
        other = super().for_view(view)
        other.former, other.discloses = self, self.discloses
        return other

    def _open(self, day: Day, time_limit_s: float) -> None:
        self._under: dict[LocalMarket, tuple[Day, Session, float]] = {}
        super()._open(day, time_limit_s)

    @property
    def build_seconds(self) -> float:
        """What building the model of the local market took that the clearing is under."""
        return self._under[self._day.local][2] if self._day.local else 0.0

    def model(self, local: LocalMarket | None = None) -> Day:
        """The compiled day under rules of local markets, for those with whom it is shared."""
        if local is None or not has_local_market(self._own_day.view):
            return self._own_day
        return self._built(local)[0]

    def _built(self, local: LocalMarket) -> tuple[Day, Session, float]:
        """The day under the rules, its session, and the seconds that both took."""
        if local not in self._under:
            started = time.perf_counter()
            with PauseGC():
                own = self._own_day
                day = (
                    with_view(self.former.model(local), own.view)
                    if self.former
                    else self._family.day(own.view, own.formulation, local)
                )
            session = self._session_of(day)
            self._under[local] = day, session, time.perf_counter() - started
        return self._under[local]

    def begin(self, terms: Terms) -> Ready:
        """Begin a clearing: answers do not depend on what was asked before."""
        self._begin(reserves=terms.reserves)
        if terms.local is not None and has_local_market(self._own_day.view):
            day, session, _ = self._built(terms.local)
            self._use(day, session)
            self._offer(self._shares(terms), terms.local)
        self._restart()
        shares = self._shares(terms)
        known = self._roomy if np.isfinite(self._roomy).all() else None
        carries = len(self._links)
        return Ready(tuple(self.boundaries), self._day.is_separable, shares, known, carries)

    @property
    def _links(self) -> Positions:
        """Columns of what it discloses that devices carry from each period to the next."""
        links = self._day.links
        return links if self.discloses == "storage" else links[:0]

    def _shares(self, terms: Terms) -> dict[Key, float]:
        """Share of its power that each type 1 generator and store offers wholesale."""
        own = own_shares(self._own_day.view)
        named = {
            key: terms.shares.get((self.name, *key), gamma if terms.gamma is None else terms.gamma)
            for key, gamma in own.items()
        }
        return {key: gamma for key, gamma in named.items() if gamma is not None}

    def _offer(self, shares: Mapping[Key, float], local: LocalMarket) -> None:
        """Let type 1 generators and stores offer these shares of their power wholesale."""
        view = with_shares(self._day.view, shares)
        revised = local_decisions(view, local)
        self._day = with_decisions(replace(self._day, view=view), revised)
        program = self._day.program
        for decision in revised:
            columns = self._day.columns[decision.name].ravel()
            self._session.set_bounds(columns, program.lower[columns], program.upper[columns])
            self._session.set_cost(columns, program.cost[columns])

    def forecast(self) -> Crossing:
        """Net essential demand (MW): inelastic and shiftable load less available PV and wind.

        A local market forecasts no export: that is for wholesale offers to bring.
        """
        demand, count = net_essential_demand(self._day.view), len(self._day.view.ports)
        essential = np.clip(demand, *(limit[:count] for limit in self._interval))
        if "gross_purchase" in self._day.columns:
            return essential.clip(min=0.0)
        reserve = np.zeros((len(self.boundaries) - count, self.hours.size))
        return np.concatenate([essential, reserve]) if reserve.size else essential

    def by_rule(self, rule: Rule[T]) -> T:
        """What a rule makes of the area's own data."""
        return rule.of(self._day.view)

    def respond(self, prices: Crossing, *, carried: bool = False, worth: bool = False) -> Reply:
        """Its best schedule at `prices`, and what that is worth to it."""
        found = self._clear_for(prices)
        reply = self._reply(found)
        if not carried or not len(self._links):
            return reply
        told = replace(reply, carried=found.x[self._links])
        return replace(told, carried_worth=self._carried_worth(found.dual)) if worth else told

    def _carried_worth(self, dual: Vector) -> Numbers:
        """Worth ($) to later periods of one more of what it carries on, by the duals of the day.

        Of the rows in which a link stands, those of the later period tell it.
        """
        links, day = self._links, self._day
        matrix = sparse.csc_array(day.program.matrix)[:, links.ravel()]
        entries = sparse.coo_array(matrix)
        later = day.period_of_row[entries.row] > entries.col % links.shape[1]
        told = np.where(later, entries.data * dual[entries.row], 0.0)
        worth = np.bincount(entries.col, told, links.size).astype(float)
        return worth.reshape(links.shape)

    def respond_near(self, near: Near) -> Reply:
        """Its best schedule at prices that rise beyond a plan."""
        offset = self._day.view.side * near.prices - near.slope * near.plan
        return self._reply(self._clear_bent(offset, near.slope, self._roomy))

    def price_at(self, schedule: Crossing) -> Priced:
        """Marginal price of the boundary power ($/MWh) and welfare ($) at a fixed schedule."""
        found = self._clear_at(schedule)
        worth = -self._day.cost_by_period(found.x)
        return Priced(self._boundary_prices(found.dual), worth, found.gap)

    def supported_at(self, schedule: Crossing) -> Supported:
        """Lowest and highest prices ($/MWh) of the boundary power at a fixed schedule."""
        duals = self._by_rule(self._clear_at(schedule))
        return Supported(self._boundary_prices(duals.lowest), self._boundary_prices(duals.highest))

    def bid_curve(self) -> BidCurve:
        """What each further MW is worth to it, from all it can give to all it can take.

        Raises InvalidInput where a device couples its hours or it meets several boundaries.
        """
        view, name = self._day.view, f"bid curve of area '{self.name}'"
        if findings := list(curve_findings(view)):
            raise InvalidInput(name, findings)
        highest, lowest = view.voll_usd_per_mwh + BEYOND, -view.spill_usd_per_mwh - BEYOND
        return walk(
            lambda prices: self._reply(self._clear_for(prices, tight=True)),
            self.hours,
            highest,
            lowest,
            is_linear=self._day.program.is_linear,
            name=name,
            time_limit_s=self.time_limit_s,
        )

    def settle(self, schedule: Crossing | None, prices: Crossing | None) -> Settled:
        """Its part of the clearing at a schedule (MW), at prices ($/MWh), or at both.

        With both, it is dispatched at the schedule and priced by its best reply to the prices.
        """
        reply = duals = None
        if prices is not None:
            free = self._clear_for(prices)
            reply, duals = self._reply(free), self._by_rule(free)
            if schedule is None:
                return self._settled(free, free.x, duals, reply)
        assert schedule is not None
        held = self._clear_at(schedule)
        x = least_purchase(self._day, held.x)
        if duals is None:
            return self._settled(held, x, self._by_rule(held), None)
        return self._settled(held, x, duals, reply, agreed=True)

    def mend(self, plan: Crossing, prices: Crossing) -> Settled:
        """Dispatch at planned boundary power, at the prices wherever they support it.

        Where all behind a boundary stand at a limit, fixed power has any price in a wide range.
        With a hair of room to buy more or less at `prices` it has these where they are among
        them, or else the end of the range that is nearest.
        """
        held = self._clear_at(plan)
        low, high = boundary_interval(self._day.view)
        room = HAIR * (high - low)
        near = self._clear_within((plan - room, plan + room), prices)
        return self._settled(held, held.x, self._by_rule(near), None)

    def wholesale_offers(self) -> Sequence[Part]:
        """What its assets offer past a local market, and what of it the feeder carries."""
        if self._day.local is None:
            return ()
        view, parts = self._day.view, []
        if splits(view, Generator):
            parts.append(offers_of_generators(self._day, self._deliverable()))
        if splits(view, Storage):
            parts.append(offers_of_stores(self._day))
        return parts

    def _deliverable(self) -> NDArray[np.float64]:
        """Most of its generators' offers (MW) that the feeder can carry, (generators, periods)."""
        columns = self._day.columns["p_wholesale"].ravel()
        own = self._day.decisions["p_wholesale"].price
        reward = np.full_like(own, -CERTAIN * self._day.view.voll_usd_per_mwh)
        self._session.set_cost(columns, (reward * self.hours).ravel())
        found = self._clear_for(np.zeros((len(self.boundaries), self.hours.size)))
        self._session.set_cost(columns, (own * self.hours).ravel())
        return self._day.value(found.x, "p_wholesale")

    def _clear_for(self, prices: Crossing, *, tight: bool = False) -> Solution:
        """Optimum with the boundary power bought at `prices` ($/MWh).

        `tight` keeps it within what the area's devices can do together, without room beyond.
        """
        return self._clear_within(self._interval if tight else self._roomy, prices)

    def _clear_within(self, limits: tuple[Crossing, Crossing], prices: Crossing) -> Solution:
        """Optimum with the boundary power between limits (MW), bought at `prices` ($/MWh)."""
        columns = self._columns.ravel()
        lower, upper = limits
        self._session.set_bounds(columns, lower.ravel(), upper.ravel())
        self._session.set_cost(columns, (self._day.view.side * prices * self.hours).ravel())
        return self._solve(self._session)

    def _reply(self, found: Solution) -> Reply:
        schedule = found.x[self._columns]
        return Reply(schedule, -self._day.cost_by_period(found.x), found.gap)

    def _settled(
        self,
        found: Solution,
        x: Vector,
        duals: Duals,
        reply: Reply | None,
        *,
        agreed: bool = False,
    ) -> Settled:
        otherwise = self._otherwise(x, duals.chosen)
        result = priced(self._day, x, duals, found.gap, otherwise)
        return settled_exactly(result, self.time_limit_s, self.tie, agreed=agreed, reply=reply)
