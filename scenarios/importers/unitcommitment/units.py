"""Thermal and profiled units, price-sensitive loads, and stores."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from scenarios.importers.cost_points import Plant, Unit, blocks
from scenarios.importers.json_rows import Values
from scenarios.importers.unitcommitment.network import AREA
from scenarios.records import Bid, Commitment, Generator, Offer, Startup, Storage

TAKEN = "must-take"
CURVE = "Production cost curve"
UNKNOWN = ("Charge cost ($/MW)", "Loss factor", "Minimum charge rate (MW)",
           "Minimum discharge rate (MW)")  # fmt: skip


@dataclass(frozen=True)
class Units:
    """Units that start and stop, and those whose limits follow profiles."""

    thermal: list[Plant] = field(default_factory=list)
    profiled: list[tuple[Generator, list[Offer]]] = field(default_factory=list)


def units_of(held: Values, hour: float, periods: int, profiles: dict[str, list[float]]) -> Units:
    """All units; adds the profiles of those that follow any."""
    found = Units()
    for name, row in held.named("Generators").items():
        kind = row.held.get("Type", "Thermal")
        if kind == "Thermal":
            found.thermal.append(_thermal(name, row, hour))
        elif kind == "Profiled":
            found.profiled.extend(_profiled(name, row, hour, periods, profiles))
        else:
            row.refuse(f"its type is {kind!r}", "write 'Thermal' or 'Profiled'")
    return found


def _thermal(name: str, row: Values, hour: float) -> Plant:
    points = [(mw, usd / hour) for mw, usd in _points(row)]
    least, most = (points[0][0], points[-1][0]) if points else (0.0, 0.0)
    offers, no_load = blocks(Unit(AREA, name, least, most), points, row)
    status = row.number("Initial status (h)")
    if status == 0.0:
        row.refuse("its initial status is 0", "write hours on, or hours off as a negative number")
    if any(state is not None for state in row.held.get("Commitment status") or []):
        row.refuse("its commitment is given by period", "drop 'Commitment status'")
    if row.number("Shutdown cost ($)", 0.0):
        row.refuse("a stop has a cost", "add it to 'Startup costs ($)'")
    plant = Commitment(
        AREA,
        name,
        min_up_h=row.number("Minimum uptime (h)", 1.0),
        min_down_h=row.number("Minimum downtime (h)", 1.0),
        ramp_up_mw_per_h=_per_hour(row.either("Ramp up limit (MW)"), hour),
        ramp_down_mw_per_h=_per_hour(row.either("Ramp down limit (MW)"), hour),
        p_start_mw=row.either("Startup limit (MW)"),
        p_stop_mw=row.either("Shutdown limit (MW)"),
        on_before=status > 0.0,
        p_before_mw=row.number("Initial power (MW)"),
        hours_before=abs(status),
        must_run=bool(row.constant("Must run?", 0.0)),
    )
    generator = Generator(AREA, name, row.text("Bus"), least, most, no_load_usd_per_h=no_load)
    return generator, offers, plant, _startups(name, row)


def _per_hour(in_a_step: float | None, hour: float) -> float | None:
    return None if in_a_step is None else in_a_step / hour


def _points(row: Values) -> list[tuple[float, float]]:
    """Points (MW, $ a time step) of the cost curve, the same in all periods."""
    found = []
    for unit in ("(MW)", "($)"):
        given = row.held.get(f"{CURVE} {unit}")
        points = given if isinstance(given, list) else []
        each = Values(row.place, {f"{CURVE} {unit}, point {n}": p for n, p in
                                  enumerate(points, start=1)}, row.findings)  # fmt: skip
        values = [each.constant(key) for key in each.held]
        found.append([v for v in values if v is not None])
    if len(found[0]) != len(found[1]):
        row.refuse("its cost curve has not as many powers as costs", f"mend '{CURVE} ...'")
        return []
    points = list(zip(*found, strict=True))
    return [p for n, p in enumerate(points) if not n or p != points[n - 1]]


def _startups(name: str, row: Values) -> list[Startup]:
    costs = row.held.get("Startup costs ($)", [0.0])
    delays = row.held.get("Startup delays (h)", [1.0])
    if not isinstance(costs, list) or not isinstance(delays, list) or len(costs) != len(delays):
        row.refuse("it has not as many startup costs as delays", "give as many of each")
        return []
    costs = row.numbers_of("Startup costs ($)", costs)
    delays = row.numbers_of("Startup delays (h)", delays)
    if any(b <= a for a, b in pairwise(delays)):
        row.refuse("its startup delays do not rise", "order them")
    return [
        Startup(AREA, name, n, hours, usd)
        for n, (hours, usd) in enumerate(zip(delays, costs, strict=True), start=1)
    ]


def _profiled(
    name: str, row: Values, hour: float, periods: int, profiles: dict[str, list[float]]
) -> Iterator[tuple[Generator, list[Offer]]]:
    """Output up to the greatest at its cost, and beside it what has to be taken."""
    least = row.series("Minimum power (MW)", periods, 0.0)
    most = row.series("Maximum power (MW)", periods)
    price = row.series("Cost ($/MW)", periods, 0.0)
    if any(low > high for low, high in zip(least, most, strict=True)):
        row.refuse("its least power is above the greatest", "mend 'Minimum power (MW)'")
    free = [high - low for low, high in zip(least, most, strict=True)]
    for part, power, must in ((name, free, False), (f"{name} {TAKEN}", least, True)):
        peak = max(power)
        if peak > 0.0:
            profiles[part] = [mw / peak for mw in power]
            floor = peak if must else 0.0
            unit = Generator(
                AREA, part, row.text("Bus"), floor, peak, profile=part, technology="hydro"
            )
            yield unit, _at_price(part, peak, price, hour)


def _at_price(owner: str, most: float, price: Sequence[float], hour: float) -> list[Offer]:
    """All power at the price ($/MW in a time step) of each period, or at one for all."""
    if len(set(price)) == 1:
        return [Offer(AREA, owner, None, 1, most, price[0] / hour)]
    return [Offer(AREA, owner, t, 1, most, p / hour) for t, p in enumerate(price, start=1)]


def bids_of(
    held: Values, hour: float, periods: int, profiles: dict[str, list[float]]
) -> list[tuple[Bid, list[Offer]]]:
    """Loads that are served where their revenue covers the price; adds their profiles."""
    found = []
    for name, row in held.named("Price-sensitive loads").items():
        demand = row.series("Demand (MW)", periods)
        value = row.series("Revenue ($/MW)", periods, 0.0)
        peak = max(demand)
        if peak > 0.0:
            profiles[name] = [mw / peak for mw in demand]
            bid = Bid(AREA, name, row.text("Bus"), 0.0, peak, profile=name)
            found.append((bid, _at_price(name, peak, value, hour)))
    return found


def stores_of(held: Values, hour: float) -> list[Storage]:
    """Stores whose limits are those of every period, without losses at rest."""
    return [_store(name, row, hour) for name, row in held.named("Storage units").items()]


def _store(name: str, row: Values, hour: float) -> Storage:
    for key in UNKNOWN:
        if row.constant(key, 0.0):
            row.refuse(f"{key!r} is not 0", "a store here has no such number")
    most = row.constant("Maximum level (MWh)") or 0.0
    if (row.constant("Last period maximum level (MWh)", most) or 0.0) < most:
        row.refuse("its last level has a limit of its own", "drop 'Last period maximum level'")
    least = row.constant("Minimum level (MWh)", 0.0) or 0.0
    return Storage(
        AREA,
        name,
        row.text("Bus"),
        row.constant("Maximum charge rate (MW)") or 0.0,
        row.constant("Maximum discharge rate (MW)") or 0.0,
        most,
        least,
        row.constant("Initial level (MWh)", 0.0) or 0.0,
        row.constant("Last period minimum level (MWh)", least) or 0.0,
        row.constant("Charge efficiency", 1.0) or 1.0,
        row.constant("Discharge efficiency", 1.0) or 1.0,
        (row.constant("Discharge cost ($/MW)", 0.0) or 0.0) / hour,
    )
