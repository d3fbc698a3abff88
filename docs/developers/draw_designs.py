"""Draws the pictures of `docs/market_designs.md` from clearings of the system `two-buses`.

Run it after a change of a design:  python docs/developers/draw_designs.py
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from market.designs import Design
from market.designs.cmo import Cmo
from market.designs.conventional import Conventional
from market.designs.flexibility_common import FlexibilityCommon
from market.designs.flexibility_disjoint import FlexibilityDisjoint
from market.designs.flexibility_fragmented import FlexibilityFragmented
from market.designs.flexibility_multilevel import FlexibilityMultilevel
from market.designs.integrated import Integrated
from market.designs.local_only import LocalOnly
from market.designs.local_wholesale import LocalWholesale
from market.designs.wholesale_only import WholesaleOnly
from market.designs.zonal import Zonal
from market.operators.envelope import SafeRanges, Sharing
from market.operators.operators import Operators
from market.operators.resources import resources
from scenarios.scenario import Scenario
from scenarios.systems import build_system
from settlement.redispatched import redispatched

PICTURES = Path(__file__).parents[1] / "images"
UNITS = ["a1", "a2", "a3", "b1", "sun", "unit"]
NOT_OUR_BUSINESS = {"Date": None, "Creator": None}  # so that the same numbers give the same file


def output(dispatch: pd.DataFrame) -> pd.Series:
    """Power (MW) of every unit."""
    return dispatch[dispatch["kind"] == "generator"].set_index("asset")["p_mw"].reindex(UNITS)


def bars(figure: Figure, bars_of: dict[str, pd.Series], title: str) -> None:
    """Groups of bars, one group for each unit."""
    axes = figure.subplots()
    width = 0.8 / len(bars_of)
    colours = np.linspace(0.25, 0.9, len(bars_of))
    for n, (name, power) in enumerate(bars_of.items()):
        place = np.arange(len(power)) + (n - (len(bars_of) - 1) / 2) * width
        colour = mpl.colormaps["Blues"](colours[n])
        shown = axes.bar(place, power, width, label=name, color=colour)
        axes.bar_label(shown, fmt="%.3g", fontsize=8)
    units = next(iter(bars_of.values())).index
    axes.set_xticks(range(len(units)), list(units))
    axes.set_ylabel("MW")
    axes.set_title(title, fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)


def zonal() -> Figure:
    """What the zone schedules, and what operators make of it."""
    scenario = build_system("two-buses")
    alone = Zonal().clear(Operators(scenario))
    together = Zonal(redispatch="coordinated").clear(Operators(scenario))
    figure = Figure(figsize=(7.5, 3.2), layout="constrained")
    bars(
        figure,
        {
            "zonal schedule, 50 $/MWh": output(alone.frame("schedule")),
            f"redispatch alone, {alone.redispatch_usd:,.0f} $": output(alone.frame("dispatch")),
            f"coordinated, {together.redispatch_usd:,.0f} $": output(together.frame("dispatch")),
        },
        "two-buses: the line carries 70 MW, the branch of the roofs 15 MW",
    )
    return figure


def beside_the_optimum(words: str, design: Design) -> Callable[[], Figure]:
    """A picture of what a design dispatches, and of what one operator of all would."""

    def drawn() -> Figure:
        scenario = build_system("two-buses")
        cleared = design.clear(Operators(scenario))
        best = Integrated().clear(Operators(scenario))
        parts: dict[str, pd.Series] = {}
        if cleared.tables["schedule"].num_rows:
            parts["what the market buys"] = output(cleared.frame("schedule"))
        cost = -cleared.welfare_usd
        crossing = cleared.frame("boundary")["p_mw"].sum() + 0.0
        parts[f"{words}, {cost:,.0f} $"] = output(cleared.frame("dispatch"))
        if cost > -best.welfare_usd + 1.0:
            parts[f"integrated, {-best.welfare_usd:,.0f} $"] = output(best.frame("dispatch"))
        figure = Figure(figsize=(7.5, 2.9), layout="constrained")
        bars(figure, parts, f"two-buses, {words}: {crossing:g} MW flow into the feeder")
        return figure

    return drawn


def with_two_markets(share: float) -> Scenario:
    """The two buses with a village of 10 MW, whose sun offers a share in the wholesale market."""
    system = build_system("two-buses")
    loads = [replace(r, p_mw=10.0) if r.load == "village" else r for r in system.loads]
    units = [
        replace(g, participation="type1", gamma=share, beta=0.0) if g.generator == "sun" else g
        for g in system.generators
    ]
    return system.with_tables({"loads": loads, "generators": units})


def local_wholesale() -> Figure:
    """What the sun sells by the share that it offers wholesale."""
    shares = np.linspace(0.0, 1.0, 9)
    sold = []
    for share in shares:
        scenario = with_two_markets(float(share))
        cleared = LocalWholesale().clear(Operators(scenario))
        sold.append(output(cleared.frame("dispatch"))["sun"])
    figure = Figure(figsize=(7.5, 2.6), layout="constrained")
    axes = figure.subplots()
    axes.plot(100 * shares, sold, marker="o", color=mpl.colormaps["Blues"](0.85))
    axes.set_xlabel("share offered in the wholesale market, %")
    axes.set_ylabel("sun that is used, MW")
    title = "two-buses with a village of 10 MW: 15 MW are used at home, 5 more could leave"
    axes.set_title(title, fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def envelope() -> Figure:
    """What the feeder's generators could inject, and what they may by each sharing rule."""
    view = build_system("two-buses").area("F")
    names = ["sun", "unit"]
    parts = {"could": [resources(view)["generator", n].most[0] for n in names]}
    rules: tuple[Sharing, ...] = ("greatest_total", "proportional", "equal")
    for rule in rules:
        ranges = SafeRanges(rule).of(view).ranges
        parts[rule] = [ranges["generator", n][1][0] for n in names]
    figure = Figure(figsize=(7.5, 2.6), layout="constrained")
    series = {name: pd.Series(values, names) for name, values in parts.items()}
    bars(figure, series, "two-buses: what the feeder's generators may inject")
    return figure


