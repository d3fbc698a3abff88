"""What coordinated operations (CMO) give on System A."""

import pandas as pd

from market.operators.area import boundary_interval
from reproduction.chapter4.designs import ASSUMED_A, CMO, HOURS, SYSTEM
from reproduction.chart import Chart, Kind, Panel, Series
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import panels_by, series_by

LIMITED: tuple[tuple[str, str, Kind], ...] = (
    ("demand_mw", "demand", "line"),
    ("least_mw", "least", "dashed"),
    ("most_mw", "greatest", "dashed"),
)
FIRST = 0  # place of DS 1 among the distribution areas


@item(
    "fig-4.3",
    "Power schedule and LMP of distribution areas under CMO, hours 6, 10, 16, 19",
    f"Boundary power and price that both operators agree on; {ASSUMED_A}.",
)
def schedule_and_price(solved: Solved) -> Reproduced:
    """Boundary power (MW) and price ($/MWh) by hour and area."""
    found = solved.clearing(SYSTEM, CMO).tables["boundary"].to_pandas()
    own = found[found["period"].isin(HOURS)]
    table = own.assign(hour=own["period"].map("hour {}".format))[
        ["hour", "area", "p_mw", "lmp_usd_per_mwh"]
    ]
    area = "distribution area"
    power = series_by(table, "hour", "area", "p_mw", "bars")
    price = series_by(table, "hour", "area", "lmp_usd_per_mwh", "bars")
    panels = (
        Panel("power schedule", area, "demand from transmission, MW", power),
        Panel("price at the boundary bus", area, "LMP, $/MWh", price),
    )
    return Reproduced(table, Chart(panels))


@item(
    "fig-4.5",
    "Scheduled demand of DS 1 with its limits under CMO, and how it is reached",
    "DS 1 is D10; limits are what it can produce and consume in all; each answer of its "
    f"exchange beside, hours 6, 10, 16, 19; {ASSUMED_A}.",
)
def demand_and_limits(solved: Solved) -> Reproduced:
    """Demand (MW) of the first area by hour, with limits, and as it was sent."""
    area = solved.scenario(SYSTEM).distribution[FIRST]
    day, answers = _by_hour(solved, area), _sent(solved, area)
    limits = tuple(
        Series(words, list(day["hour"]), list(day[column]), kind, colour=n)
        for n, (column, words, kind) in enumerate(LIMITED)
    )
    axis = "demand from transmission, MW"
    panels = (
        Panel(f"{area}, by hour", "hour of the day", axis, limits),
        *panels_by(
            answers, "area", "period", (("answer", "answer (0: forecast)"), ("demand_mw", axis))
        ),
    )
    return Reproduced(pd.concat([day, answers], ignore_index=True), Chart(panels))


def _by_hour(solved: Solved, area: str) -> pd.DataFrame:
    found = solved.clearing(SYSTEM, CMO).tables["boundary"].to_pandas()
    own = found[found["area"] == area].sort_values("period")
    least, most = boundary_interval(solved.scenario(SYSTEM).area(area))
    return pd.DataFrame(
        {
            "view": "agreed",
            "hour": list(own["period"]),
            "demand_mw": list(own["p_mw"]),
            "least_mw": least[0],
            "most_mw": most[0],
        }
    )


def _sent(solved: Solved, area: str) -> pd.DataFrame:
    sent = solved.clearing(SYSTEM, CMO).tables["message"].to_pandas()
    demand = (sent["sender"] == area) & (sent["quantity"] == "schedule")
    own = sent[demand & sent["period"].isin(HOURS)].sort_values(["period", "round"], kind="stable")
    return pd.DataFrame(
        {
            "view": "sent",
            "area": f"{area}, answer by answer",
            "hour": own["period"].astype(int),
            "period": own["period"].map("hour {:.0f}".format),
            "answer": own.groupby("period").cumcount(),
            "demand_mw": own["value"],
        }
    )


ITEMS = (schedule_and_price, demand_and_limits)
