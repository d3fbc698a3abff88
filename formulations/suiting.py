"""What keeps networks from being cleared by the formulations that are asked for."""

from collections.abc import Iterator

from formulations.contract import ROOT_V_PU
from formulations.networks import clearing_names, networks
from scenarios.assets import assets
from scenarios.check.rows import Row, quoted, rows
from scenarios.check.topology import Forest, forests
from scenarios.findings import Finding
from scenarios.matrices import TIE_X_PU
from scenarios.records import DISTRIBUTION, Load
from scenarios.scenario import AreaView, Scenario
from scenarios.traits import ProblemClass, Traits

ROUNDING = 1e-6  # part of a voltage


def feeder_findings(scenario: Scenario, traits: Traits) -> Iterator[Finding]:
    """Loops of feeders, where only trees are known; taps; ties without an angle."""
    for row, _, forest in forests(scenario):
        if row.record.kind == DISTRIBUTION and traits.radial:
            yield from _loops(row, forest)
        if row.record.kind == DISTRIBUTION and traits.reactive:
            yield from _taps(row, scenario.area(row.record.area), forest)
    if traits.angles:
        yield from _ties(scenario)


def reserve_findings(scenario: Scenario, traits: Traits) -> Iterator[Finding]:
    """What keeps reserve that is held in feeders from being known to be deliverable."""
    known = traits.problem_class is ProblemClass.LP and not traits.lossy
    for row, _, forest in forests(scenario):
        view = scenario.area(row.record.area)
        crosses = view.reserves.crosses
        if row.record.kind != DISTRIBUTION or not crosses:
            continue
        if not known:
            finding = "assets hold reserve over its boundary, and its physics is not linear"
            yield row.finding(None, finding, "clear feeders by 'lindistflow' or 'transport'")
        if forest.closing:
            loops = quoted([k.branch for k in forest.closing])
            finding = f"assets hold reserve over its boundary, and branches {loops} close loops"
            cure = "open them (in_service = false): which way reserve goes is known on trees alone"
            yield row.finding(None, finding, cure)
        roots = {port.bus for port in view.ports.values()}
        held = {(kind, name) for kind, name, n in view.reserves.offers if n in crosses}
        buses = [view.assets[assets[kind].record][name].bus for kind, name in held]
        if lost := sorted({view.network.reference_of[bus] for bus in buses} - roots):
            finding = f"assets hold reserve over boundaries, of which none is at {quoted(lost)}"
            yield row.finding(None, finding, "make the root_bus of the boundary the slack bus")


def _loops(row: Row, forest: Forest) -> Iterator[Finding]:
    for branch in forest.closing:
        finding = f"branches {quoted(forest.loop(branch), most=20)} form a loop, not a tree"
        cure = f"open one of them (in_service = false), or {_others()}"
        yield row.finding(None, finding, cure)


def _taps(row: Row, view: AreaView, forest: Forest) -> Iterator[Finding]:
    """The bus that taps alone put furthest below its band, where nothing raises a voltage."""
    if not _only_draws(view):
        return
    low = {}
    held = set(view.network.references)
    for name, bus in view.network.buses.items():
        v = ROOT_V_PU
        for above, k in forest.way_up(name):
            v *= k.tap if above == k.to_bus else 1 / k.tap
        if name not in held and v < bus.v_min_pu * (1 - ROUNDING):
            low[name] = (v, bus.v_min_pu)
    if low:
        name, (v, least) = min(low.items(), key=lambda one: one[1][0] - one[1][1])
        finding = (
            f"taps leave bus {name!r} at {v:.4f} p.u. of {ROOT_V_PU:g} at the root, and at least "
            f"{least:g} is permitted; nothing there raises it"
        )
        cure = "mend taps or bands, which may mean another root voltage, or "
        yield row.finding(None, finding, cure + "clear feeders by a formulation without voltages")


def _only_draws(view: AreaView) -> bool:
    """Whether an area has loads that draw P and Q, and nothing else that moves voltages."""
    if any(rows for record, rows in view.assets.items() if record is not Load):
        return False
    loads, buses = view.loads.values(), view.network.buses.values()
    draws = all(r.p_mw >= 0 and r.q_mvar >= 0 and min(view.factor(r.profile)) >= 0 for r in loads)
    plain = all(k.b_pu <= 0 <= min(k.r_pu, k.x_pu) for k in view.network.branches.values())
    return draws and plain and all(b.b_shunt_mvar <= 0 <= b.g_shunt_mw for b in buses)


def _ties(scenario: Scenario) -> Iterator[Finding]:
    lower = set(scenario.distribution)
    for row in rows(scenario, "branches"):
        k = row.record
        if k.in_service and k.area in lower and k.x_pu == 0:
            finding = "the value is 0.0 p.u., so no angle drives its flow"
            yield row.finding("x_pu", finding, f"write {TIE_X_PU:g}, or clear by 'transport'")


def _others() -> str:
    """Formulations that know more than trees."""
    known = [
        repr(name) for name in clearing_names(DISTRIBUTION) if not networks[name].traits.radial
    ]
    return f"clear feeders by {' or '.join(known)} ([formulation], key 'distribution')"
