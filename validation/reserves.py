"""Reserve: enough of it held, within what generators can still rise, and rightly priced."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.scenario import Scenario
from validation.check import Rows, outside
from validation.tables import Numbers

Key = tuple[str, ...]


@dataclass(frozen=True)
class Reserves:
    """Offers of reserve and requirements beside what was cleared of them."""

    scenario: Scenario
    held: Numbers
    priced: Numbers
    hours: Rows

    @cached_property
    def holder(self) -> NDArray[np.int64]:
        """Row among all generators of each offer."""
        place = {(g.area, g.generator): n for n, g in enumerate(self.scenario.generators)}
        found = [place[o.area, o.generator] for o in self.scenario.reserve_offers]
        return np.array(found, dtype=np.int64)

    @cached_property
    def product(self) -> NDArray[np.int64]:
        """Row among all requirements of each offer."""
        place = {key: n for n, key in enumerate(products(self.scenario))}
        found = [place[o.area, o.reserve] for o in self.scenario.reserve_offers]
        return np.array(found, dtype=np.int64)

    def of_generators(self, values: Rows) -> Rows:
        """Numbers of offers added up by generator, shape (generators, periods)."""
        total = np.zeros((len(self.scenario.generators), self.hours.size))
        np.add.at(total, self.holder, values)
        return total

    @cached_property
    def power(self) -> Rows:
        """Reserve (MW) that every generator holds."""
        return self.of_generators(self.held["p_mw"])

    @cached_property
    def cost(self) -> Rows:
        """What holding costs ($) every generator."""
        return self.of_generators(self.asked * self.held["p_mw"] * self.hours)

    @cached_property
    def asked(self) -> Rows:
        """Price ($/MWh) of each offer, shape (offers, 1)."""
        return _column([o.price_usd_per_mwh for o in self.scenario.reserve_offers])

    @cached_property
    def most(self) -> Rows:
        """Most (MW) of each offer, shape (offers, 1)."""
        given = [o.p_max_mw for o in self.scenario.reserve_offers]
        return _column([np.inf if p is None else p for p in given])

    @cached_property
    def gain(self) -> Rows:
        """What one more MW held for an hour would earn ($) by each offer."""
        earned: Rows = self.priced["price_usd_per_mwh"][self.product] - self.asked
        return earned

    @cached_property
    def shortage_cost(self) -> Rows:
        """What is not held, at its price ($), shape (products, periods)."""
        return self.stated("shortage_usd_per_mwh") * self.priced["shortage_mw"] * self.hours

    def stated(self, field: str) -> Rows:
        """A column of the requirements, shape (products, periods)."""
        place = {key: n for n, key in enumerate(products(self.scenario))}
        values = np.zeros((len(place), self.hours.size))
        for r in self.scenario.reserves:
            at = slice(None) if r.period is None else r.period - 1
            values[place[r.area, r.reserve], at] = getattr(r, field)
        return values

    def spare(self) -> Rows:
        """What is held or short beyond the requirement (MW), shape (products, periods)."""
        total = np.zeros((len(products(self.scenario)), self.hours.size))
        np.add.at(total, self.product, self.held["p_mw"])
        spare: Rows = total + self.priced["shortage_mw"] - self.stated("requirement_mw")
        return spare

    def laws(self) -> Iterator[tuple[str, str, list[str], Rows]]:
        """Name, unit, members and misses of what reserves obey."""
        names, offers = self.priced.names, self.held.names
        short = np.maximum(-self.priced["shortage_mw"], 0.0)
        yield "reserve requirement", "MW", names, np.maximum(-self.spare(), 0.0) + short
        stated = self.priced["required_mw"] - self.stated("requirement_mw")
        yield "stated reserve requirement", "MW", names, stated
        yield "reserve offers", "MW", offers, outside(self.held["p_mw"], 0.0, self.most)

    def money(self) -> Iterator[tuple[list[str], Rows]]:
        """By how much stated costs ($) are not what the offers and the shortage cost."""
        paid = self.asked * self.held["p_mw"] * self.hours
        yield self.held.names, self.held["cost_usd"] - paid
        yield self.priced.names, self.priced["cost_usd"] - self.shortage_cost

    def unearned(self) -> Rows:
        """What requirements leave at their prices ($): spare that is priced, shortage too cheap."""
        price, short = self.priced["price_usd_per_mwh"], self.priced["shortage_mw"]
        dear = price - self.stated("shortage_usd_per_mwh")
        missed = np.abs(price * self.spare()) + np.maximum(-price, 0.0)
        unearned: Rows = (missed + np.maximum(dear, 0.0) + np.abs(dear * short)) * self.hours
        return unearned


def products(scenario: Scenario) -> list[Key]:
    """Area and name of every reserve, in the order of the table."""
    return list(dict.fromkeys((r.area, r.reserve) for r in scenario.reserves))


def _column(values: list[Any]) -> Rows:
    return np.array(values, dtype=float).reshape(-1, 1)
