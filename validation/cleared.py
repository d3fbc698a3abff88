"""A clearing beside its scenario: limits from the one, numbers from the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from scenarios.assets import all_assets, assets
from scenarios.clearing import Clearing
from scenarios.quantity import from_table
from scenarios.reserve import DIRECTIONS, EVERYWHERE, UP
from scenarios.results import GENERATOR, SPILLED, UNSERVED, OutageLimit
from scenarios.scenario import Scenario
from validation.check import Rows
from validation.curves import Curves, curves
from validation.grid import Grid, Mask, Places, column, members
from validation.outages import Outages
from validation.plants import Plants
from validation.reserves import Reserves, lanes, offered_abroad, requirements
from validation.tables import Key, Numbers, numbers

_DISPATCH = ["p_mw", "p_max_mw", "q_mvar", "unserved_mw", "p_wholesale_mw", "energy_mwh",
             "cost_usd", "value_usd"]  # fmt: skip
_LMP = ["lmp_usd_per_mwh", "energy_usd_per_mwh", "congestion_usd_per_mwh", "voltage_usd_per_mwh",
        "loss_usd_per_mwh", "reactive_usd_per_mvarh", "lowest_usd_per_mwh",
        "highest_usd_per_mwh"]  # fmt: skip
_PLANT = ["on", "started", "stopped", "start_cost_usd"]
_HELD = ["p_mw", "price_usd_per_mwh", "cost_usd"]
_RESERVE = ["required_mw", "shortage_mw", "price_usd_per_mwh", "cost_usd"]
_FLOW = ["p_mw", "q_mvar", "rating_mva", "shadow_usd_per_mwh", "loss_mw", "excess_loss_mw",
         "drop_usd_per_h"]  # fmt: skip
_CROSSING = ["p_mw", "price_usd_per_mwh", "cost_usd_per_mwh"]
_USED = ["v_pu", "price_usd_per_mwh", "congestion_usd_per_mwh", "voltage_usd_per_mwh",
         "reactive_usd_per_mvarh"]  # fmt: skip
_USED_FLOW = ["p_mw", "q_mvar", "shadow_usd_per_mwh"]
_BOUNDARY = ["p_mw", "q_mvar", "lmp_usd_per_mwh", "dlmp_usd_per_mwh",
             "ban_usd_per_mwh"]  # fmt: skip


@dataclass(frozen=True)
class Cleared:
    """What was cleared; which laws its networks obey, the traits of their formulations say."""

    scenario: Scenario
    clearing: Clearing

    @cached_property
    def grid(self) -> Grid:
        """Networks of all areas."""
        return Grid(self.scenario)

    @cached_property
    def hours(self) -> Rows:
        """Length (h) of every period, shape (periods,)."""
        return np.array(self.scenario.hours)

    @property
    def is_reactive(self) -> bool:
        """Whether feeders have reactive power and voltages."""
        return self.clearing.physics.distribution.reactive

    @property
    def has_currents(self) -> bool:
        """Whether feeders lose energy by currents that go with their voltages."""
        return self.is_reactive and self.clearing.physics.distribution.lossy

    @cached_property
    def angled_bus(self) -> Mask:
        """Buses whose angles drive flows."""
        return self._angled(self.grid.upper_bus)

    @cached_property
    def angled_branch(self) -> Mask:
        """Branches whose flows angles drive."""
        return self._angled(self.grid.upper_branch)

    def _angled(self, upper: Mask) -> Mask:
        physics = self.clearing.physics
        return np.where(upper, physics.transmission.angles, physics.distribution.angles)

    @cached_property
    def squared_loss(self) -> Mask:
        """Branches that lose r F^2 / base of the flow that angles drive."""
        physics, upper = self.clearing.physics, self.grid.upper_branch
        lossy = np.where(upper, physics.transmission.lossy, physics.distribution.lossy)
        return self.angled_branch & lossy

    @cached_property
    def middle(self) -> Rows:
        """Flow (MW) that angles drive: less the half of the loss that its from end draws."""
        halves = self.squared_loss.reshape(-1, 1)
        middle: Rows = self.flow["p_mw"] - np.where(halves, self.loss / 2, 0.0)
        return middle

    @cached_property
    def driven_limits(self) -> tuple[Rows, Rows]:
        """Least and greatest flow (MW) that the angle limits of a branch permit; else infinite."""
        grid, kept = self.grid, self.angled_branch
        least, most = np.full((2, len(grid.branches), 1), np.inf) * [[[-1.0]], [[1.0]]]
        shift = np.radians(column(grid.branches, "shift_deg"))
        ends = [grid.stiffness(kept) * (limit - shift)[kept] for limit in grid.angle_limits]
        least[kept], most[kept] = np.minimum(*ends), np.maximum(*ends)
        return least, most

    @cached_property
    def loss(self) -> Rows:
        """Losses (MW), shape (branches, periods); zero where the formulation has none."""
        return np.nan_to_num(self.flow["loss_mw"])

    @cached_property
    def flow_current(self) -> Rows:
        """|S|^2 / v at the from end of every branch of feeders, MVA^2 per p.u. squared."""
        p, q = (np.nan_to_num(self.flow[n]) for n in ("p_mw", "q_mvar"))
        v = np.nan_to_num(self.voltage["v_pu"][self.grid.start], nan=1.0)
        squared: Rows = (p**2 + q**2) * column(self.grid.branches, "tap") ** 2 / v**2
        return np.where(self.grid.upper_branch.reshape(-1, 1), 0.0, squared)

    @cached_property
    def current(self) -> Rows:
        """The same as the losses tell it; that of the flow where there is no resistance."""
        r = np.broadcast_to(
            column(self.grid.branches, "r_pu") / self.grid.base_mva, self.loss.shape
        )
        lower = (r > 0) & ~self.grid.upper_branch.reshape(-1, 1)
        return np.divide(self.loss, r, out=self.flow_current.copy(), where=lower)

    @cached_property
    def shunt_mvar(self) -> Rows:
        """Reactive power of shunts at 1 p.u., in lossy feeders with half of the lines' charging."""
        return column(self.scenario.buses, "b_shunt_mvar") + self._of_lines("b_pu")

    @cached_property
    def shunt_mw(self) -> Rows:
        """Consumption of shunts at 1 p.u., in lossy feeders with half of the lines' conductance."""
        return column(self.scenario.buses, "g_shunt_mw") + self._of_lines("g_pu")

    def _of_lines(self, name: str) -> Rows:
        """What both ends of lines of lossy feeders have of a shunt element (MVA at 1 p.u.)."""
        grid = self.grid
        half = column(grid.branches, name) * grid.base_mva / 2
        half[grid.upper_branch] = 0.0
        if not self.has_currents:
            half = 0.0 * half
        tap = column(grid.branches, "tap")
        both: Rows = grid.sum_at(grid.start, half / tap**2) + grid.sum_at(grid.end, half)
        return both

    @cached_property
    def shunt_factor(self) -> Rows:
        """Squared voltage that shunts see: their own in lossy feeders, 1 p.u. elsewhere."""
        squared = np.nan_to_num(self.voltage["v_pu"], nan=1.0) ** 2
        own = self.has_currents & ~self.grid.upper_bus.reshape(-1, 1)
        return np.where(own, squared, 1.0)

    @cached_property
    def _dispatch(self) -> dict[str, pd.DataFrame]:
        table = self.clearing.tables["dispatch"].to_pandas()
        return {str(kind): rows for kind, rows in table.groupby("kind")}

    @property
    def kinds(self) -> set[str]:
        """Kinds of assets in the dispatch table."""
        return set(self._dispatch)

    def _of_kind(self, kind: str, owned: list[Key]) -> Numbers:
        empty = self.clearing.tables["dispatch"].schema.empty_table().to_pandas()
        table = self._dispatch.get(kind, empty)
        return numbers(table, ["area", "asset", "bus"], owned, _DISPATCH, len(self.hours))

    def records(self, kind: str) -> tuple[Any, ...]:
        """Assets of a kind, in table order."""
        return self.scenario.table(assets[kind].table)

    def at_buses(self, kind: str) -> list[Any]:
        """Assets of a kind at their first bus, then again at their second where they have one."""
        return [r for _ in assets[kind].bus_columns for r in self.records(kind)]

    def places(self, kind: str) -> Places:
        """Bus of each of `at_buses`."""
        columns = assets[kind].bus_columns
        return np.concatenate([self.grid.at(self.records(kind), column) for column in columns])

    @cached_property
    def _numbers(self) -> dict[str, Numbers]:
        return {
            kind: self._of_kind(
                kind,
                [
                    key
                    for column in asset.bus_columns
                    for key in members(self.records(kind), "area", asset.name_column, column)
                ],
            )
            for kind, asset in all_assets().items()
        }

    def of(self, kind: str) -> Numbers:
        """Dispatch of a kind of assets, in the order of `at_buses`."""
        return self._numbers[kind]

    def sign(self, kind: str) -> int:
        """+1 where a kind's power is production, -1 where it is consumption."""
        return assets[kind].sign

    @property
    def generators(self) -> Numbers:
        """Dispatch of generators."""
        return self.of(GENERATOR)

    @property
    def traders(self) -> Iterator[tuple[Places, Numbers, int]]:
        """Buses of the assets of every kind, their numbers and the sign of their injection."""
        for kind, asset in all_assets().items():
            yield self.places(kind), self.of(kind), asset.sign

    @cached_property
    def unserved(self) -> Numbers:
        """Unserved energy by bus; a bus without rows has none."""
        return self._of_kind(UNSERVED, members(self.scenario.buses, "area", "bus", "bus"))

    @cached_property
    def spilled(self) -> Numbers:
        """Spilled energy by bus; a bus without rows has none."""
        return self._of_kind(SPILLED, members(self.scenario.buses, "area", "bus", "bus"))

    @property
    def unserved_mw(self) -> Rows:
        """Unserved power (MW), shape (buses, periods)."""
        return np.where(self.unserved.count > 0, self.unserved["p_mw"], 0.0)

    @property
    def spilled_mw(self) -> Rows:
        """Spilled power (MW), shape (buses, periods)."""
        return np.where(self.spilled.count > 0, self.spilled["p_mw"], 0.0)

    @property
    def assets(self) -> tuple[Numbers, ...]:
        """All parts of the dispatch table."""
        return (*self._numbers.values(), self.unserved, self.spilled)

    def _table(self, name: str, key: list[str], owned: list[Key], columns: list[str]) -> Numbers:
        table = self.clearing.tables[name].to_pandas()
        return numbers(table, key, owned, columns, len(self.hours))

    @cached_property
    def lmp(self) -> Numbers:
        """Prices by bus."""
        owned = members(self.scenario.buses, "area", "bus")
        return self._table("lmp", ["area", "bus"], owned, _LMP)

    @cached_property
    def flow(self) -> Numbers:
        """Flows by branch in service."""
        key = ["area", "branch", "from_bus", "to_bus"]
        return self._table("flow", key, members(self.grid.branches, *key), _FLOW)

    @cached_property
    def voltage(self) -> Numbers:
        """Voltages by bus."""
        owned = members(self.scenario.buses, "area", "bus")
        return self._table("voltage", ["area", "bus"], owned, ["v_pu", "angle_rad"])

    @cached_property
    def boundary(self) -> Numbers:
        """What crosses every boundary."""
        owned = members(self.scenario.boundaries, "boundary", "area")
        return self._table("boundary", ["boundary", "area"], owned, _BOUNDARY)

    @cached_property
    def plants(self) -> Plants:
        """Generators that start and stop, and their states."""
        s, key = self.scenario, ["area", "generator"]
        states = self._table("plant", key, members(s.commitments, *key), _PLANT)
        return Plants(s.generators, s.commitments, s.startups, states, self.hours)

    @cached_property
    def reserves(self) -> Reserves:
        """Reserve held by assets, and its prices."""
        s, key = self._exchanging, ["area", "reserve", "kind", "asset"]
        offered: list[Key] = [(o.area, o.reserve, *o.holder) for o in s.reserve_offers]
        held = self._table("reserve_held", key, offered, _HELD)
        table = self.clearing.tables["reserve"].to_pandas()
        rows = table.assign(zone=table["zone"].fillna(EVERYWHERE).astype(str))
        key = ["area", "reserve", "zone"]
        priced = numbers(rows, key, requirements(s), _RESERVE, len(self.hours))
        lane, bus = ["boundary", "reserve"], ["area", "direction", "bus"]
        crossing = self._table("boundary_reserve", lane, lanes(s), _CROSSING)
        used = self._table("reserve_bus", bus, self._copied("buses", "bus"), _USED)
        return Reserves(s, self.grid, held, priced, crossing, used, self.hours)

    @cached_property
    def used_flow(self) -> Numbers:
        """Flows of feeders once all reserve of a direction is used."""
        key = ["area", "direction", "branch"]
        return self._table("reserve_flow", key, self._copied("branches", "branch"), _USED_FLOW)

    @cached_property
    def _exchanging(self) -> Scenario:
        """The scenario without offers over boundaries where none was cleared."""
        s = self.scenario
        if self.clearing.tables["boundary_reserve"].num_rows:
            return s
        offers = zip(s.reserve_offers, offered_abroad(s), strict=True)
        return s.with_tables({"reserve_offers": [o for o, is_abroad in offers if not is_abroad]})

    def _copied(self, table: str, name: str) -> list[Key]:
        """Buses, or branches in service, of feeders that hold reserve for transmission."""
        s, found = self._exchanging, list[Key]()
        stated = {p.reserve: p.direction for p in s.reserve_products if p.area == s.transmission}
        abroad = zip(s.reserve_offers, offered_abroad(s), strict=True)
        held = {(o.area, stated.get(o.reserve, UP)) for o, is_abroad in abroad if is_abroad}
        for area in s.distribution:
            for direction in (d for d in DIRECTIONS if (area, d) in held):
                rows = [r for r in s.table(table) if r.area == area]
                kept = [r for r in rows if getattr(r, "in_service", True)]
                found += [(area, direction, getattr(r, name)) for r in kept]
        return found

    @cached_property
    def outages(self) -> Outages:
        """Networks without each branch that may be lost."""
        limits = from_table(self.clearing.tables["outage_limit"], OutageLimit)
        flow = self.flow["p_mw"]
        return Outages(self.scenario, self.grid, self.angled_branch, flow, limits)

    @cached_property
    def greatest_output(self) -> Rows:
        """Greatest output (MW) of every generator, were it on."""
        owned = self.scenario.generators
        most = column(owned, "p_max_mw") * self.grid.factors(owned)
        return np.fmin(most, column(owned, "s_max_mva"))

    @cached_property
    def output_limits(self) -> tuple[Rows, Rows]:
        """Least and greatest output (MW) of every generator, in its state where it has one."""
        owned, most = self.scenario.generators, self.greatest_output
        least = np.minimum(column(owned, "p_min_mw"), most)
        return least * self.plants.is_on, self.plants.most(most)

    @cached_property
    def ramps(self) -> tuple[Rows, Rows]:
        """Ramps down and up (MW/h) of every generator, infinite without, (generators, 1)."""
        plain = np.nan_to_num(column(self.scenario.generators, "ramp_mw_per_h"), nan=np.inf)
        return self.plants.rates(plain)

    @cached_property
    def reactive_limits(self) -> tuple[Rows, Rows]:
        """Least and greatest reactive output (Mvar), shape (generators, 1); zero without Q."""
        owned = self.scenario.generators
        upper = np.array([g.area == self.scenario.transmission for g in owned], dtype=bool)
        able = self.is_reactive & ~upper.reshape(-1, 1)
        least, most = column(owned, "q_min_mvar"), column(owned, "q_max_mvar")
        return np.where(able, least, 0.0), np.where(able, most, 0.0)

    @property
    def prices(self) -> Rows:
        """Price of active power ($/MWh), shape (buses, periods)."""
        return self.lmp["lmp_usd_per_mwh"]

    @cached_property
    def offers(self) -> Curves:
        """Cost curves of generators."""
        return curves(self.scenario, members(self.scenario.generators, "area", "generator"))
