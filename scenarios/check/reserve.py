"""Rules on reserves: who holds them, when, what a shortage costs, and whether there is enough."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from scenarios.assets import assets
from scenarios.check.profiles import periods
from scenarios.check.references import unknown
from scenarios.check.rows import Row, quoted, rows
from scenarios.findings import Finding
from scenarios.records import TRANSMISSION, Bid, Storage
from scenarios.reserve import DOWN, HOLDERS, ReserveOffer, ReserveProduct
from scenarios.scenario import Scenario

ROUNDING = 1e-9  # of the capacity
Name = tuple[str, str]  # area and product


def reserve_offers_name_both(scenario: Scenario) -> Iterator[Finding]:
    """An offer of reserve names one asset, and a reserve of its area or of transmission."""
    held = _assets(scenario)
    for row in rows(scenario, "reserve_offers"):
        named = [kind for kind in HOLDERS if getattr(row.record, kind) is not None]
        if len(named) != 1:
            finding = f"it names {quoted(named)}" if named else "it names no asset"
            yield row.finding(None, finding, f"name one asset, in one of {quoted(HOLDERS)}")
            continue
        kind, name = row.record.holder
        if (row.record.area, kind, name) not in held:
            here = {n for area, k, n in held if (area, k) == (row.record.area, kind)}
            place = f"table {assets[kind].table!r} of area {row.record.area!r}"
            yield unknown(row, kind, place, here)
    upper = [a.area for a in scenario.areas if a.kind == TRANSMISSION]
    yield from _without_reserve(scenario, "reserve_offers", upper)


def boundaries_carry_reserve(scenario: Scenario) -> Iterator[Finding]:
    """A boundary behind which reserve of transmission may be held has no limits of its own."""
    own = {(r.area, r.reserve) for r in scenario.reserves}
    lower = set(scenario.distribution)
    abroad = {o.area for o in scenario.reserve_offers if (o.area, o.reserve) not in own}
    for row in rows(scenario, "boundaries"):
        b = row.record
        if b.area in abroad & lower and (b.p_min_mw, b.p_max_mw) != (None, None):
            finding = "it has a limit, and assets behind it may hold reserve of transmission"
            cure = "leave both limits null; a rating of the first branch limits both"
            yield row.finding(None, finding, cure)


def products_are_of_reserves(scenario: Scenario) -> Iterator[Finding]:
    """What a product asks, and steps of its shortage, are of a reserve of the area."""
    for table in ("reserve_products", "reserve_shortages"):
        yield from _without_reserve(scenario, table)


def reserve_zones_have_buses(scenario: Scenario) -> Iterator[Finding]:
    """The zone of a requirement is that of some bus of its area."""
    for row in rows(scenario, "reserves"):
        r = row.record
        known = {b.zone for b in scenario.buses if b.area == r.area and b.zone is not None}
        if r.zone is not None and r.zone not in known:
            yield unknown(row, "zone", f"column 'zone' of the buses of area {r.area!r}", known)


def shortages_rise(scenario: Scenario) -> Iterator[Finding]:
    """Steps of a shortage count from 1, cost no less each, and none more than the rest."""
    groups: dict[Name, list[Row]] = {}
    for row in rows(scenario, "reserve_shortages"):
        groups.setdefault((row.record.area, row.record.reserve), []).append(row)
    for key, mine in groups.items():
        mine.sort(key=lambda row: row.record.step)
        if [row.record.step for row in mine] != list(range(1, len(mine) + 1)):
            yield mine[0].finding("step", "steps do not count 1, 2, 3, ...", "number them anew")
        for lower, upper in pairwise(mine):
            if upper.record.price_usd_per_mwh < lower.record.price_usd_per_mwh:
                finding = f"{upper.shown('price_usd_per_mwh')}, but the step before costs more"
                yield upper.finding("price_usd_per_mwh", finding, "order the steps by rising price")
        rest = [r.shortage_usd_per_mwh for r in scenario.reserves if (r.area, r.reserve) == key]
        last = mine[-1].record.price_usd_per_mwh
        if rest and last > min(rest):
            finding = f"{last!r} $/MWh, but what lies beyond the steps costs {min(rest)!r}"
            cure = "raise shortage_usd_per_mwh in 'reserves', or lower the step"
            yield mine[-1].finding("price_usd_per_mwh", finding, cure)


def requirements_cover_the_day(scenario: Scenario) -> Iterator[Finding]:
    """A reserve has one requirement for every period, or one for each."""
    last = len(scenario.hours)
    for mine in _by_requirement(scenario).values():
        given = {row.record.period: row for row in mine}
        for t, row in given.items():
            if t is not None and not 1 <= t <= last:
                finding = f"period {t} is not in the day of {last}"
                yield row.finding("period", finding, f"periods count from 1 to {last}")
        missing = sorted(set(scenario.periods) - set(given))
        if None in given and len(given) > 1:
            cure = "keep one kind of requirement"
            yield mine[0].finding("period", "there is also one for every period", cure)
        elif None not in given and missing:
            finding = f"no requirement for {periods(missing)}"
            yield mine[0].finding("period", finding, "add the rows, or set period to null")


def requirements_can_be_met(scenario: Scenario) -> Iterator[Finding]:
    """No requirement exceeds what those who may hold the reserve could hold at best."""
    held = _assets(scenario)
    zones = {(b.area, b.bus): b.zone for b in scenario.buses}
    products = {(p.area, p.reserve): p for p in scenario.reserve_products}
    own = {(r.area, r.reserve) for r in scenario.reserves}
    upper = next((a.area for a in scenario.areas if a.kind == TRANSMISSION), "")
    met: dict[str, list[str]] = {}
    for b in scenario.boundaries:
        met.setdefault(b.area, []).append(b.transmission_bus)
    able: dict[tuple[str, str, str | None], float] = {}
    for o in scenario.reserve_offers:
        asset = held.get((o.area, *o.holder))
        if asset is None:
            continue
        at_home = (o.area, o.reserve) in own
        area = o.area if at_home else upper
        buses = [asset.bus] if at_home else met.get(o.area, [])
        product = products.get((area, o.reserve), ReserveProduct(area, o.reserve))
        most = most_held(asset, o, product, min(scenario.hours))
        for zone in {None, *(zones.get((area, bus)) for bus in buses)}:
            able[area, o.reserve, zone] = able.get((area, o.reserve, zone), 0.0) + most
    for key, mine in _by_requirement(scenario).items():
        row = max(mine, key=lambda row: row.record.requirement_mw)
        if row.record.requirement_mw > able.get(key, 0.0) * (1 + ROUNDING):
            where = "" if key[2] is None else f" in zone {key[2]!r}"
            finding = f"{row.shown('requirement_mw')}, but offers can hold {able.get(key, 0.0)!r}"
            cure = "lower requirement_mw, or let more assets offer it in 'reserve_offers'"
            yield row.finding("requirement_mw", f"{finding} MW{where}", cure)


def most_held(asset: Any, offer: ReserveOffer, product: ReserveProduct, hours: float) -> float:
    """Most (MW) that an asset could hold of a product, whatever it does otherwise."""
    down = product.direction == DOWN
    if isinstance(asset, Storage):
        lasts = hours if product.sustain_h is None else product.sustain_h
        most = _most_of_store(asset, lasts, down=down)
    else:
        least = asset.p_min_mw if down or isinstance(asset, Bid) else 0.0
        most = asset.p_max_mw - least
    return most if offer.p_max_mw is None else min(most, offer.p_max_mw)


def _most_of_store(store: Storage, lasts_h: float, *, down: bool) -> float:
    """From charging to discharging, and as long as its energy lasts."""
    efficiency = 1 / store.charge_efficiency if down else store.discharge_efficiency
    energy = (store.energy_max_mwh - store.energy_min_mwh) * efficiency
    power = store.p_charge_max_mw + store.p_discharge_max_mw
    return min(power, energy / lasts_h) if lasts_h > 0 else power


def _assets(scenario: Scenario) -> dict[tuple[str, str, str], Any]:
    """Assets of the kinds that may hold reserve, by area, kind and name."""
    return {
        (record.area, kind, assets[kind].name_of(record)): record
        for kind in HOLDERS
        for record in scenario.table(assets[kind].table)
    }


def _without_reserve(
    scenario: Scenario, table: str, others: Sequence[str] = ()
) -> Iterator[Finding]:
    """Rows that name a reserve which neither their area nor `others` have."""
    known: dict[str, set[str]] = {}
    for r in scenario.reserves:
        known.setdefault(r.area, set()).add(r.reserve)
    for row in rows(scenario, table):
        areas = dict.fromkeys((row.record.area, *others))
        here = set().union(*(known.get(area, set()) for area in areas))
        if row.record.reserve not in here:
            place = f"table 'reserves' of area {' or '.join(map(repr, areas))}"
            yield unknown(row, "reserve", place, here)


def _by_requirement(scenario: Scenario) -> dict[tuple[str, str, str | None], list[Row]]:
    groups: dict[tuple[str, str, str | None], list[Row]] = {}
    for row in rows(scenario, "reserves"):
        r = row.record
        groups.setdefault((r.area, r.reserve, r.zone), []).append(row)
    return groups
