"""Conventional design: distribution bids a forecast, transmission clears, distribution copes.

Who sees which bids: transmission sees its own offers and one bid per boundary; each distribution
operator sees its own bids. In which order: transmission first, then each distribution operator.
What is fixed when: the bids, before any price is known: chi percent of net essential demand
(inelastic load less available PV and wind) at any price, and flexible load beside it where asked;
then boundary power; where transmission cannot deliver it, the rest is unserved at the boundary
bus.
"""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from formulations.devices.offers import curves, output_limits
from market.coordination import Crossing
from market.designs import About, Progress, ShortName, designs
from market.designs.outcome import Watch, clearing_of
from market.operators.area import boundary_interval
from market.operators.area_tables import AreaResult
from market.operators.operator import DistributionOperator, net_essential_demand
from market.operators.operators import Market
from scenarios.clearing import Clearing, Status
from scenarios.options import option
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
        self,
        market: Market,
        name: str = "conventional",
        progress: Progress | None = None,
    ) -> Clearing:
        """Clear transmission at the bids, then each feeder at its schedule; raises SolveFailed."""
        watch = Watch(market)
        upper = market.transmission
        bids = {d.name: self.bid(d) for d in market.distribution}
        prices = {d.name: self.price(d.day.view) for d in market.distribution}
        least, most, price = (np.zeros((len(upper.boundaries), upper.hours.size)) for _ in "123")
        row = {boundary: n for n, boundary in enumerate(upper.boundaries)}
        for d in market.distribution:
            rows = [row[b] for b in d.boundaries]
            (least[rows], most[rows]), price[rows] = bids[d.name], prices[d.name]
        found = upper.clear_bids(least, most, price)
        schedule = upper.day.value(found.x, "p_boundary")
        lower = [
            (d, d.clear_at(schedule[[row[b] for b in d.boundaries]])) for d in market.distribution
        ]
        return clearing_of(
            name,
            Status.OPTIMAL,
            watch,
            AreaResult(upper.day, found.x, found.dual),
            [AreaResult(d.day, s.x, s.dual) for d, s in lower],
        )

    def bid(self, operator: DistributionOperator) -> tuple[Crossing, Crossing]:
        """Least and most power bid at every boundary (MW), within what the area can take or give.

        An area with several boundaries bids all beside its essential demand at the first.
        """
        view = operator.day.view
        chi = [
            self.chi_percent if self.chi_percent is not None else view.chi[b] for b in view.ports
        ]
        share = np.array([[DEFAULT_CHI if c is None else c] for c in chi]) / 100
        least = share * net_essential_demand(view)
        if self.local_first:
            least[0] -= _dispatchable(view)
        most = least.copy()
        if self.include_flexible or self.bid_price is not None:
            most[0] += _flexible(view)
        if self.bid_price is None:
            least = most
        interval = boundary_interval(view)
        return np.clip(least, *interval), np.clip(most, *interval)

    def price(self, view: AreaView) -> float:
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
