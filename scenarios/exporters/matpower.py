"""A scenario's hour as MATPOWER case files: one of transmission, one of each feeder."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from scenarios.assets.generator import CAPABILITY
from scenarios.exporters import exporters
from scenarios.exporters.case_text import case_text
from scenarios.exporters.contract import (
    Curve,
    Exporter,
    back,
    curve_of,
    factor_of,
    lost_exponents,
    lost_in_one_hour,
)
from scenarios.findings import Finding, InvalidInput, listed
from scenarios.importers.matpower.columns import BUS_TYPES, COST_MODELS
from scenarios.one_period import one_period
from scenarios.records import PV, SLACK, Bid, Branch, Bus, DcLine, Generator
from scenarios.scenario import AreaView, Scenario

TYPES = {SLACK: BUS_TYPES["REF"], PV: BUS_TYPES["PV"]}
POLYNOMIAL, POINTS = (float(COST_MODELS[m]) for m in ("POLYNOMIAL", "PW_LINEAR"))
NO_ANGLE = 360.0
MINUTES_OF_RAMP = 30.0
Row = tuple[float, ...]
NO_CURVE: Row = (0.0,) * len(CAPABILITY)


def write_matpower(scenario: Scenario, folder: Path, period: int) -> Sequence[str]:
    """Case files in a new folder; raises InvalidInput where a feeder has several boundary buses."""
    _refuse_several(scenario)
    hour = one_period(scenario, period)
    folder.mkdir(parents=True)
    boundary = {b.area: b.transmission_bus for b in scenario.boundaries}
    top = hour.transmission
    numbers = _numbers(hour.area(top))
    feeders = []
    for number, name in enumerate((top, *hour.distribution)):
        file = f"{'T' if name == top else f'D{number}'}.m"
        held = set(boundary.values()) if name == top else set()
        (folder / file).write_text(_text(hour, name, file, held), encoding="utf-8")
        if name != top:
            feeders.append(f"--feeder {numbers[boundary[name]]}={folder / file}")
    lost = [*lost_in_one_hour(scenario), *_lost(hour)]
    said = [f"without a counterpart in MATPOWER, left out: {listed(lost, 20)}"] if lost else []
    command = f"tandem import DIR --transmission {folder / 'T.m'} {' '.join(feeders)}"
    return [*said, f"back: {command} {back(scenario)}"]


def _refuse_several(scenario: Scenario) -> None:
    buses: dict[str, set[str]] = {}
    for b in scenario.boundaries:
        buses.setdefault(b.area, set()).add(b.transmission_bus)
    findings = [
        Finding(f"area {area!r}", f"it is fed at {len(met)} buses", "export tables (--to csv)")
        for area, met in buses.items()
        if len(met) > 1
    ]
    if findings:
        raise InvalidInput("MATPOWER's files, in which a feeder has one root", findings)


def _numbers(view: AreaView) -> dict[str, int]:
    """MATPOWER's number of every bus: its name where all names are numbers."""
    names = list(view.network.buses)
    if all(n.isascii() and n.isdigit() and str(int(n)) == n and int(n) > 0 for n in names):
        return {n: int(n) for n in names}
    return {name: n for n, name in enumerate(names, start=1)}


def _text(hour: Scenario, name: str, file: str, boundary_buses: Collection[str]) -> str:
    view, at = hour.area(name), _numbers(hour.area(name))
    units = list(_units(view, at, boundary_buses))
    lines = list(view.of(DcLine).values())
    tables: dict[str, list[Row]] = {
        "bus": [_bus(view, bus, at, boundary_buses) for bus in view.network.buses.values()],
        "gen": [unit for unit, _ in units],
        "gencost": [cost for _, cost in units],
        "branch": [_branch(k, at) for k in hour.branches if k.area == name],
        "dcline": [_dc_line(line, at) for line in lines],
        "dclinecost": [(POLYNOMIAL, 0.0, 0.0, 2.0, k.cost_usd_per_mwh, 0.0) for k in lines],
    }
    renamed = [f"{number} is {bus}" for bus, number in at.items() if bus != str(number)]
    words = "\n".join([f"area {name} of {hour.name}", *renamed])
    return case_text(Path(file).stem, view.network.base_mva, tables, words)


def _bus(view: AreaView, bus: Bus, at: Mapping[str, int], boundary_buses: Collection[str]) -> Row:
    mine = [] if bus.bus in boundary_buses else [r for r in view.loads.values() if r.bus == bus.bus]
    p, q = (
        sum(getattr(r, c) * factor_of(view, r.profile) for r in mine) for c in ("p_mw", "q_mvar")
    )
    zone = int(bus.zone) if bus.zone and bus.zone.isdigit() else 1
    return (at[bus.bus], TYPES.get(bus.kind, BUS_TYPES["PQ"]), p, q, bus.g_shunt_mw,
            bus.b_shunt_mvar, 1, 1, 0, bus.base_kv, zone, bus.v_max_pu, bus.v_min_pu)  # fmt: skip


def _branch(k: Branch, at: Mapping[str, int]) -> Row:
    least = -NO_ANGLE if k.angle_min_deg is None else k.angle_min_deg
    most = NO_ANGLE if k.angle_max_deg is None else k.angle_max_deg
    return (at[k.from_bus], at[k.to_bus], k.r_pu, k.x_pu, k.b_pu, k.rating_mva or 0.0, 0, 0, k.tap,
            k.shift_deg, float(k.in_service), least, most)  # fmt: skip


