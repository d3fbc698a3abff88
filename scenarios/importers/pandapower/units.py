"""Generators: static ones, those that hold a voltage, and connections to other grids."""

import math
from dataclasses import dataclass

from scenarios.importers.matpower.costs import Cost, Polynomial
from scenarios.importers.pandapower.cells import Row, flag, given, number, text
from scenarios.importers.pandapower.loads import CONSTANT
from scenarios.importers.pandapower.setting import (
    NO_LIMIT,
    Assets,
    Setting,
    Site,
    limit,
    offers_of,
    power_of,
    site_of,
)
from scenarios.importers.technologies import (
    GRID,
    GRID_EXPORT,
    OTHER,
    Technologies,
    Technology,
    technology_of,
)
from scenarios.records import Bid, Generator, Offer


def add_sgen(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """A static generator; it may be turned down unless it says that it is not controllable."""
    site = site_of(setting, found, "sgen", row["bus"])
    if site is None:
        return
    power = power_of(row)
    technology = _technology(row, setting.held)
    follows = setting.profiles.get(("sgen", i))
    if not flag(row, "controllable", default=True):
        least = most = power.real
    else:
        least = 0.0 if follows else limit(given(row, "min_p_mw"), min(power.real, 0.0))
        most = limit(given(row, "max_p_mw"), max(power.real, 0.0))
    limits = (given(row, "min_q_mvar"), given(row, "max_q_mvar"))
    if not flag(row, "controllable", default=False) or None in limits:
        limits = (power.imag, power.imag)
    unit = Unit(site, f"sgen-{i}", least, most, limits, power, technology)
    profile = follows[0] if follows else None
    _add_unit(setting, found, unit, setting.costs.get(("sgen", i)), profile)


def _technology(row: Row, held: Technologies) -> Technology:
    """That which the type names, or else the name."""
    by_type = technology_of(text(row, "type"), held)
    return by_type if by_type is not held[OTHER] else technology_of(text(row, "name"), held)


def add_gen(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """A generator that holds the voltage of its bus."""
    site = site_of(setting, found, "gen", row["bus"])
    if site is None:
        return
    p = setting.base_mw.get(("gen", i), number(row, "p_mw") * number(row, "scaling", 1.0))
    rated = limit(given(row, "sn_mva"), p)
    if flag(row, "controllable", default=True):
        least = limit(given(row, "min_p_mw"), min(p, 0.0))
        most = limit(given(row, "max_p_mw"), max(rated, p, 0.0))
    else:
        least = most = p
    limits = (given(row, "min_q_mvar"), given(row, "max_q_mvar"))
    technology = _technology(row, setting.held)
    held_pu = number(row, "vm_pu", 1.0)
    unit = Unit(site, f"gen-{i}", least, most, limits, complex(p), technology, held_pu)
    _add_unit(setting, found, unit, setting.costs.get(("gen", i)))


def add_ext_grid(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """A connection to other grids: it sells at one price and buys at a lower one."""
    site = site_of(setting, found, "ext_grid", row["bus"])
    if site is None:
        return
    everything = setting.unlimited_mw
    least = limit(given(row, "min_p_mw"), -everything)
    most = limit(given(row, "max_p_mw"), everything)
    limits = (given(row, "min_q_mvar"), given(row, "max_q_mvar"))
    p, held_pu = setting.base_mw.get(("ext_grid", i), 0.0), number(row, "vm_pu", 1.0)
    named = _technology(row, setting.held)
    technology = setting.held[GRID] if named is setting.held[OTHER] else named
    unit = Unit(site, f"ext_grid-{i}", least, most, limits, complex(p), technology, held_pu)
    _add_unit(setting, found, unit, setting.costs.get(("ext_grid", i)))


@dataclass(frozen=True)
class Unit:
    """What produces between limits (MW; below 0 it consumes), at `power` (MVA) in the base case."""

    site: Site
    name: str
    p_min_mw: float
    p_max_mw: float
    q_limits: tuple[float | None, float | None]
    power: complex
    technology: Technology
    v_set_pu: float | None = None


def _add_unit(
    setting: Setting, found: Assets, unit: Unit, cost: Cost | None, profile: str | None = None
) -> None:
    """A generator, and a bid for what it consumes; with a convex cost they do not run together."""
    if cost is None:
        found.said["elements without a cost have that of their technology"] += 1
    price = unit.technology.price_per_mwh
    sells = cost or Polynomial(0.0, price, 0.0)
    export = setting.held[GRID_EXPORT].price_per_mwh
    buys = cost or Polynomial(0.0, min(price, export), 0.0)
    area, bus = unit.site
    curve = sells.curve(max(unit.p_max_mw, 0.0))
    low, high = unit.q_limits
    base = None if profile else max(unit.power.real, 0.0) if unit.p_min_mw < 0 else unit.power.real
    found.add(
        "generators",
        Generator(
            area,
            unit.name,
            bus,
            max(unit.p_min_mw, 0.0),
            max(unit.p_max_mw, 0.0),
            -math.inf if low is None or low <= -NO_LIMIT else low,
            math.inf if high is None or high >= NO_LIMIT else high,
            v_set_pu=unit.v_set_pu,
            p_base_mw=base,
            q_base_mvar=None if unit.v_set_pu is not None else unit.power.imag,
            no_load_usd_per_h=curve.at_zero_usd_per_h,
            profile=profile,
            technology=unit.technology.kind,
        ),
    )
    found.add("offers", *offers_of(area, unit.name, curve.segments, sign=+1))
    if unit.p_min_mw < 0:
        name = f"{unit.name}-buys"
        least, most = max(-unit.p_max_mw, 0.0), -unit.p_min_mw
        drawn = max(-unit.power.real, 0.0)
        bid = Bid(area, name, bus, least, most, p_base_mw=drawn, q_base_mvar=0.0)
        found.add("bids", bid)
        found.add("offers", *offers_of(area, name, buys.mirrored().curve(most).segments, sign=-1))


def add_xward(setting: Setting, found: Assets, i: int, row: Row) -> None:
    """Constant power, and behind its impedance a voltage that is held without active power."""
    CONSTANT(setting, found, "xward", i, row)
    site = setting.star(i)
    if site is not None:
        area, bus = site
        name = f"xward-{i}-voltage"
        held = Generator(area, name, bus, 0.0, 0.0, -math.inf, math.inf, number(row, "vm_pu", 1.0))
        found.add("generators", held)
        found.add("offers", Offer(area, name, None, 1, 0.0, 0.0))
