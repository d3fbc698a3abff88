"""What stands at the buses of an OpenDSS circuit: loads, generators, PV and storage."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scenarios.importers.opendss.engine import (
    Element,
    Engine,
    elements_of,
    number_of,
    power_of,
    property_of,
)
from scenarios.importers.opendss.shapes import Shapes
from scenarios.importers.technologies import Technologies, Technology, technology_of
from scenarios.records import Generator, Load, Offer, Storage

# Exponents of P and Q of a load's models; those of 4 are its own, 8 has three parts.
EXPONENTS = {1: (0, 0), 2: (2, 2), 3: (0, 2), 5: (1, 1), 6: (0, 0), 7: (0, 2)}
CVR, ZIP = 4, 8
FIXED, EXEMPT = 1, 2
HOLDS_VOLTAGE = 3  # model of a generator


@dataclass
class Standing:
    """Records by table, and how often something was taken in another way than given."""

    rows: dict[str, list[Any]] = field(default_factory=dict)
    said: Counter[str] = field(default_factory=Counter)
    partial: list[str] = field(default_factory=list)

    def add(self, table: str, *records: Any) -> None:
        """Add rows of a table."""
        self.rows.setdefault(table, []).extend(records)


@dataclass(frozen=True)
class Site:
    """Where and how records are made: area, base voltages (kV) of live buses, prices."""

    engine: Engine
    area: str
    kv: Mapping[str, float]
    held: Technologies
    shapes: Shapes


def standing_at(site: Site) -> Standing:
    """Everything that stands at live buses."""
    found = Standing()
    for element in elements_of(site.engine, frozenset(ADDERS)):
        if element.buses[0] not in site.kv:
            found.said[f"{element.kind}s at buses without supply are left out"] += 1
            continue
        if element.phases < 3:
            found.partial.append(element.name)
        ADDERS[element.kind](site, found, element)
    return found


def _add_load(site: Site, found: Standing, element: Element) -> None:
    """A load's parts by their exponents, at the voltage of its bus instead of its own."""
    loads = site.engine.ActiveCircuit.Loads
    name = element.name.partition(".")[2]
    loads.Name = name
    model, kw = int(loads.Model), float(loads.kW)
    power = complex(kw, float(loads.kvar)) / 1e3
    if loads.Status not in (FIXED, EXEMPT):
        power *= float(site.engine.ActiveCircuit.Solution.LoadMult)
    ratio = _voltage_ratio(site, element, float(loads.kV), is_delta=bool(loads.IsDelta))
    profile = site.shapes.profile(str(loads.daily), name, kw)
    bus, parts = element.buses[0], list(_parts(loads, model, power))
    for mark, part, n_p, n_q in parts:
        p, q = part.real * ratio**n_p, part.imag * ratio**n_q
        found.add("loads", Load(site.area, name + mark, bus, p, q, n_p, n_q, profile))


def _parts(loads: Any, model: int, power: complex) -> Iterator[tuple[str, complex, float, float]]:
    """Mark of the name, P and Q at the load's own voltage, exponents of both."""
    if model == ZIP:
        shares = [float(x) for x in loads.ZIPV]
        for n, mark in enumerate(("-z", "-i", "-p")):
            part = complex(power.real * shares[n], power.imag * shares[n + 3])
            if part:
                yield mark, part, 2.0 - n, 2.0 - n
    elif model == CVR:
        yield "", power, float(loads.CVRwatts), float(loads.CVRvars)
    else:
        n_p, n_q = EXPONENTS[model]
        yield "", power, float(n_p), float(n_q)


def _voltage_ratio(site: Site, element: Element, kv: float, *, is_delta: bool) -> float:
    """Base voltage of the bus over the voltage that a load is given for."""
    base = site.kv[element.buses[0]]
    across = element.phases > 1 or is_delta
    return base / kv if across else base / math.sqrt(3.0) / kv


def _add_generator(site: Site, found: Standing, element: Element) -> None:
    """A generator up to what it gives; its Q is that of OpenDSS's power flow."""
    generators = site.engine.ActiveCircuit.Generators
    generators.Name = name = element.name.partition(".")[2]
    if int(generators.Model) == HOLDS_VOLTAGE:
        found.said["generators that hold a voltage give the Q that OpenDSS finds"] += 1
    profile = site.shapes.profile(str(generators.daily), name, float(generators.kW))
    _add_unit(site, found, element, technology_of(name, site.held), profile)


def _add_pv(site: Site, found: Standing, element: Element) -> None:
    """PV up to what OpenDSS lets it give: irradiance, temperature and inverter are in that."""
    name = element.name.partition(".")[2]
    daily = property_of(site.engine, element.name, "daily")
    size = number_of(site.engine, element.name, "pmpp")
    profile = site.shapes.profile(daily, name, size)
    _add_unit(site, found, element, site.held["pv"], profile)


def _add_unit(
    site: Site, found: Standing, element: Element, technology: Technology, profile: str | None
) -> None:
    given = -power_of(site.engine, element.name)
    name, most = element.name, max(given.real, 0.0)
    unit = Generator(
        site.area,
        name,
        element.buses[0],
        0.0,
        most,
        given.imag,
        given.imag,
        p_base_mw=None if profile else given.real,
        q_base_mvar=given.imag,
        profile=profile,
        technology=technology.kind,
    )
    found.add("generators", unit)
    found.add("offers", Offer(site.area, name, None, 1, most, technology.price_per_mwh))


def _add_storage(site: Site, found: Standing, element: Element) -> None:
    """A store that ends the day as full as it began."""

    def read(key: str) -> float:
        return number_of(site.engine, element.name, key)

    rated, most, drawn = (
        read("kWRated") / 1e3,
        read("kWhRated") / 1e3,
        power_of(site.engine, element.name),
    )
    least = read("%Reserve") / 100.0 * most
    kept = max(read("%Stored") / 100.0 * most, least)
    found.said["what stores draw at rest is in the base case alone"] += read("%IdlingkW") > 0
    store = Storage(
        site.area,
        element.name,
        element.buses[0],
        rated * read("%Charge") / 100.0,
        rated * read("%Discharge") / 100.0,
        most,
        least,
        kept,
        kept,
        read("%EffCharge") / 100.0,
        read("%EffDischarge") / 100.0,
        p_base_mw=drawn.real,
        q_base_mvar=drawn.imag,
    )
    found.add("storage", store)


ADDERS = {
    "load": _add_load,
    "generator": _add_generator,
    "pvsystem": _add_pv,
    "storage": _add_storage,
}
