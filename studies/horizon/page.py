"""The page of a horizon: one HTML file, beside the reports of single days that it leads to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from scenarios.scenario import Scenario
from studies.horizon.day_runs import Links
from studies.horizon.finished import HorizonRun
from studies.horizon.representation import Representation
from studies.report.figures.horizon import (
    PRICE,
    draw_by_clock,
    draw_by_month,
    draw_calendar,
    draw_energy,
    draw_welfare,
)
from studies.report.figures.price_duration import POINTS, draw_duration
from studies.report.figures.style import Look, look_of
from studies.report.rendering import Section, drawing_library, html_of, rendered
from studies.report.run_page import rows_of
from studies.runs.run_records import RunStatus
from studies.study.horizon_plan import Plan
from studies.study.study import Study

MOST_ROWS = 300
RANKED = 5  # best and worst days that are listed
SUMS = ("consumed_mwh", "pv_mwh", "wind_mwh", "curtailed_mwh", "unserved_mwh", "spilled_mwh")


def render_page(
    run: HorizonRun,
    study: Study,
    scenario: Scenario,
    plan: Plan,
    links: Links,
    fewer: Sequence[Representation],
) -> str:
    """HTML of a finished horizon; `fewer` says how well a few of its days stand for all."""
    look = look_of(list(study.designs), scenario.currency, scenario.hours)
    days = run.days
    cleared = days[days["status"] != str(RunStatus.FAILED)]
    wrong = days[days["status"] != str(RunStatus.OK)]
    sections = _sections(run, cleared, plan, look) if len(cleared) else ()
    return rendered(
        "horizon.html",
        study=study,
        plan=plan,
        look=look,
        total_days=sum(plan.weights.values()),
        summary=[_summary(str(name), own) for name, own in days.groupby("design", sort=False)],
        ranked=[_ranked(str(n), own, links) for n, own in cleared.groupby("design", sort=False)],
        drawn=[(section, html_of(section)) for section in sections],
        fewer=fewer,
        wrong=rows_of(wrong.head(MOST_ROWS)),
        wrong_left=max(0, len(wrong) - MOST_ROWS),
        tables=run.tables,
        plotly=drawing_library(),
    )


def _summary(design: str, days: pd.DataFrame) -> dict[str, Any]:
    """One design over all that its days stand for."""
    weight = days["weight"]
    found = {name: float((days[name].fillna(0.0) * weight).sum()) for name in SUMS}
    used = days["consumed_mwh"].fillna(0.0) * weight
    known = used.where(days[PRICE].notna(), 0.0)
    price = float((days[PRICE].fillna(0.0) * known).sum() / known.sum()) if known.sum() else None
    return found | {
        "design": design,
        "welfare_usd": float((days["welfare_usd"].fillna(0.0) * weight).sum()),
        PRICE: price,
        "checked": int(days["periods_violated"].notna().sum()),
        "insecure": int((days["periods_violated"] + days["periods_unsolved"] > 0).sum()),
        "statuses": ", ".join(f"{n} {s}" for s, n in days["status"].value_counts().items()),
    }


def _ranked(design: str, days: pd.DataFrame, links: Links) -> dict[str, Any]:
    """The days of greatest and of least welfare, with the reports that there are."""
    order = days.sort_values(["welfare_usd", "day"], ascending=[False, True])
    shown = min(RANKED, max(1, len(order) // 2))
    ends = {"best": order.head(shown), "worst": order.tail(shown)[::-1]}
    return {"design": design} | {
        end: [row | {"link": links.get((design, row["day"]))} for row in rows_of(rows)]
        for end, rows in ends.items()
    }


def _sections(run: HorizonRun, days: pd.DataFrame, plan: Plan, look: Look) -> Iterator[Section]:
    periods = _with_calendar(run.table("periods"), plan)
    weighted = "" if set(plan.weights.values()) == {1.0} else " Days count by their weights."
    yield Section(
        "welfare",
        "Welfare",
        "Value of what flexible consumers use, less the cost of production and of energy not "
        "served, day by day.",
        draw_welfare(days, look),
    )
    yield Section(
        "calendar",
        "Prices by day and hour",
        "The price that consumers meet: mean of all buses, weighted by what is consumed there.",
        draw_calendar(periods, look),
    )
    yield Section(
        "clock",
        "Prices by the clock",
        f"The middle price of every time of day, in a band that holds nine tenths of them."
        f"{weighted}",
        draw_by_clock(periods, look),
    )
    yield Section(
        "months",
        "Prices by month",
        f"The middle half of prices in a box with their median, whiskers over nine tenths."
        f"{weighted}",
        draw_by_month(periods, look),
    )
    yield Section(
        "duration",
        "Duration of prices",
        f"How often a price is reached: all periods, the dearest first.{weighted}",
        draw_duration(_duration(periods), look).update_xaxes(
            title_text="share of the time with at least this price, %"
        ),
    )
    first = str(days["design"].iloc[0])
    yield Section(
        "energy",
        "Energy by month",
        f"Where energy comes from, and what is consumed, under {first}.{weighted}",
        draw_energy(days[days["design"] == first], look),
    )


def _with_calendar(periods: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Periods with clock, month and weight of their day."""
    weights: Mapping[str, float] = {str(day): weight for day, weight in plan.weights.items()}
    local = periods["time"].dt.tz_convert(plan.horizon.zone)
    return periods.assign(
        clock=local.dt.strftime("%H:%M"),
        month=local.dt.strftime("%Y-%m"),
        weight=periods["day"].map(weights),
    )


def _duration(periods: pd.DataFrame) -> pd.DataFrame:
    """Price ($/MWh) that is reached in a share (%) of the time, one column per design."""
    share = np.linspace(0.0, 1.0, POINTS)
    columns = {
        str(design): np.quantile(
            own[PRICE], 1 - share, weights=own["weight"] * own["hours"], method="inverted_cdf"
        )
        for design, own in periods.groupby("design", sort=False)
    }
    return pd.DataFrame(columns, index=pd.Index(100 * share, name="share"))
