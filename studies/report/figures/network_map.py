"""The transmission network as a picture: prices at buses, loading of lines, hour by hour.

No coordinates are needed: T. Kamada, S. Kawai, "An algorithm for drawing general undirected
graphs", Information Processing Letters 31(1), 1989, as networkx has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from scenarios.network import Network
from studies.report.figures.price_map import colour_limits
from studies.report.figures.style import Look, significant, styled

CROWDED = 60  # buses; more are drawn smaller
MOST_BUSES = 300  # more cannot be told apart, and their places take minutes
CLASSES = (
    ("below 50 %", 0.0, "#9aa5b1"),
    ("50 to 80 %", 0.5, "#4fb3a5"),
    ("80 to 99 %", 0.8, "#e69f00"),
    ("at its rating", 0.99, "#c0392b"),
    ("no rating", np.nan, "#c3cad2"),
)
Places = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Hours:
    """Prices ($/MWh) by bus and loadings by branch (part of the rating; NaN without one)."""

    prices: pd.DataFrame  # rows are buses, columns are periods
    loading: pd.DataFrame  # rows are branches


def hours_of(lmp: pd.DataFrame, flow: pd.DataFrame, network: Network) -> Hours:
    """Prices, and loadings of full ratings, of one area under one design."""
    prices = lmp[lmp["area"] == network.area].pivot_table(
        "lmp_usd_per_mwh", "bus", "period", sort=False
    )
    own = flow[flow["area"] == network.area]
    rating = {name: k.rating_mva for name, k in network.branches.items()}
    power = np.hypot(own["p_mw"], own["q_mvar"].astype(float).fillna(0.0))
    loaded = own.assign(loading=power / own["branch"].map(rating).astype(float))
    loading = loaded.pivot_table(
        "loading", "branch", "period", sort=False, dropna=False, aggfunc="first"
    )
    return Hours(prices, loading)


def places_of(network: Network) -> Places:
    """A place for every bus; the same for the same network."""
    graph = nx.Graph()
    graph.add_nodes_from(network.buses)
    lines = network.branches.values()
    graph.add_edges_from((k.from_bus, k.to_bus) for k in lines if k.in_service)
    found = nx.kamada_kawai_layout(graph, pos=nx.circular_layout(graph))
    return {bus: (float(x), float(y)) for bus, (x, y) in found.items()}


def draw_network(
    network: Network, hours: Hours, fed: Mapping[str, Sequence[str]], look: Look
) -> go.Figure:
    """Buses coloured by price and lines by loading; the slider chooses the period.

    `fed` names the areas that a bus feeds; such buses are squares.
    """
    places = places_of(network)
    periods = [int(str(t)) for t in hours.prices.columns]
    middle = len(periods) // 2
    lines = [_lines(network, places, hours, periods[middle], n) for n in range(len(CLASSES))]
    figure = go.Figure([*lines, _buses(places, hours, periods[middle], fed, look)])
    steps = [
        {
            "label": str(t),
            "method": "restyle",
            "args": [_changes(network, places, hours, t), list(range(len(CLASSES) + 1))],
        }
        for t in periods
    ]
    now = {"prefix": f"{look.time}: ", "font": {"size": 14}}
    slider = {"active": middle, "steps": steps, "currentvalue": now, "pad": {"t": 20}}
    styled(figure, 640, top=40, sliders=[slider])
    figure.update_xaxes(visible=False)
    return figure.update_yaxes(visible=False)


def _changes(network: Network, places: Places, hours: Hours, t: int) -> dict[str, object]:
    """What another period changes in all traces: places of lines, colours of buses."""
    drawn = [_segments(network, places, hours, t, n) for n in range(len(CLASSES))]
    x, y = zip(*places.values(), strict=True)
    prices = significant(hours.prices[t].reindex(list(places)))
    return {
        "x": [*(d[0] for d in drawn), list(x)],
        "y": [*(d[1] for d in drawn), list(y)],
        "marker.color": [*([None] * len(CLASSES)), prices],
        "customdata": [*([None] * len(CLASSES)), prices],
    }


def _segments(
    network: Network, places: Places, hours: Hours, t: int, n: int
) -> tuple[list[float | None], list[float | None]]:
    """Ends of the lines of one class of loading, with gaps between them."""
    low = CLASSES[n][1]
    high = CLASSES[n + 1][1] if n + 2 < len(CLASSES) else np.inf
    x: list[float | None] = []
    y: list[float | None] = []
    for name, line in network.branches.items():
        loading = float(hours.loading[t].get(name, np.nan))
        inside = np.isnan(loading) if np.isnan(low) else low <= loading < high
        if line.in_service and inside:
            ends = (places[line.from_bus], places[line.to_bus])
            x += [ends[0][0], ends[1][0], None]
            y += [ends[0][1], ends[1][1], None]
    return x, y


def _lines(network: Network, places: Places, hours: Hours, t: int, n: int) -> go.Scatter:
    name, _, colour = CLASSES[n]
    x, y = _segments(network, places, hours, t, n)
    width = 1.5 if n in (0, len(CLASSES) - 1) else 3.5
    line = {"color": colour, "width": width}
    return go.Scatter(x=x, y=y, name=name, mode="lines", line=line, hoverinfo="skip")


def _buses(
    places: Places, hours: Hours, t: int, fed: Mapping[str, Sequence[str]], look: Look
) -> go.Scatter:
    low, high = colour_limits(pd.Series(hours.prices.to_numpy().ravel()))
    prices = significant(hours.prices[t].reindex(list(places)))
    return go.Scatter(
        x=[x for x, _ in places.values()],
        y=[y for _, y in places.values()],
        text=[f"{bus} ({', '.join(fed[bus])})" if bus in fed else bus for bus in places],
        customdata=prices,
        mode="markers",
        showlegend=False,
        marker={
            "color": prices,
            "colorscale": "YlGnBu",
            "cmin": low,
            "cmax": high,
            "size": 11 if len(places) <= CROWDED else 8,
            "symbol": ["square" if bus in fed else "circle" for bus in places],
            "line": {"width": 1, "color": "#1f2933"},
            "colorbar": {"title": {"text": look.price, "side": "right"}, "thickness": 14},
        },
        hovertemplate=f"bus %{{text}}: %{{customdata:.2f}} {look.price}<extra></extra>",
    )
