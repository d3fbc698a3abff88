"""Reserve: enough of it held, within what is offered, and rightly priced."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from scenarios.assets import assets
from scenarios.reserve import EVERYWHERE, UP, ReserveProduct
from scenarios.scenario import Scenario
from validation.check import Rows, outside
from validation.grid import Grid, Mask, column
from validation.holding import Holding
from validation.tables import Numbers

Key = tuple[str, ...]
PRICE, REACTIVE = "price_usd_per_mwh", "reactive_usd_per_mvarh"


@dataclass(frozen=True)
class Reserves:
    """Offers of reserve and requirements beside what was cleared of them.

    `crossing` is what is held over boundaries, `used` what holds in feeders once it is used, by
    direction and bus.
    """

    scenario: Scenario
    grid: Grid
    held: Numbers
    priced: Numbers
    crossing: Numbers
    used: Numbers
    hours: Rows

    @cached_property
    def products(self) -> list[ReserveProduct]:
        """What the product of each offer asks."""
        stated = {(p.area, p.reserve): p for p in self.scenario.reserve_products}
        upper = self.scenario.transmission
        areas = np.where(self.abroad, upper, [o.area for o in self.scenario.reserve_offers])
        return [
            stated.get((area, o.reserve), ReserveProduct(area, o.reserve))
            for area, o in zip(areas.tolist(), self.scenario.reserve_offers, strict=True)
        ]

    @cached_property
    def abroad(self) -> Mask:
        """Offers of assets in distribution of products that transmission alone requires."""
        return np.array(offered_abroad(self.scenario), dtype=bool)

    @cached_property
    def counts(self) -> Rows:
        """1 where an offer counts for a requirement, shape (offers, requirements)."""
        zone = {(b.area, b.bus): b.zone or EVERYWHERE for b in self.scenario.buses}
        at = [zone[o.area, self._record(n).bus] for n, o in enumerate(self.scenario.reserve_offers)]
        counts = [
            [(o.area, o.reserve) == key[:2] and key[2] in (EVERYWHERE, place) for key in self._keys]
            for o, place in zip(self.scenario.reserve_offers, at, strict=True)
        ]
        return np.array(counts, dtype=float).reshape(len(at), len(self._keys))

    @cached_property
    def crossing_counts(self) -> Rows:
        """1 where what is held over a boundary counts for a requirement, (lanes, requirements)."""
        upper = self.scenario.transmission
        zone = {b.bus: b.zone or EVERYWHERE for b in self.scenario.buses if b.area == upper}
        met = {b.boundary: zone[b.transmission_bus] for b in self.scenario.boundaries}
        counts = [
            [(upper, name) == key[:2] and key[2] in (EVERYWHERE, met[b]) for key in self._keys]
            for b, name in self.crossing.members
        ]
        return np.array(counts, dtype=float).reshape(len(counts), len(self._keys))

    @cached_property
    def lanes(self) -> Rows:
        """1 where an offer is held over a boundary, shape (offers, lanes)."""
        root = {b.boundary: (b.area, b.root_bus) for b in self.scenario.boundaries}
        buses = [(b.area, b.bus) for b in self.scenario.buses]
        found = np.zeros((len(self.abroad), len(self.crossing.members)))
        for n in np.flatnonzero(self.abroad).tolist():
            o = self.scenario.reserve_offers[n]
            at = self.grid.bus[o.area, self._record(n).bus]
            behind = buses[self.grid.reference[at]]
            found[n] = [
                root[b] == behind and name == o.reserve for b, name in self.crossing.members
            ]
        return found

    @property
    def worth(self) -> Rows:
        """What a MW of each offer earns ($/MWh): all requirements that it counts for.

        Over a boundary it is the price there, and what delivery through the feeder adds.
        """
        earned: Rows = self.counts @ self.priced[PRICE]
        first = np.argmax(self.lanes, axis=1) if self.lanes.size else np.zeros(len(earned), int)
        for n in np.flatnonzero(self.abroad).tolist():
            record, product = self._record(n), self.products[n]
            area = self.scenario.reserve_offers[n].area
            at = self._used_at[area, product.direction, record.bus]
            added = self.used[PRICE][at]
            if self.scenario.reserve_offers[n].holder[0] == "bid":
                added = added + record.tan_phi * np.nan_to_num(self.used[REACTIVE][at])
            sign = 1 if product.direction == UP else -1
            earned[n] = self.crossing["cost_usd_per_mwh"][first[n]] + sign * added
        return earned

    @cached_property
    def _used_at(self) -> dict[Key, int]:
        return {key: n for n, key in enumerate(self.used.members)}

    def used_at(self, direction: str) -> tuple[Rows, Rows]:
        """Injection (MW, Mvar) of all that is held over boundaries, used, (buses, periods)."""
        power = np.zeros((len(self.grid.bus), self.hours.size))
        reactive, sign = np.zeros_like(power), 1 if direction == UP else -1
        for n in np.flatnonzero(self.abroad).tolist():
            o, record = self.scenario.reserve_offers[n], self._record(n)
            if self.products[n].direction == direction:
                at = self.grid.bus[o.area, record.bus]
                power[at] += sign * self.held["p_mw"][n]
                tan_phi = record.tan_phi if o.holder[0] == "bid" else 0.0
                reactive[at] += sign * tan_phi * self.held["p_mw"][n]
        return power, reactive

    def of(self, kind: str) -> Holding:
        """Offers of the assets of one kind."""
        table = assets[kind]
        names = [(r.area, table.name_of(r)) for r in self.scenario.table(table.table)]
        place = {name: n for n, name in enumerate(names)}
        offers = enumerate(self.scenario.reserve_offers)
        rows = np.array([n for n, o in offers if o.holder[0] == kind], dtype=int)
        own = [self.scenario.reserve_offers[n] for n in rows]
        products = [self.products[n] for n in rows]
        lasts = column(products, "sustain_h")
        return Holding(
            len(names),
            np.array([place[o.area, o.holder[1]] for o in own], dtype=int),
            np.array([1 if p.direction == UP else -1 for p in products], dtype=int),
            column(products, "minutes").ravel(),
            self.most[rows],
            self.held["p_mw"][rows],
            (self.worth - self.asked)[rows],
            np.where(np.isnan(lasts), self.hours, lasts),
        )

    def cost(self, kind: str) -> Rows:
        """What holding costs every asset of a kind ($)."""
        rows = [o.holder[0] == kind for o in self.scenario.reserve_offers]
        paid = self.asked[rows] * self.held["p_mw"][rows] * self.hours
        return self.of(kind).total(paid)

    @cached_property
    def asked(self) -> Rows:
        """Price ($/MWh) of each offer, shape (offers, 1)."""
        return column(self.scenario.reserve_offers, PRICE)

    @cached_property
    def most(self) -> Rows:
        """Most (MW) of each offer, shape (offers, 1)."""
        return np.nan_to_num(column(self.scenario.reserve_offers, "p_max_mw"), nan=np.inf)

    @cached_property
    def shortage_cost(self) -> Rows:
        """What is not held, at the prices of its steps ($), shape (requirements, periods)."""
        parts = (price * part for _, price, part in self._steps())
        return sum(parts, np.zeros_like(self.priced["shortage_mw"])) * self.hours

    def stated(self, field: str) -> Rows:
        """A column of the requirements, shape (requirements, periods)."""
        place = {key: n for n, key in enumerate(self._keys)}
        values = np.zeros((len(place), self.hours.size))
        for r in self.scenario.reserves:
            at = slice(None) if r.period is None else r.period - 1
            values[place[r.area, r.reserve, r.within], at] = getattr(r, field)
        return values

    def spare(self) -> Rows:
        """What is held or short beyond the requirement (MW), shape (requirements, periods)."""
        held: Rows = self.counts.T @ self.held["p_mw"]
        held = held + self.crossing_counts.T @ self.crossing["p_mw"]
        spare: Rows = held + self.priced["shortage_mw"] - self.stated("requirement_mw")
        return spare

    def laws(self) -> Iterator[tuple[str, str, list[str], Rows]]:
        """Name, unit, members and misses of what reserves obey."""
        names, offers = self.priced.names, self.held.names
        short = np.maximum(-self.priced["shortage_mw"], 0.0)
        yield "reserve requirement", "MW", names, np.maximum(-self.spare(), 0.0) + short
        stated = self.priced["required_mw"] - self.stated("requirement_mw")
        yield "stated reserve requirement", "MW", names, stated
        yield "reserve offers", "MW", offers, outside(self.held["p_mw"], 0.0, self.most)
        yield "reserve prices", "$/MWh", offers, self.held[PRICE] - self.worth
        crossing, lanes = self.crossing.names, self.crossing["p_mw"]
        behind = self.lanes.T @ self.held["p_mw"]
        together = self._same_root
        yield (
            "reserve over boundaries",
            "MW",
            crossing,
            together @ lanes - together @ behind / (together.sum(axis=1, keepdims=True)),
        )
        yield "reserve over boundaries", "MW", crossing, np.maximum(-lanes, 0.0)
        worth = self.crossing_counts @ self.priced[PRICE]
        yield "prices of reserve at boundaries", "$/MWh", crossing, self.crossing[PRICE] - worth

    @property
    def _same_root(self) -> Rows:
        """1 where two lanes are of one product and one root, shape (lanes, lanes)."""
        root = {b.boundary: (b.area, b.root_bus) for b in self.scenario.boundaries}
        keys = [(root[b], name) for b, name in self.crossing.members]
        same = np.array([[one == other for other in keys] for one in keys], dtype=float)
        return same.reshape(len(keys), len(keys))

    def boundaries_unearned(self) -> Rows:
        """What lanes leave ($) between the prices at both ends, shape (lanes, periods)."""
        gain = self.crossing[PRICE] - self.crossing["cost_usd_per_mwh"]
        most = self.lanes.T @ np.minimum(self.most, self._spans)
        unearned: Rows = (np.maximum(gain * most, 0.0) - gain * self.crossing["p_mw"]) * self.hours
        return unearned

    @property
    def _spans(self) -> Rows:
        """From the least to the most (MW) that the asset of each offer does, (offers, 1)."""
        holders = [o.holder[0] for o in self.scenario.reserve_offers]
        limits = [assets[k].greatest_mw(self._record(n)) for n, k in enumerate(holders)]
        return np.array([sum(map(abs, pair)) for pair in limits], dtype=float).reshape(-1, 1)

    def money(self) -> Iterator[tuple[list[str], Rows]]:
        """By how much stated costs ($) are not what the offers and the shortage cost."""
        paid = self.asked * self.held["p_mw"] * self.hours
        yield self.held.names, self.held["cost_usd"] - paid
        yield self.priced.names, self.priced["cost_usd"] - self.shortage_cost

    def unearned(self) -> Rows:
        """What requirements leave at their prices ($): spare that is priced, shortage too cheap."""
        price = self.priced[PRICE]
        missed = np.abs(price * self.spare()) + np.maximum(-price, 0.0)
        for width, asked, part in self._steps():
            dear = price - asked
            whole = np.where(np.isinf(width), 1.0, width)  # beyond all steps any excess counts
            left = np.where(np.isinf(width), np.abs(dear * part), -dear * part)
            missed = missed + np.maximum(dear, 0.0) * whole + left
        unearned: Rows = missed * self.hours
        return unearned

    def _steps(self) -> Iterator[tuple[Rows, Rows, Rows]]:
        """Width (MW), price ($/MWh) and used part (MW) of each step, (requirements, periods)."""
        left = self.priced["shortage_mw"]
        steps = {(s.area, s.reserve, s.step): s for s in self.scenario.reserve_shortages}
        for n in range(1, 1 + max((step for *_, step in steps), default=0)):
            own = [steps.get((area, name, n)) for area, name, _ in self._keys]
            width = np.array([[s.quantity_mw if s else 0.0] for s in own])
            price = np.array([[s.price_usd_per_mwh if s else 0.0] for s in own])
            part = np.minimum(left, width)
            left = left - part
            yield width, price, part
        yield np.full((len(left), 1), np.inf), self.stated("shortage_usd_per_mwh"), left

    @cached_property
    def _keys(self) -> list[Key]:
        return requirements(self.scenario)

    def _record(self, offer: int) -> Any:
        kind, name = self.scenario.reserve_offers[offer].holder
        return self._records[self.scenario.reserve_offers[offer].area, kind, name]

    @cached_property
    def _records(self) -> dict[Key, Any]:
        kinds = {o.holder[0] for o in self.scenario.reserve_offers}
        return {
            (r.area, kind, assets[kind].name_of(r)): r
            for kind in kinds
            for r in self.scenario.table(assets[kind].table)
        }


def offered_abroad(scenario: Scenario) -> list[bool]:
    """Whether each offer is of a product that its own area does not require."""
    own = {(r.area, r.reserve) for r in scenario.reserves}
    return [(o.area, o.reserve) not in own for o in scenario.reserve_offers]


def lanes(scenario: Scenario) -> list[Key]:
    """Boundaries and products over which reserve may be held, in the order of boundaries."""
    abroad = zip(scenario.reserve_offers, offered_abroad(scenario), strict=True)
    offered = [o for o, is_abroad in abroad if is_abroad]
    return [
        (b.boundary, name)
        for b in scenario.boundaries
        for name in dict.fromkeys(o.reserve for o in offered if o.area == b.area)
    ]


def requirements(scenario: Scenario) -> list[Key]:
    """Area, product and zone of every requirement, in the order of the table."""
    return list(dict.fromkeys((r.area, r.reserve, r.within) for r in scenario.reserves))