def flexibility() -> Figure:
    """What every model pays for flexibility, by operator."""
    scenario = build_system("two-buses")
    models: dict[str, Design] = {
        "disjoint": FlexibilityDisjoint(),
        "fragmented,\nflow kept": FlexibilityFragmented("kept"),
        "fragmented,\nmid price": FlexibilityFragmented("mid"),
        "multilevel,\nblind": FlexibilityMultilevel(forwarding="blind"),
        "multilevel,\nthree layers": FlexibilityMultilevel(),
        "multilevel,\nprequalified": FlexibilityMultilevel(forwarding="prequalified"),
        "common": FlexibilityCommon(),
    }
    figure = Figure(figsize=(7.5, 3.2), layout="constrained")
    axes = figure.subplots()
    costs = [_cost_by_area(scenario, design) for design in models.values()]
    base = np.zeros(len(models))
    for area, words in (("T", "transmission"), ("F", "feeder")):
        cost = np.array([one.get(area, 0.0) for one in costs])
        colour = mpl.colormaps["Blues"](0.85 if area == "T" else 0.4)
        shown = axes.bar(range(len(models)), cost, 0.6, bottom=base, label=words, color=colour)
        labels = [f"{value:,.0f}" if value else "" for value in cost]
        light = "white" if area == "T" else "black"
        axes.bar_label(shown, labels, label_type="center", fontsize=8, color=light)
        base += cost
    axes.set_xticks(range(len(models)), list(models), fontsize=8)
    axes.set_ylabel("$")
    axes.set_title(
        "two-buses: resources moved after the schedule, by area", fontsize=10, loc="left"
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _cost_by_area(scenario: Scenario, design: Design) -> dict[str, float]:
    """Cost ($) of what moved, by area."""
    rows = redispatched(scenario, design.clear(Operators(scenario)).tables).to_pandas()
    return {str(area): float(usd) for area, usd in rows.groupby("area")["cost_usd"].sum().items()}


PICTURE_OF = {
    "conventional": beside_the_optimum("conventional", Conventional()),
    "local_only": beside_the_optimum("local only", LocalOnly()),
    "wholesale_only": beside_the_optimum("wholesale only", WholesaleOnly()),
    "zonal": zonal,
    "flexibility": flexibility,
    "envelope": envelope,
    "local_wholesale": local_wholesale,
    "cmo": beside_the_optimum("cmo", Cmo()),
}

if __name__ == "__main__":
    with mpl.rc_context({"svg.hashsalt": "tandem", "svg.fonttype": "none"}):
        for name, draw in PICTURE_OF.items():
            draw().savefig(PICTURES / f"design_{name}.svg", metadata=NOT_OUR_BUSINESS)
