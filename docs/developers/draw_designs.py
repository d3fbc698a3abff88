"""Draws the pictures of `docs/market_designs.md` from clearings of the system `two-buses`.

Run it after a change of a design:  python docs/developers/draw_designs.py
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from market.designs.zonal import Zonal
from market.operators.operators import Operators
from scenarios.systems import build_system

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


PICTURE_OF = {"zonal": zonal}

if __name__ == "__main__":
    with mpl.rc_context({"svg.hashsalt": "tandem", "svg.fonttype": "none"}):
        for name, draw in PICTURE_OF.items():
            draw().savefig(PICTURES / f"design_{name}.svg", metadata=NOT_OUR_BUSINESS)
