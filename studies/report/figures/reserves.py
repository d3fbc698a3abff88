"""Reserves: what they cost hour by hour, and who holds them."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from scenarios.names import joined
from studies.report.figures.style import PALETTE, Look, significant, styled

DASHES = ("solid", "dot", "dash", "dashdot")
WHO = {"generator": "generators", "storage": "stores", "bid": "flexible loads"}
SHORT = "not held"


def reserve_prices(reserve: pd.DataFrame) -> pd.DataFrame:
    """Price of every requirement, by design, name and period; its area stands before its name."""
    zones = reserve["zone"].astype(object).fillna("")
    keys = zip(reserve["area"], reserve["reserve"], zones, strict=True)
    names = [joined(*filter(None, key)) for key in keys]
    columns = ["design", "name", "period", "price_usd_per_mwh"]
    return reserve.assign(name=names)[columns]


def holders(
    held: pd.DataFrame, reserve: pd.DataFrame, transmission: str, hours: tuple[float, ...]
) -> pd.DataFrame:
    """MWh held over the day by design and product (rows) and holders (columns), and what is not."""
    place = held["area"].eq(transmission).map({True: "", False: " in distribution"})
    own = held.assign(who=held["kind"].map(WHO) + place)[["design", "reserve", "period", "who",
                                                          "p_mw"]]  # fmt: skip
    short = reserve.rename(columns={"shortage_mw": "p_mw"}).assign(who=SHORT)[own.columns]
    rows = pd.concat([own, short], ignore_index=True)
    length = pd.Series(hours)[rows["period"].to_numpy(dtype=int) - 1].to_numpy()
    sums = rows.assign(mwh=rows["p_mw"] * length).pivot_table(
        index=["design", "reserve"], columns="who", values="mwh", aggfunc="sum", fill_value=0.0,
        sort=False,
    )  # fmt: skip
    return sums.loc[:, (sums.abs() > 1e-6).any()]


def draw_reserves(prices: pd.DataFrame, held: pd.DataFrame, look: Look) -> go.Figure:
    """Left prices by hour, right who holds how much of the day."""
    titles = ["price", "held over the day"]
    figure = make_subplots(1, 2, subplot_titles=titles, horizontal_spacing=0.14)
    names = list(prices["name"].drop_duplicates())
    for (design, name), own in prices.groupby(["design", "name"], sort=False):
        later = 1 - list(look.colours).index(str(design)) / len(look.colours)
        figure.add_trace(
            go.Scatter(
                x=list(own["period"]),
                y=significant(own["price_usd_per_mwh"]),
                name=f"{design}, {name}",
                mode="lines",
                line={
                    "color": look.colours[str(design)],
                    "width": 1.5 + 4 * later,  # wide, so that it shows under later ones
                    "dash": DASHES[names.index(name) % len(DASHES)],
                    "shape": "hvh",
                },
            ),
            row=1,
            col=1,
        )
    for n, who in enumerate(held.columns):
        figure.add_trace(
            go.Bar(
                x=[f"{design}<br>{name}" for design, name in held.index],
                y=significant(held[who]),
                name=str(who),
                marker_color=PALETTE[n % len(PALETTE)],
            ),
            row=1,
            col=2,
        )
    figure.update_xaxes(**look.time_axis, row=1, col=1)
    figure.update_yaxes(title_text=f"price, {look.price}", row=1, col=1)
    figure.update_yaxes(title_text="MWh", row=1, col=2)
    return styled(figure, 420, barmode="stack")
