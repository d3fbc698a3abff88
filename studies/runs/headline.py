"""What a reader of a run must know first: what is wrong with it, in figures, and what to do."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import ceil

from scenarios.clearing import Status
from scenarios.findings import Finding
from scenarios.scenario import Scenario
from scenarios.variants.margins import Margins
from security.cleared_day import is_ringed
from studies.runs.clear_designs import RELAXATION, Cleared, ClearedStudy
from studies.runs.run_records import AcSummary, Exceeded, RunStatus, Verdict
from studies.runs.summary import SCARCITY_MWH

EXACT = 1e-4  # part of the welfare: mending relaxed losses at less is of no matter
OVERLOAD, LOW, HIGH, ANGLE = "overload", "low voltage", "high voltage", "wide angle"
WORTH = {
    OVERLOAD: "worst line", LOW: "lowest voltage", HIGH: "highest voltage", ANGLE: "widest angle",
}  # fmt: skip


def headline(found: ClearedStudy, scenario: Scenario, margins: Margins) -> Iterator[Finding]:
    """The findings on a run, the worst first; none where all is as asked and can run.

    `margins` are those that the designs left.
    """
    for name, failure in found.failed.items():
        for why in failure.findings:
            place = f"design {name!r}, {why.place}"
            yield Finding(place, f"it could not be cleared: {why.finding}", why.cure)
    yield from _inexact(found.cleared)
    for one in found.cleared:
        yield from (_failed_check(one, check) for check in one.checks if not check.passed)
    for one in found.cleared:
        if one.summary.status is RunStatus.NOT_AGREED:
            yield _not_agreed(one)
    yield from _scarcity(found.cleared)
    yield from _insecurity(found.cleared, scenario, margins)
    yield from _unchecked(found.cleared)
    yield from _as_one_network(found.cleared, scenario)
    yield from _noted(found.cleared)
    yield from _tied(found.cleared)


def _failed_check(one: Cleared, check: Verdict) -> Finding:
    at = f" at {check.where}" if check.where else ""
    missed = f"missed by {check.worst:.3g} {check.unit}{at}; {check.tolerance:.1g} is tolerated"
    cure = (
        "do not use this design's results: run `tandem check`; if it finds nothing, this is a fault"
    )
    if one.summary.gap_relative is not None:
        cure = "do not use this design's results: run it again with a smaller gap_relative"
    return Finding(f"design {one.note.name!r}, check {check.name!r}", missed, cure)


def _not_agreed(one: Cleared) -> Finding:
    found = one.summary
    gap = "" if found.gap_relative is None else f"; the certified gap is {found.gap_relative:.1e}"
    cure = "raise max_rounds or time_limit_s, or ask for a larger gap"
    if Status.LOST.value in one.note.outcome:
        cure = "see what became of that operator, and run again; use no price of this run"
    words = f"not agreed after {found.rounds} rounds ({one.note.outcome}){gap}"
    return Finding(f"design {one.note.name!r}", words, cure)


def _scarcity(cleared: Sequence[Cleared]) -> Iterator[Finding]:
    for energy, words in (("unserved_mwh", "not served"), ("spilled_mwh", "spilled")):
        sums = {c.note.name: getattr(c.summary, energy) for c in cleared}
        short = [name for name, mwh in sums.items() if mwh > SCARCITY_MWH]
        if short:
            least, most = min(sums[n] for n in short), max(sums[n] for n in short)
            figures = f"{_span(least, most, ',.4g')} MWh of the day are {words}"
            cure = "the report lists the places under Warnings: look for the limit that binds there"
            yield Finding(_designs(short, cleared), figures, cure)


def _insecurity(
    cleared: Sequence[Cleared], scenario: Scenario, margins: Margins
) -> Iterator[Finding]:
    flows = {c.note.name: c.summary.ac for c in cleared if c.summary.ac is not None}
    violated = {name: ac for name, ac in flows.items() if ac.hours_violated}
    unsolved = {name: ac for name, ac in flows.items() if ac.hours_unsolved}
    if violated:
        worst = list(_worst([e for ac in violated.values() for e in ac.worst]))
        hours = _hours([ac.hours_violated for ac in violated.values()], [*violated.values()])
        figures = "; ".join(_told(e) for e in worst)
        words = f"not secure: AC load flows exceed limits in {hours}; {figures}"
        yield Finding(_designs(list(violated), cleared), words, _cure(worst, scenario, margins))
    if unsolved:
        first = next(iter(unsolved.values()))
        hours = _hours([ac.hours_unsolved for ac in unsolved.values()], [*unsolved.values()])
        words = f"not secure: no AC load flow in {hours}; {first.why_unsolved}"
        cure = "see how far load can grow: `tandem margin --run RUN`"
        yield Finding(_designs(list(unsolved), cleared), words, cure)


def _unchecked(cleared: Sequence[Cleared]) -> Iterator[Finding]:
    reasons = {c.note.name: c.summary.why_no_ac for c in cleared if c.summary.why_no_ac}
    for why in dict.fromkeys(reasons.values()):
        names = [name for name, own in reasons.items() if own == why]
        words = f"not checked by an AC load flow: {why}"
        cure = "whether the schedule can run is not known; mend the network if it should be"
        yield Finding(_designs(names, cleared), words, cure)


def _as_one_network(cleared: Sequence[Cleared], scenario: Scenario) -> Iterator[Finding]:
    """That the AC check is no coordinated one, where areas are fed at several boundaries."""
    flows = {c.note.name: c.summary.ac for c in cleared if c.summary.ac is not None}
    if not flows or not is_ringed(scenario):
        return
    fed = Counter(b.area for b in scenario.boundaries)
    areas = ", ".join(area for area, count in fed.items() if count > 1)
    most = max(ac.largest_boundary_difference_mw for ac in flows.values())
    words = (
        f"its AC load flows are those of all areas as one network, which no operator has: {areas} "
        f"may carry power from boundary to boundary; up to {most:.3g} MW cross other than cleared"
    )
    cure = "see security_boundary; make an area of each root for coordinated load flows"
    yield Finding(_designs(list(flows), cleared), words, cure)


def _inexact(cleared: Sequence[Cleared]) -> Iterator[Finding]:
    """Feeders whose relaxed losses had to be mended at a cost that counts."""
    for one in cleared:
        rows = one.tables[RELAXATION].to_pandas() if RELAXATION in one.tables else None
        gap = one.summary.gap_relative
        if rows is None or rows.empty or (gap is not None and gap <= EXACT):
            continue
        areas = ", ".join(dict.fromkeys(rows["area"]))
        most = rows.groupby(["area", "period"])["excess_loss_mw"].sum().max()
        words = (
            f"cones of {areas} lose up to {most:.3g} MW more than flows cause, in "
            f"{rows['period'].nunique()} periods, as energy is burnt where prices are negative; "
            "the dispatch was mended, but prices are those of the relaxation and do not support it"
        )
        cure = "clear it with distribution = 'lindistflow' under [formulation]"
        yield Finding(f"design {one.note.name!r}", words, cure)


def _noted(cleared: Sequence[Cleared]) -> Iterator[Finding]:
    """What answers, reserves or outages lacked where the day was cleared all the same."""
    for one in cleared:
        if one.summary.status is not RunStatus.NOT_AGREED:
            for note in one.summary.notes:
                cure = "the result holds all the same; see whether it is what was meant"
                yield Finding(f"design {one.note.name!r}", note, cure)


def _tied(cleared: Sequence[Cleared]) -> Iterator[Finding]:
    """Prices that are not unique."""
    for one in cleared:
        found = one.summary
        if found.tied_prices:
            words = (
                f"{found.tied_prices:,} of {found.prices:,} prices are not unique; the widest "
                f"choice is {found.tie_width_usd_per_mwh:,.2f} $/MWh"
            )
            cure = (
                "payments rest on the rule `tie` under [pricing]; the table lmp has the lowest and "
                "the highest prices"
            )
            yield Finding(f"design {one.note.name!r}", words, cure)


def _designs(names: Sequence[str], cleared: Sequence[Cleared]) -> str:
    if len(names) == len(cleared) > 1:
        return "every design"
    return f"design{'s' if len(names) > 1 else ''} {', '.join(map(repr, names))}"


def _span(least: float, most: float, digits: str) -> str:
    low, high = f"{least:{digits}}", f"{most:{digits}}"
    return high if low == high else f"{low} to {high}"


def _hours(counts: Sequence[int], flows: Sequence[AcSummary]) -> str:
    total = max(ac.hours_solved + ac.hours_unsolved for ac in flows)
    return f"{_span(min(counts), max(counts), 'd')} of {total} hours"


def _worst(every: Sequence[Exceeded]) -> Iterator[Exceeded]:
    """The worst of each kind, over all designs."""
    for kind in WORTH:
        of_kind = [e for e in every if e.kind == kind]
        if of_kind:
            yield max(of_kind, key=lambda e: abs(e.value - e.limit) / (abs(e.limit) or 1.0))


def _told(e: Exceeded) -> str:
    at = f"{WORTH[e.kind]} {e.area}/{e.element}"
    if e.kind == OVERLOAD:
        return f"{at} at {e.value:.1f} of {e.limit:g} MVA in hour {e.period}"
    if e.kind == ANGLE:
        return f"{at} at {e.value:.2f} of {e.limit:g} degrees in hour {e.period}"
    return f"{WORTH[e.kind]} {e.value:.4f} p.u. at {e.area}/{e.element} (limit {e.limit:g})"


def _cure(worst: Sequence[Exceeded], scenario: Scenario, margins: Margins) -> str:
    """What to do about exceeded limits, the most likely cause first."""
    cures = list(_set_points(worst, scenario))
    if room := ", ".join(_wider(worst, scenario, margins)):
        cures.append(f"leave room for what the market does not see: {room} under [margin]")
    if any(e.kind in (LOW, HIGH) for e in worst):
        cures.append("`tandem powerflow` says whether the base case keeps its voltages")
    return "; ".join(
        [*cures, "losses = 'redispatch' in [load_flow] says what keeping limits costs"]
    )


def _wider(worst: Sequence[Exceeded], scenario: Scenario, margins: Margins) -> Iterator[str]:
    """Margins that would have kept the worst limits, if only the cleared flows moved."""
    lower = set(scenario.distribution)
    for e in worst:
        if e.kind == OVERLOAD:
            key = "distribution_rating" if e.area in lower else "transmission_rating"
            share = 1 - (1 - getattr(margins, key)) * e.limit / e.value
            yield f"{key} = {_up(share)}"
        elif e.area in lower and e.kind != ANGLE:
            yield f"voltage_pu = {_up(margins.voltage_pu + abs(e.value - e.limit))}"


def _up(size: float) -> str:
    """Rounded up to hundredths."""
    return f"{ceil(100 * size) / 100:g}"


def _set_points(worst: Sequence[Exceeded], scenario: Scenario) -> Iterator[str]:
    """Set-points of generators outside the bands of their own buses."""
    for e in worst:
        held = [
            g
            for g in scenario.generators
            if e.kind == HIGH and (g.area, g.bus) == (e.area, e.element) and g.v_set_pu is not None
        ]
        for unit in held:
            if unit.v_set_pu is not None and unit.v_set_pu > e.limit:
                set_point = f"v_set_pu of {unit.area}/{unit.generator} ({unit.v_set_pu:g})"
                yield f"set {set_point} within the band of its bus"