def _dc_line(k: DcLine, at: Mapping[str, int]) -> Row:
    return (at[k.from_bus], at[k.to_bus], 1, k.p_base_mw, k.given_mw(k.p_base_mw)[1],
            k.q_base_from_mvar, k.q_base_to_mvar, k.v_from_pu or 1, k.v_to_pu or 1, k.p_min_mw,
            k.p_max_mw, k.q_min_from_mvar, k.q_max_from_mvar, k.q_min_to_mvar, k.q_max_to_mvar,
            k.loss_0_mw, k.loss_1)  # fmt: skip


def _units(
    view: AreaView, at: Mapping[str, int], boundary_buses: Collection[str]
) -> Iterator[tuple[Row, Row]]:
    """Rows of mpc.gen and mpc.gencost; a feeder's root has the grid, which has no cost."""
    nothing = (POLYNOMIAL, 0.0, 0.0, 3.0, 0.0, 0.0, 0.0)
    if view.side > 0:
        for root in view.network.references:
            yield _gen(at[root], 0.0, 0.0, 0.0, 1e9, (-1e9, 1e9)), nothing
    for name, g in view.generators.items():
        curve = curve_of(view, name, g.no_load_usd_per_h)
        yield _generator(view, g, at), _cost(curve, +1)
    for name, bid in view.bids.items():
        yield _bid(view, bid, at), _cost(curve_of(view, name), -1)
    for r in view.loads.values():
        if r.bus in boundary_buses:  # loads there give way to feeders when they are read back
            p, q = (x * factor_of(view, r.profile) for x in (r.p_mw, r.q_mvar))
            yield _gen(at[r.bus], -p, -q, -p, -p, (-q, -q)), nothing


def _gen(
    bus: float, p: float, q: float, least: float, most: float, limits: tuple[float, float],
    v_set: float = 1.0, ramp: float = 0.0, capability: Row = NO_CURVE,
) -> Row:  # fmt: skip
    low, high = limits
    return (bus, p, q, high, low, v_set, 100, 1, most, least, *capability, 0, 0, ramp, 0, 0)


def _generator(view: AreaView, g: Generator, at: Mapping[str, int]) -> Row:
    most = g.p_max_mw * factor_of(view, g.profile)
    follows = g.technology in ("pv", "wind") or g.profile is not None
    p = g.p_base_mw if g.p_base_mw is not None else most if follows else 0.0
    ramp = 0.0 if g.ramp_mw_per_h is None else g.ramp_mw_per_h * MINUTES_OF_RAMP / 60.0
    limits = (g.q_min_mvar, g.q_max_mvar)
    q, held = g.q_base_mvar or 0.0, g.v_set_pu or 1.0
    bent = tuple(getattr(g, name) or 0.0 for name in CAPABILITY)
    return _gen(at[g.bus], p, q, g.p_min_mw, most, limits, held, ramp, bent)


def _bid(view: AreaView, bid: Bid, at: Mapping[str, int]) -> Row:
    """A dispatchable load, whose power factor stands in its greatest reactive power."""
    k = factor_of(view, bid.profile)
    least, most = bid.p_min_mw * k, bid.p_max_mw * k
    q = most * bid.tan_phi if least == 0 else 0.0
    p = most if bid.p_base_mw is None else bid.p_base_mw
    return _gen(at[bid.bus], -p, -p * bid.tan_phi, -most, -least, (min(-q, 0.0), max(-q, 0.0)))


def _cost(curve: Curve, sign: int) -> Row:
    """A row of mpc.gencost; consumption (`sign` -1) is negative output of negative cost."""
    if curve.is_one_segment:
        (s,) = curve.segments
        coefficients = (s.slope_usd_per_mw2h / 2, s.price_usd_per_mwh, curve.at_zero_usd_per_h)
        return (POLYNOMIAL, 0.0, 0.0, 3.0, *coefficients)
    points = [(0.0, curve.at_zero_usd_per_h)]
    for width, price in curve.steps(sign):
        points.append((points[-1][0] + sign * width, points[-1][1] + sign * width * price))
    flat = [x for point in points[::sign] for x in point]
    return (POINTS, 0.0, 0.0, float(len(points)), *flat)


def _lost(hour: Scenario) -> Iterator[str]:
    """What MATPOWER does not hold beside what couples hours."""
    yield from lost_exponents(hour, frozenset({0.0}))
    if count := sum(k.g_pu != 0 for k in hour.branches):
        yield f"conductances of branches ({count})"
    if count := sum(g.s_max_mva is not None for g in hour.generators):
        yield f"limits of apparent power ({count})"
    roots = {(b.area, b.root_bus) for b in hour.boundaries}
    if count := sum((g.area, g.bus) in roots for g in hour.generators):
        yield f"generators at roots, which stand for the grid when read back ({count})"
    views = [hour.area(a.area) for a in hour.areas]
    if count := sum(curve_of(v, owner).bends for v in views for owner in v.offers):
        yield f"slopes of curves of several segments, which become steps ({count})"
    if count := sum(b.p_min_mw > 0 and b.tan_phi != 0 for b in hour.bids):
        yield f"power factors of bids that must take some ({count})"


exporters.register("matpower", Exporter(write_matpower, of_one_hour=True))
