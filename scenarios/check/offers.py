"""Rules on offers: whole curves that reach as far as their owner may go."""

from collections.abc import Iterator

from scenarios.check.profiles import factors, periods
from scenarios.check.rows import Row, rows
from scenarios.findings import Finding
from scenarios.scenario import Scenario

Owner = tuple[str, str]
Curves = dict[int | None, list[Row]]

COVER = 1e-9  # relative; sums of scaled segments carry rounding of that order


def curves(scenario: Scenario) -> dict[Owner, Curves]:
    """Offer rows by owner and period, in the order of their steps."""
    held: dict[Owner, Curves] = {}
    for row in sorted(rows(scenario, "offers"), key=lambda row: row.record.step):
        offer = row.record
        mine = held.setdefault((offer.area, offer.owner), {})
        mine.setdefault(offer.period, []).append(row)
    return held


def offer_periods_are_in_the_day(scenario: Scenario) -> Iterator[Finding]:
    """No offer stands outside the periods of the day."""
    last = len(scenario.hours)
    for row in rows(scenario, "offers"):
        period = row.record.period
        if last and period is not None and not 1 <= period <= last:
            finding = f"period {period} is not in the day of {last}"
            cure = f"periods count from 1 to {last}; null means every period"
            yield row.finding("period", finding, cure)


def steps_count_from_one(scenario: Scenario) -> Iterator[Finding]:
    """The steps of a curve are 1, 2, 3, ..."""
    for mine in curves(scenario).values():
        for curve in mine.values():
            steps = sorted({row.record.step for row in curve})
            if steps != list(range(1, len(steps) + 1)):
                finding = f"the steps of the curve are {', '.join(map(str, steps))}"
                yield curve[0].finding("step", finding, "count the steps 1, 2, 3, ...")


def curves_stand_for_all_or_for_each_period(scenario: Scenario) -> Iterator[Finding]:
    """An owner has one curve for every period, or one for each."""
    for (_, owner), mine in curves(scenario).items():
        by_period = {t: curve for t, curve in mine.items() if t is not None}
        missing = sorted(set(scenario.periods) - set(by_period))
        if None in mine and by_period:
            row = next(iter(by_period.values()))[0]
            finding = f"{owner!r} also has offers for every period (period null)"
            yield row.finding("period", finding, "keep one kind of offer")
        elif by_period and missing:
            row = next(iter(by_period.values()))[0]
            cure = "add the rows, or set period to null for every period"
            yield row.finding("period", f"{owner!r} has no offer for {periods(missing)}", cure)


def curves_reach_the_limit(scenario: Scenario) -> Iterator[Finding]:
    """The segments of an owner add up to its greatest power in every period."""
    whole, held = factors(scenario), curves(scenario)
    for row in rows(scenario, "generators", "bids"):
        owner = row.record
        mine = held.get(row.key, {})
        if not mine:
            cure = f"add rows to table 'offers' with owner {row.key[1]!r}"
            yield row.finding(None, "it has no offer", cure)
        elif owner.profile in whole:
            peaks = owner.p_max_mw * whole[owner.profile]
            yield from _reach(row, mine, dict(zip(scenario.periods, peaks.tolist(), strict=True)))


def _reach(row: Row, mine: Curves, peaks: dict[int, float]) -> Iterator[Finding]:
    offered = {t: sum(max(r.record.quantity_mw, 0.0) for r in curve) for t, curve in mine.items()}
    short = {
        t: peak
        for t, peak in peaks.items()
        if (t in offered or None in offered)
        and offered.get(t, offered.get(None, 0.0)) < peak - COVER * max(1.0, peak)
    }
    if short:
        t = max(short, key=lambda t: short[t])
        finding = (
            f"power up to {short[t]!r} MW in period {t}, "
            f"but offers of {offered.get(t, offered.get(None))!r} MW"
        )
        yield row.finding("p_max_mw", finding, "lower p_max_mw or offer more")
