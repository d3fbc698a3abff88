"""Inelastic loads: what is denied costs the value of lost load."""

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

KIND = "load"


def demand(cleared: Cleared) -> Rows:
    """Inelastic demand (MW) of every load."""
    owned = cleared.records(KIND)
    return column(owned, "p_mw") * cleared.grid.factors(owned)


@dataclass(frozen=True)
class Loads:
    """Served or unserved."""

    needed: ClassVar[tuple[str, ...]] = ()

    def laws(self, cleared: Cleared) -> Iterator[Law]:
        """What is served and what is denied add up to demand; neither is negative."""
        asked, name, unit = demand(cleared), "demand is served or unserved", "MW"
        served, denied = (cleared.of(KIND)[c] for c in ("p_mw", "unserved_mw"))
        yield Law(name, unit, served + denied - asked)
        yield Law(name, unit, outside(served, np.minimum(asked, 0.0), np.inf))
        yield Law(name, unit, outside(denied, 0.0, np.inf))

    def reactive(self, cleared: Cleared) -> Rows:
        """It follows what is served."""
        owned, numbers, asked = cleared.records(KIND), cleared.of(KIND), demand(cleared)
        share = np.divide(numbers["p_mw"], asked, out=np.ones_like(asked), where=asked != 0.0)
        expected = column(owned, "q_mvar") * cleared.grid.factors(owned) * share
        return numbers["q_mvar"] - expected

    def greatest_mw(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """Negative loads produce."""
        asked = demand(cleared)
        return np.maximum(-asked, 0.0), np.maximum(asked, 0.0)

    def cost_and_value(self, cleared: Cleared) -> tuple[Rows, Rows]:
        """The value of lost load."""
        denied = cleared.of(KIND)["unserved_mw"]
        return cleared.scenario.voll_usd_per_mwh * denied * cleared.hours, np.zeros_like(denied)

    def unearned(self, priced: Priced) -> Rows:
        """They are served where the price is below the value of lost load."""
        cleared = priced.cleared
        owned, asked = cleared.records(KIND), np.maximum(demand(cleared), 0.0)
        p, q = (column(owned, name) for name in ("p_mw", "q_mvar"))
        tan_phi = np.divide(q, p, out=np.zeros_like(p), where=p != 0.0)
        gain = cleared.scenario.voll_usd_per_mwh - priced.price(cleared.grid.at(owned), tan_phi)
        served = np.maximum(cleared.of(KIND)["p_mw"], 0.0)
        missed: Rows = (np.maximum(gain, 0.0) * asked - gain * served) * cleared.hours
        return missed


validators.register(KIND, Loads())
