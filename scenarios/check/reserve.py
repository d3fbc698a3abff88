"""Rules on reserves: who holds them, when, and whether there could be enough."""

from collections.abc import Iterator

from scenarios.check.profiles import periods
from scenarios.check.references import unknown
from scenarios.check.rows import Row, rows
from scenarios.findings import Finding
from scenarios.scenario import Scenario

ROUNDING = 1e-9  # of the capacity


def reserve_offers_name_both(scenario: Scenario) -> Iterator[Finding]:
    """An offer of reserve names a generator and a reserve of its area."""
    for column, table in (("generator", "generators"), ("reserve", "reserves")):
        known: dict[str, set[str]] = {}
        for row in rows(scenario, table):
            known.setdefault(row.record.area, set()).add(getattr(row.record, column))
        for row in rows(scenario, "reserve_offers"):
            here = known.get(row.record.area, set())
            if getattr(row.record, column) not in here:
                place = f"table {table!r} of area {row.record.area!r}"
                yield unknown(row, column, place, here)


def requirements_cover_the_day(scenario: Scenario) -> Iterator[Finding]:
    """A reserve has one requirement for every period, or one for each."""
    last = len(scenario.hours)
    for mine in _by_reserve(scenario).values():
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
    """No requirement exceeds what those who may hold the reserve could hold if they were idle."""
    largest = {(g.area, g.generator): g.p_max_mw for g in scenario.generators}
    able: dict[tuple[str, str], float] = {}
    for o in scenario.reserve_offers:
        most = largest.get((o.area, o.generator), 0.0)
        held = most if o.p_max_mw is None else min(most, o.p_max_mw)
        able[o.area, o.reserve] = able.get((o.area, o.reserve), 0.0) + held
    for key, mine in _by_reserve(scenario).items():
        row = max(mine, key=lambda row: row.record.requirement_mw)
        if row.record.requirement_mw > able.get(key, 0.0) * (1 + ROUNDING):
            finding = f"{row.shown('requirement_mw')}, but offers can hold {able.get(key, 0.0)!r}"
            cure = "lower requirement_mw, or let more generators offer it in 'reserve_offers'"
            yield row.finding("requirement_mw", f"{finding} MW", cure)


def _by_reserve(scenario: Scenario) -> dict[tuple[str, str], list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows(scenario, "reserves"):
        groups.setdefault((row.record.area, row.record.reserve), []).append(row)
    return groups
