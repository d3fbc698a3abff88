"""Draws the pictures of `docs/market_designs.md` from clearings of the system `two-buses`.

Run it after a change of a design:  python docs/developers/draw_designs.py
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from market.designs import Design
from market.designs.flexibility_common import FlexibilityCommon
from market.designs.flexibility_disjoint import FlexibilityDisjoint
from market.designs.flexibility_fragmented import FlexibilityFragmented
from market.designs.flexibility_multilevel import FlexibilityMultilevel
from market.designs.zonal import Zonal
from market.operators.operators import Operators
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
        axes.bar_label(shown, fmt="%.0f", fontsize=8)
    axes.set_xticks(range(len(UNITS)), UNITS)
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


def flexibility() -> Figure:
    """What every model pays for flexibility, by operator."""
    scenario = build_system("two-buses")
    models = {
        "disjoint": FlexibilityDisjoint(),
        "fragmented,\nflow kept": FlexibilityFragmented("kept"),
        "fragmented,\nmid price": FlexibilityFragmented("mid"),
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


PICTURE_OF = {"zonal": zonal, "flexibility": flexibility}

if __name__ == "__main__":
    with mpl.rc_context({"svg.hashsalt": "tandem", "svg.fonttype": "none"}):
        for name, draw in PICTURE_OF.items():
            draw().savefig(PICTURES / f"design_{name}.svg", metadata=NOT_OUR_BUSINESS)
