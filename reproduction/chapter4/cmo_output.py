"""What coordinated operations (CMO) give on System A."""

import pandas as pd

from formulations.devices.offers import output_limits
from market.operators.area import boundary_interval
from reproduction.chapter4.buses import at_buses
from reproduction.chapter4.designs import ASSUMED_A, CMO, HOURS, SYSTEM
from reproduction.chart import Chart, Panel, Series
from reproduction.findings import listed, span
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by

DEMAND = "demand from transmission, MW"
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
        Panel("power schedule", area, DEMAND, power),
        Panel("price at the boundary bus", area, "LMP, $/MWh", price),
    )
    hours = table.groupby("hour", sort=False)
    total, mean = hours["p_mw"].sum(), hours["lmp_usd_per_mwh"].mean()
    apart = hours["lmp_usd_per_mwh"].max() - hours["lmp_usd_per_mwh"].min()
    finding = (
        f"All areas take {listed(f'{p:.2f}' for p in total)} MW at hours {listed(map(str, HOURS))} "
        f"at mean prices of {listed(f'{p:.2f}' for p in mean)} $/MWh. "
        f"Boundary prices part by {apart.iloc[-1]:.2f} $/MWh at hour {HOURS[-1]}, where lines "
        f"bind, and by {apart.iloc[:-1].max():.2f} at the other hours."
    )
    return Reproduced(table, Chart(panels), finding)


@item(
    "fig-4.5",
    "Scheduled demand of DS 1 with its limits under CMO, by node and by round",
    "DS 1 is D10; least at a node is its inelastic load, greatest that and its flexible load; "
    "limits of the boundary are what the area can produce and consume in all; hours 6, 10, 16, 19; "
    f"{ASSUMED_A}.",
)
def demand_and_limits(solved: Solved) -> Reproduced:
    """Demand (MW) of the first area by hour and node, with limits, and as it was sent."""
    area = solved.scenario(SYSTEM).distribution[FIRST]
    nodes, answers = _by_node(solved, area), _sent(solved, area)
    panels = (
        *(_panel(f"nodes of {area}, hour {h}", nodes[nodes["hour"] == h]) for h in HOURS),
        Panel(
            f"boundary of {area}, answer by answer",
            "answer (0: forecast)",
            DEMAND,
            series_by(answers, "period", "answer", "demand_mw"),
        ),
    )
    table = pd.concat([nodes, answers], ignore_index=True)
    return Reproduced(table, Chart(panels, columns=2), _limits_told(solved, area, nodes, answers))


def _panel(title: str, own: pd.DataFrame) -> Panel:
    nodes = list(own["bus"])
    return Panel(
        title,
        "node",
        "demand, MW",
        (
            Series("scheduled", nodes, list(own["demand_mw"]), "bars", colour=0),
            Series("least", nodes, list(own["least_mw"]), "dashed", colour=1),
            Series("greatest", nodes, list(own["most_mw"]), "dashed", colour=2),
        ),
    )


def _by_node(solved: Solved, area: str) -> pd.DataFrame:
    """Demand, and what a node must and may be served, of every node that has load."""
    view = solved.scenario(SYSTEM).area(area)
    parts = []
    for hour in HOURS:
        served = at_buses(solved, CMO, hour).query("area == @area").set_index("bus")["load_mw"]
        least = pd.Series(0.0, index=served.index)
        for r in view.loads.values():
            least[r.bus] += r.p_mw * float(view.factor(r.profile)[hour - 1])
        most = least.copy()
        for k in view.bids.values():
            most[k.bus] += float(output_limits(view, k)[1][hour - 1])
        parts.append(
            pd.DataFrame(
                {
                    "view": "node",
                    "hour": hour,
                    "demand_mw": served,
                    "least_mw": least,
                    "most_mw": most,
                }
            ).reset_index()
        )
    table: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return table[table["most_mw"] > 0].reset_index(drop=True)


def _sent(solved: Solved, area: str) -> pd.DataFrame:
    sent = solved.clearing(SYSTEM, CMO).tables["message"].to_pandas()
    demand = (sent["sender"] == area) & (sent["quantity"] == "schedule")
    own = sent[demand & sent["period"].isin(HOURS)].sort_values(["period", "round"], kind="stable")
    return pd.DataFrame(
        {
            "view": "boundary",
            "hour": own["period"].astype(int),
            "period": own["period"].map("hour {:.0f}".format),
            "answer": own.groupby("period").cumcount(),
            "demand_mw": own["value"],
        }
    )


def _limits_told(solved: Solved, area: str, nodes: pd.DataFrame, answers: pd.DataFrame) -> str:
    flexible = nodes["most_mw"] - nodes["least_mw"]
    served = (nodes["demand_mw"] - nodes["least_mw"]).groupby(nodes["hour"]).sum()
    part = served / flexible.groupby(nodes["hour"]).sum()
    least, most = boundary_interval(solved.scenario(SYSTEM).area(area))
    ends = answers.groupby("hour")["demand_mw"].agg(["first", "last"])
    return (
        f"Of the flexible load of {area} {listed(f'{p:.0%}' for p in part)} is served at hours "
        f"{listed(map(str, HOURS))}. "
        f"From forecasts of {listed(f'{p:.2f}' for p in ends['first'])} MW its demand comes to "
        f"{listed(f'{p:.2f}' for p in ends['last'])} MW, within limits of "
        f"{span((least[0][h - 1] for h in HOURS), '.1f')} and "
        f"{span((most[0][h - 1] for h in HOURS), '.1f')} MW."
    )


ITEMS = (schedule_and_price, demand_and_limits)
