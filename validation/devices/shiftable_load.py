"""Shiftable loads: the energy of the day, in a window of hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from validation.check import Rows, outside
from validation.cleared import Cleared
from validation.devices import validators
from validation.devices.contract import Law
from validation.grid import column
from validation.priced import Priced

KIND = "shiftable_load"


def limit(cleared: Cleared) -> Rows:
    """Greatest power (MW) of every shiftable load in every period: zero outside its window."""
    owned, period = cleared.records(KIND), np.arange(1, len(cleared.hours) + 1)
    first, last = column(owned, "first_period"), column(owned, "last_period")
    most: Rows = np.where((first <= period) & (period <= last), column(owned, "p_max_mw"), 0.0)
    return most


@dataclass(frozen=True)
class ShiftableLoads:
    """Served within the window, or unserved at the value of lost load."""

    needed: ClassVar[tuple[str, ...]] = ()

    def laws(self, cleared: Cleared) -> Iterator[Law]:
        """Power stays within window and limit; the energy of the day is served or unserved."""
        name, unit, numbers = "shiftable loads", "MW or MWh", cleared.of(KIND)
        power, denied = numbers["p_mw"], numbers["unserved_mw"]
        energy = ((power + denied) * cleared.hours).sum(axis=1, keepdims=True)
        yield Law(name, unit, outside(power, 0.0, limit(cleared)))
        yield Law(name, unit, outside(denied, 0.0, np.inf))
        yield Law(name, unit, energy - column(cleared.records(KIND), "energy_mwh"))

    def reactive(self, cleared: Cleared) -> Rows:
        """It is in proportion."""
        numbers, tan_phi = cleared.of(KIND), column(cleared.records(KIND), "tan_phi")
        return numbers["q_mvar"] - tan_phi * numbers["p_mw"]

    def greatest_mw(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """They consume, within their windows."""
        most = limit(cleared)
        return np.zeros_like(most), most

    def cost_and_value(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """The value of lost load."""
        denied = cleared.of(KIND)["unserved_mw"]
        return cleared.scenario.voll_usd_per_mwh * denied * cleared.hours, np.zeros_like(denied)

    def unearned(self, priced: Priced) -> Rows:
        """They fill the cheapest hours of their window first."""
        cleared, owned = priced.cleared, priced.cleared.records(KIND)
        voll, numbers = cleared.scenario.voll_usd_per_mwh, cleared.of(KIND)
        price = priced.price(cleared.grid.at(owned), column(owned, "tan_phi"))
        paid = (price * numbers["p_mw"] + voll * numbers["unserved_mw"]) * cleared.hours
        order = np.argsort(price, axis=1)
        price = np.take_along_axis(price, order, axis=1)
        room = np.take_along_axis(limit(cleared) * cleared.hours, order, axis=1)
        room = np.where(price < voll, room, 0.0)
        energy = column(owned, "energy_mwh")
        filled = np.minimum(np.cumsum(room, axis=1), energy)
        each = np.diff(filled, axis=1, prepend=0.0)
        least = (price * each).sum(axis=1, keepdims=True) + voll * (energy - filled[:, -1:])
        missed: Rows = paid.sum(axis=1, keepdims=True) - least
        return missed


validators.register(KIND, ShiftableLoads())
