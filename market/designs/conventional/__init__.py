"""Conventional design: distribution bids a forecast, transmission clears, distribution copes.

Who sees which bids: transmission sees its own offers and one bid per boundary; each distribution
operator sees its own bids. In which order: transmission first, then each distribution operator.
What is fixed when: the bids, before any price is known: chi percent of net essential demand
(inelastic and shiftable load less available PV and wind) at any price, and flexible load beside it
where asked; then boundary power, which is what transmission can deliver of them. Where that is
short, what an area can make up for by generators of its own goes without first. Each distribution
operator clears at what is delivered, by flexible loads and its own generators before any load is
shed, and where it was given less than it bid it says what one more MW would be worth to it: that
is the price there, if it supports the delivery.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from formulations.devices.offers import curves, output_limits
from market.clearing.outcome import Clock, clearing_of
from market.coordination import begin
from market.coordination.protocol import Crossing
from market.coordination.questions import ByRule, Settle
from market.designs import About, Progress, ShortName, designs
from market.designs.conventional.delivery import Bid, deliver, together
from market.operators.area import boundary_interval
from market.operators.essential import net_essential_demand
from market.operators.operators import Operators
from scenarios.clearing import Clearing, Status
from scenarios.option_fields import option
from scenarios.results import TSO
from scenarios.scenario import AreaView

DEFAULT_CHI = 100.0  # %
BidPrice = Literal["floor", "mid", "high", "cap"]
PRESETS: dict[str, dict[str, dict[str, Any]]] = {
    "H1": {f"chi-{chi:.0f}": {"chi_percent": chi} for chi in (70.0, 85.0, 100.0, 115.0)},
    "H2": {
        f"bid-{price}": {"chi_percent": 100.0, "bid_price": price}
        for price in ("floor", "mid", "high", "cap")
    },
    "H3": {
        f"{'flexible' if flexible else 'essential'}-{'local' if local else 'wholesale'}-first": {
            "chi_percent": 100.0,
            "include_flexible": flexible,
            "local_first": local,
        }
        for flexible in (False, True)
        for local in (True, False)
    },
}


@designs.member("conventional")
@dataclass(frozen=True)
class Conventional:
    """One pass with `chi_percent` for all boundaries; None takes each boundary's own chi.

    `include_flexible` adds the whole flexible load to the bid. Where `bid_price` is given, that
    part is bid at a price: the floor, middle or highest of the area's own bids, or the cap (the
    value of lost load). `local_first` counts on all dispatchable local generation beforehand.
    """

    about: ClassVar[About] = About(
        title="Conventional",
        says=(
            "transmission is cleared first with a fixed quantity at every boundary, and each "
            "distribution operator copes with what it was given"
        ),
        rank=10,
        commits=True,
        presets=PRESETS,
        short_names={
            "chi": ShortName(
                "chi_percent", "%", "share of net essential demand that conventional designs bid"
            )
        },
        begins_a_study=lambda scenario: True,
    )

    chi_percent: float | None = option(None, lambda v: v >= 0, "write a share of at least 0 %")
    include_flexible: bool = False
    bid_price: BidPrice | None = None
    local_first: bool = False

    def clear(
        self, operators: Operators, name: str = "conventional", progress: Progress | None = None
    ) -> Clearing:
        """Clear transmission at the bids, then each feeder at its schedule; raises SolveFailed."""
        conversation, clock = begin(operators), Clock()
        bids: dict[str, Bid] = conversation.ask(
            lambda area: ByRule(self, Bid, conversation.shape_of(area))
        )
        rows, upper = conversation.rows, operators.transmission
        for area, bid in bids.items():
            conversation.log.send(
                0, area, "schedule", conversation.ready[area].boundaries, bid.most
            )
        found = deliver(upper, together(bids, conversation))
        conversation.log.send(1, TSO, "plan", upper.boundaries, found.given)
        lower = conversation.ask(lambda area: Settle(found.given[rows[area]], None))
        worth = conversation.gather({area: one.prices for area, one in lower.items()})
        parts = upper.settle(found.priced(upper, worth)), list(lower.values())
        log = conversation.log
        return clearing_of(name, Status.OPTIMAL, operators, clock, parts, log=log)

    def of(self, view: AreaView) -> Bid:
        """What the area bids, within what it can take or give.

        An area with several boundaries bids all beside its essential demand at the first.
        """
        chi = [
            self.chi_percent if self.chi_percent is not None else view.chi[b] for b in view.ports
        ]
        share = np.array([[DEFAULT_CHI if c is None else c] for c in chi]) / 100
        essential = net_essential_demand(view)
        least = share * essential
        if self.local_first:
            least[0] -= _dispatchable(view)
        firm = least.copy()
        firm[0] = np.minimum(least[0], essential[0] - _dispatchable(view))
        most = least.copy()
        if self.include_flexible or self.bid_price is not None:
            most[0] += _flexible(view)
        if self.bid_price is None:
            least = most
        interval = boundary_interval(view)
        firm, least, most = (np.clip(power, *interval) for power in (firm, least, most))
        return Bid(firm, least, most, np.full_like(least, self._price(view)))

    def _price(self, view: AreaView) -> float:
        """Price of the part of the bid that has one ($/MWh)."""
        values = curves(view, view.bids)
        if self.bid_price is None or self.bid_price == "cap" or not values.members:
            return view.voll_usd_per_mwh
        wide = values.width > 0
        first, last = values.price[wide], (values.price - values.slope * values.width)[wide]
        low, high = float(last.min(initial=np.inf)), float(first.max(initial=-np.inf))
        return {"floor": low, "mid": (low + high) / 2, "high": high}[self.bid_price]


def _flexible(view: AreaView) -> Crossing:
    """Most that all flexible loads can consume (MW) in every period."""
    return sum((output_limits(view, k)[1] for k in view.bids.values()), np.zeros(len(view.hours)))


def _dispatchable(view: AreaView) -> Crossing:
    """Most that all generators but PV and wind can produce (MW) in every period."""
    able = [g for g in view.generators.values() if g.technology not in ("pv", "wind")]
    return sum((output_limits(view, g)[1] for g in able), np.zeros(len(view.hours)))
