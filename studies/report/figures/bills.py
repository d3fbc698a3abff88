"""Bills of consumers by area, and what resources earn before and after grid fees."""

import pandas as pd
import plotly.graph_objects as go

from studies.report.figures.side_by_side import rows_of, side_by_side
from studies.report.figures.style import Look, significant, styled

PARTS = {
    "energy_usd": ("energy", "#0072B2"),
    "retail_usd": ("retail margin", "#E69F00"),
    "energy_fee_usd": ("fees by energy", "#009E73"),
    "peak_fee_usd": ("fees by peak", "#56B4E9"),
    "fixed_fee_usd": ("fixed fees", "#CC79A7"),
    "beside_usd": ("beside energy", "#555555"),
}
MOST_AREAS = 20


def bills(statement: pd.DataFrame) -> pd.DataFrame:
    """What all consumers of each area pay ($ of the day), by design and part; largest bills first.

    `statement` is the table of that name of several designs.
    """
    own = statement[statement["group"] == "consumer"]
    by_area = own.groupby(["design", "area"], sort=False)
    sums = -by_area[[*PARTS, "received_usd"]].sum() + 0.0
    sums["consumed_mwh"] = by_area["consumed_mwh"].sum()
    sums = sums.rename(columns={"received_usd": "bill_usd"}).reset_index()
    largest = sums.groupby("area")["bill_usd"].max().nlargest(MOST_AREAS).index
    place = sums["area"].map({area: n for n, area in enumerate(largest)})
    kept: pd.DataFrame = (
        sums.assign(place=place).dropna(subset="place").sort_values("place", kind="stable")
    )
    return kept.drop(columns="place")


def draw_bills(paid: pd.DataFrame, look: Look) -> go.Figure:
    """Stacked bars of the parts of bills per MWh used, one bar per area, for each design."""
    designs, paid = list(look.colours), paid[paid["consumed_mwh"] > 0.0]
    tall = 90 + 330 * rows_of(designs)
    across = {"type": "category", "tickmode": "auto", "title_text": ""}
    figure, places = side_by_side(designs, tall, look, f"paid per MWh, {look.price}", across)
    parts = [name for name in PARTS if (paid[name].abs() >= 0.005).any()]
    for design, row, column in places:
        own = paid[paid["design"] == design]
        for name in parts:
            words, colour = PARTS[name]
            figure.add_bar(
                x=list(own["area"]),
                y=significant(own[name] / own["consumed_mwh"]),
                name=words,
                legendgroup=name,
                showlegend=design == designs[0],
                marker_color=colour,
                row=row,
                col=column,
            )
    return styled(figure, tall, barmode="relative", bargap=0.3)
