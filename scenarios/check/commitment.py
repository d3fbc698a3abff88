"""Rules on plants that start and stop."""

from collections.abc import Iterator
from itertools import pairwise

from scenarios.check.references import unknown
from scenarios.check.rows import Row, rows
from scenarios.findings import Finding
from scenarios.records import Commitment, Generator, Startup
from scenarios.scenario import Scenario

LEAST_TIME = 1e-9  # of a period: what rounding leaves


def commitments_are_of_generators(scenario: Scenario) -> Iterator[Finding]:
    """A commitment names a generator of its area, a start-up category one with a commitment."""
    for table, owners in (("commitments", "generators"), ("startups", "commitments")):
        known: dict[str, set[str]] = {}
        for owner in rows(scenario, owners):
            known.setdefault(owner.record.area, set()).add(owner.record.generator)
        for row in rows(scenario, table):
            here = known.get(row.record.area, set())
            if row.record.generator not in here:
                place = f"table {owners!r} of area {row.record.area!r}"
                yield unknown(row, "generator", place, here)


def committed_generators_are_plain(scenario: Scenario) -> Iterator[Finding]:
    """What a commitment says of its generator, the generator does not say another way."""
    held = _committed(scenario)
    for row in rows(scenario, "generators"):
        g: Generator = row.record
        if (g.area, g.generator) not in held:
            continue
        for column, cure in (
            ("ramp_mw_per_h", "write ramp_up_mw_per_h and ramp_down_mw_per_h in 'commitments'"),
            ("p_initial_mw", "write on_before and p_before_mw in table 'commitments'"),
            ("profile", "a plant that starts and stops has the same limits in every period"),
        ):
            if getattr(g, column) is not None:
                finding = f"{column} is {row.shown(column)}, but it has a commitment"
                yield row.finding(column, finding, f"leave it null; {cure}")


def committed_offers_keep_their_width(scenario: Scenario) -> Iterator[Finding]:
    """Prices of a plant that starts and stops may change over the day, the widths may not."""
    held, first = _committed(scenario), dict[tuple[str, str, int], float]()
    for row in rows(scenario, "offers"):
        o = row.record
        if (o.area, o.owner) not in held:
            continue
        key = (o.area, o.owner, o.step)
        if first.setdefault(key, o.quantity_mw) != o.quantity_mw:
            finding = f"{row.shown('quantity_mw')}, but {first[key]!r} MW in another period"
            yield row.finding("quantity_mw", finding, "offer the same quantities in every period")


def categories_are_in_order(scenario: Scenario) -> Iterator[Finding]:
    """Start-up categories count from 1, rest longer and cost no less, from the shortest rest on."""
    plants = {(c.area, c.generator): c for c in scenario.commitments}
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows(scenario, "startups"):
        groups.setdefault((row.record.area, row.record.generator), []).append(row)
    hour = scenario.hours[0]
    for owner, mine in groups.items():
        mine.sort(key=lambda row: row.record.category)
        found = [row.record.category for row in mine]
        if found != list(range(1, len(mine) + 1)):
            finding = f"the categories are {', '.join(map(str, found))}"
            yield mine[0].finding("category", finding, "count the categories 1, 2, 3, ...")
        if owner in plants:
            shortest = max(plants[owner].min_down_h, hour)
            if mine[0].record.off_h > shortest + LEAST_TIME:
                finding = f"{mine[0].shown('off_h')}, but it may start after {shortest:g} h"
                cure = "the first category counts from the shortest rest: lower off_h"
                yield mine[0].finding("off_h", finding, cure)
        for warm, cold in pairwise(mine):
            yield from _colder(warm, cold)


def _colder(warm: Row, cold: Row) -> Iterator[Finding]:
    before: Startup = warm.record
    after: Startup = cold.record
    if after.off_h <= before.off_h:
        finding = f"{cold.shown('off_h')}, not above {warm.shown('off_h')} of category before"
        yield cold.finding("off_h", finding, "put the categories in order of off_h")
    if after.cost_usd < before.cost_usd:
        finding = f"{cold.shown('cost_usd')}, below {warm.shown('cost_usd')} of the category before"
        yield cold.finding("cost_usd", finding, "a longer rest costs no less: mend cost_usd")


def plants_can_start_and_stop(scenario: Scenario) -> Iterator[Finding]:
    """Outputs of starts and stops lie between the plant's limits."""
    for row, g in _plants(scenario):
        for column in ("p_start_mw", "p_stop_mw"):
            value = getattr(row.record, column)
            if value is not None and value < g.p_min_mw:
                finding = f"{row.shown(column)}, below p_min_mw of {g.p_min_mw!r} MW"
                yield row.finding(column, finding, f"raise {column}, or null for no limit")


def plants_begin_as_they_can(scenario: Scenario) -> Iterator[Finding]:
    """What a plant does before the first period agrees with its limits, times and duties."""
    for row, g in _plants(scenario):
        c: Commitment = row.record
        if c.must_run and c.out_of_service:
            cure = "clear must_run or out_of_service"
            yield row.finding("must_run", "it must run and is out of service", cure)
        if not c.on_before and c.p_before_mw:
            finding = f"{row.shown('p_before_mw')}, but it is off before the first period"
            yield row.finding("p_before_mw", finding, "write 0, or set on_before")
        if c.on_before and not g.p_min_mw <= c.p_before_mw <= g.p_max_mw:
            limits = f"{g.p_min_mw!r} to {g.p_max_mw!r} MW"
            finding = f"{row.shown('p_before_mw')}, but the plant is on and runs from {limits}"
            yield row.finding("p_before_mw", finding, "write an output within the limits")
        yield from _duties(row, c)


def _duties(row: Row, c: Commitment) -> Iterator[Finding]:
    """It need not run or rest on while it must do the other."""
    least = c.min_up_h if c.on_before else c.min_down_h
    rest = least - c.hours_before if c.hours_before is not None else 0.0
    held = rest > LEAST_TIME
    state, word = ("on", "min_up_h") if c.on_before else ("off", "min_down_h")
    if held and (c.out_of_service if c.on_before else c.must_run):
        duty = "out_of_service" if c.on_before else "must_run"
        finding = f"{duty}, but by {word} it must stay {state} for {rest:g} h more"
        yield row.finding(duty, finding, f"mend hours_before or {word}, or clear {duty}")
    above = c.p_stop_mw is not None and c.p_before_mw > c.p_stop_mw
    if c.on_before and c.out_of_service and above and not held:
        finding = f"out_of_service, but {row.shown('p_before_mw')} is above p_stop_mw"
        yield row.finding("out_of_service", finding, "lower p_before_mw or raise p_stop_mw")


def committed_periods_are_alike(scenario: Scenario) -> Iterator[Finding]:
    """Times of commitments count periods of one length."""
    if scenario.commitments and len(set(scenario.hours)) > 1:
        lengths = ", ".join(f"{h:g}" for h in sorted(set(scenario.hours)))
        cure = "give all periods one length, or leave the commitments out"
        yield Finding(
            "scenario.toml, key 'hours'", f"periods of {lengths} h with commitments", cure
        )


def _committed(scenario: Scenario) -> set[tuple[str, str]]:
    return {(c.area, c.generator) for c in scenario.commitments}


def _plants(scenario: Scenario) -> Iterator[tuple[Row, Generator]]:
    """Commitments beside their generators."""
    known = {(g.area, g.generator): g for g in scenario.generators}
    for row in rows(scenario, "commitments"):
        if generator := known.get((row.record.area, row.record.generator)):
            yield row, generator
