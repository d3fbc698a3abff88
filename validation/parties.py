"""What parties leave unearned whose periods do not depend on each other.

At the prices of its bus no party may earn more than its dispatch does: the first-order
conditions of the market, party by party (P.-A. Samuelson, "Spatial Price Equilibrium and Linear
Programming", Am. Econ. Rev. 42, 1952).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenarios.results import SPILLED, UNSERVED
from validation.check import Missed, Rows
from validation.cleared import Cleared
from validation.curves import Curves
from validation.energy import shiftable_limit
from validation.grid import Places, column
from validation.multipliers import Multipliers, multipliers


@dataclass(frozen=True)
class Priced:
    """A clearing with the prices of active and reactive power at every bus."""

    cleared: Cleared

    @cached_property
    def multipliers(self) -> Multipliers:
        """Prices of reactive power, ratings and voltages."""
        return multipliers(self.cleared)

    def price(self, bus: Places, tan_phi: Rows | float = 0.0) -> Rows:
        """Price ($/MWh) of power that takes `tan_phi` of reactive power with it."""
        return self.cleared.prices[bus] + tan_phi * self.multipliers.reactive[bus]


def segments_unearned(curve: Curves, gain: Rows, power: Rows, limits: tuple[Rows, Rows]) -> Rows:
    """Unearned $/h of owners of segments, each of which gains `gain` less its slope per MW."""
    floor, most = (curve.fill(limit) for limit in limits)
    bend = np.where(curve.slope > 0, curve.slope, 1.0)
    best = np.where(curve.slope > 0, gain / bend, np.where(gain > 0, np.inf, -np.inf))
    best, part = np.clip(best, floor, most), curve.fill(power)
    unearned = gain * (best - part) - curve.slope * (best**2 - part**2) / 2
    return curve.by_owner(unearned, len(power))


def bids_unearned(priced: Priced) -> Missed:
    """Flexible loads consume where their value exceeds the price."""
    cleared, curve = priced.cleared, priced.cleared.values
    owned = cleared.scenario.bids
    price = priced.price(cleared.grid.at(owned), column(owned, "tan_phi"))
    gain = curve.price - price[curve.owner]
    unearned = segments_unearned(curve, gain, cleared.bids["p_mw"], cleared.bid_limits)
    return Missed(cleared.bids.names, unearned * cleared.hours)


def loads_unearned(priced: Priced) -> Missed:
    """Inelastic loads are served where the price is below the value of lost load."""
    cleared = priced.cleared
    owned, demand = cleared.scenario.loads, np.maximum(cleared.demand, 0.0)
    price = priced.price(cleared.grid.at(owned), cleared.load_tan_phi)
    gain = cleared.scenario.voll_usd_per_mwh - price
    served = np.maximum(cleared.loads["p_mw"], 0.0)
    unearned = np.maximum(gain, 0.0) * demand - gain * served
    return Missed(cleared.loads.names, unearned * cleared.hours)


def shiftable_unearned(priced: Priced) -> Missed:
    """Shiftable loads fill the cheapest hours of their window first."""
    cleared, owned = priced.cleared, priced.cleared.scenario.shiftable_loads
    voll, numbers = cleared.scenario.voll_usd_per_mwh, cleared.shiftable
    price = priced.price(cleared.grid.at(owned), column(owned, "tan_phi"))
    paid = (price * numbers["p_mw"] + voll * numbers["unserved_mw"]) * cleared.hours
    order = np.argsort(price, axis=1)
    price = np.take_along_axis(price, order, axis=1)
    room = np.take_along_axis(shiftable_limit(cleared) * cleared.hours, order, axis=1)
    room = np.where(price < voll, room, 0.0)
    energy = column(owned, "energy_mwh")
    filled = np.minimum(np.cumsum(room, axis=1), energy)
    each = np.diff(filled, axis=1, prepend=0.0)
    least = (price * each).sum(axis=1, keepdims=True) + voll * (energy - filled[:, -1:])
    return Missed(numbers.names, paid.sum(axis=1, keepdims=True) - least)


def slack_unearned(priced: Priced) -> list[Missed]:
    """Unserved energy costs the value of lost load, spilled energy the spill price.

    Where a price would pay for more, all power of the period bounds how much.
    """
    cleared, scenario = priced.cleared, priced.cleared.scenario
    voll, spill = scenario.voll_usd_per_mwh, scenario.spill_usd_per_mwh
    parts = []
    for kind, numbers, power, gain in (
        (UNSERVED, cleared.unserved, cleared.unserved_mw, cleared.prices - voll),
        (SPILLED, cleared.spilled, cleared.spilled_mw, -cleared.prices - spill),
    ):
        most = np.where(numbers.count > 0, _all_power(cleared), 0.0)
        unearned = np.maximum(gain, 0.0) * most - gain * power
        names = [f"{name} {kind}" for name in cleared.grid.bus_names]
        parts.append(Missed(names, unearned * cleared.hours))
    return parts


def _all_power(cleared: Cleared) -> Rows:
    """All that generators, stores and loads can do at once (MW), shape (periods,)."""
    owned = cleared.scenario
    total: Rows = cleared.output_limits[1].sum(axis=0) + cleared.bid_limits[1].sum(axis=0)
    total += np.abs(cleared.demand).sum(axis=0)
    total += column(owned.storage, "p_discharge_max_mw").sum()
    total += column(owned.shiftable_loads, "p_max_mw").sum()
    return total
