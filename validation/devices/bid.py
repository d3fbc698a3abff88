"""Flexible loads: they consume along their value curve."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from validation.check import Rows, outside
from validation.cleared import Cleared
from validation.curves import Curves, curves, segments_unearned
from validation.devices import validators
from validation.devices.contract import Law
from validation.grid import column, members
from validation.priced import Priced

KIND = "bid"


def limits(cleared: Cleared) -> tuple[Rows, Rows]:
    """Least and greatest consumption (MW) of every flexible load."""
    owned = cleared.records(KIND)
    factor = cleared.grid.factors(owned)
    return column(owned, "p_min_mw") * factor, column(owned, "p_max_mw") * factor


def _values(cleared: Cleared) -> Curves:
    return curves(cleared.scenario, members(cleared.records(KIND), "area", KIND))


@dataclass(frozen=True)
class Bids:
    """Consumption within limits, worth its value curve."""

    needed: ClassVar[tuple[str, ...]] = ()

    def laws(self, cleared: Cleared) -> Iterator[Law]:
        """Power stays between least and greatest."""
        yield Law("power limits", "MW", outside(cleared.of(KIND)["p_mw"], *limits(cleared)))

    def reactive(self, cleared: Cleared) -> Rows:
        """It is in proportion."""
        numbers, tan_phi = cleared.of(KIND), column(cleared.records(KIND), "tan_phi")
        return numbers["q_mvar"] - tan_phi * numbers["p_mw"]

    def greatest_mw(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """They consume."""
        most = limits(cleared)[1]
        return np.zeros_like(most), most

    def cost_and_value(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """The area under the value curve."""
        power = cleared.of(KIND)["p_mw"]
        return np.zeros_like(power), _values(cleared).value(power) * cleared.hours

    def unearned(self, priced: Priced) -> Rows:
        """They consume where their value exceeds the price."""
        cleared, curve = priced.cleared, _values(priced.cleared)
        owned = cleared.records(KIND)
        price = priced.price(cleared.grid.at(owned), column(owned, "tan_phi"))
        gain, power = curve.price - price[curve.owner], cleared.of(KIND)["p_mw"]
        return segments_unearned(curve, gain, power, limits(cleared)) * cleared.hours


validators.register(KIND, Bids())
