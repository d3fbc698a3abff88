"""A distribution area's bid curve: what it offers and bids at its boundary, per period."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from formulations.networks import DEFAULTS, clearing_names, formulation
from market.coordination import BidCurve, Late
from market.operators.distribution import DistributionOperator
from scenarios.findings import InvalidInput
from scenarios.quantity import label, quantity, to_table
from scenarios.records import DISTRIBUTION
from scenarios.scenario import Scenario
from solvers.errors import SolveFailed
from studies.analyses.of_one_area import area_named, write_area
from studies.report.figures.bid_curve import draw_bid_curve
from studies.report.figures.style import look_of
from studies.report.rendering import Section, figure_page
from studies.study.table_keys import unknown_name

TIME_LIMIT_S = 600.0
CAPTION = (
    "What one more MW at the boundary is worth to the area, with every limit of its network kept. "
    "At a boundary price, the area takes the power at which its curve has come down to that price; "
    "negative power is delivered to transmission."
)


@dataclass(frozen=True, slots=True)
class BidSegment:
    """One segment of an area's bid curve: boundary power, and what it is worth to the area.

    Negative power is an offer to deliver. The price falls evenly along the segment.
    """

    period: int = label("period, from 1", key=True)
    segment: int = label("position of the segment in its period, from 1", key=True)
    from_mw: float = quantity("MW", "power into the area where the segment begins")
    to_mw: float = quantity("MW", "power into the area where it ends")
    price_from_usd_per_mwh: float = quantity("$/MWh", "worth of one more MW at from_mw")
    price_to_usd_per_mwh: float = quantity("$/MWh", "worth of one more MW at to_mw")


def bid_curve_of(
    scenario: Scenario, area: str, distribution: str = DEFAULTS[DISTRIBUTION]
) -> pa.Table:
    """Segments of an area's bid curve, in the order of period and power.

    Raises `InvalidInput` where the scenario has no such area or its hours are coupled, and
    `SolveFailed`.
    """
    view = area_named(scenario, area)
    known = clearing_names(DISTRIBUTION)
    if distribution not in known:
        unknown = unknown_name("--distribution", "formulation", distribution, known)
        raise InvalidInput("command line", [unknown])
    physics = formulation(distribution, DISTRIBUTION)
    operator = DistributionOperator(view, physics, TIME_LIMIT_S)
    try:
        return to_table(list(_segments(operator.bid_curve())), BidSegment)
    except Late as late:
        raise SolveFailed(str(late), "no bid curve", "see that area's limits") from late


def write_bid_curve(scenario: Scenario, area: str, curve: pa.Table, out: Path | None) -> Path:
    """Write the curve as Parquet, as CSV and as a page with its figure; gives the new folder.

    The folder is `out`, or the next free one of `runs/bidcurve-AREA`, ...
    """
    page = _page(scenario, area, curve)
    return write_area("bidcurve", area, "bid_curve", curve, page, out)


def _segments(curve: BidCurve) -> Iterator[BidSegment]:
    columns = (curve.period, curve.from_mw, curve.to_mw, curve.price_from, curve.price_to)
    before, place = -1, 0
    for period, *numbers in zip(*(c.tolist() for c in columns), strict=True):
        place = place + 1 if period == before else 1
        before = period
        yield BidSegment(period + 1, place, *numbers)


def _page(scenario: Scenario, area: str, curve: pa.Table) -> str:
    limits = (-scenario.spill_usd_per_mwh, scenario.voll_usd_per_mwh)
    look = look_of([area], scenario.currency, scenario.hours)
    figure = draw_bid_curve(curve.to_pandas(), limits, look)
    section = Section("bid-curve", f"Bid curve of {area}", CAPTION, figure)
    return figure_page(scenario.name, section)
