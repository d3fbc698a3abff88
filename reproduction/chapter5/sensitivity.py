"""Sensitivities of flows to injections, on a network that can be checked by hand."""

import pandas as pd

from reproduction.chart import Chart, Panel
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from scenarios.network import Network
from scenarios.records import PQ, SLACK, Area, Branch, Bus
from security.dc.ptdf import Sensitivities

LINES = (("1", "2"), ("1", "3"), ("2", "3"))
X_PU = 0.1


def triangle() -> Network:
    """Three buses, each joined to both others by equal lines; bus 1 is the slack."""
    buses = [Bus("T", n, 100.0, 0.9, 1.1, kind=SLACK if n == "1" else PQ) for n in "123"]
    branches = [Branch("T", f"{a}-{b}", a, b, 0.0, X_PU) for a, b in LINES]
    return Network.of(Area("T", "transmission", 100.0), buses, branches)


@item(
    "fig-5.1",
    "Power transfer distribution factors of three buses",
    "Three equal lines (0.1 p.u.) and the slack at bus 1, assumed; two thirds of what is injected "
    "at a bus take the line to the slack, one third the way round.",
)
def factors(_: Solved) -> Reproduced:
    """MW on every line per MW injected at every bus."""
    found = Sensitivities.of(triangle())
    rows = [
        {"branch": branch, "bus": bus, "mw_per_mw": found.ptdf[k, i]}
        for branch, k in found.branch_at.items()
        for bus, i in found.bus_at.items()
    ]
    table = pd.DataFrame(rows)
    bars = series_by(table.assign(at="bus " + table["bus"]), "at", "branch", "mw_per_mw", "bars")
    shown = Panel("", "line", "MW per MW injected", bars)
    return Reproduced(table, Chart((shown,)), _told(found))


def _told(found: Sensitivities) -> str:
    def factor(branch: str, bus: str) -> float:
        return float(found.ptdf[found.branch_at[branch], found.bus_at[bus]])

    return (
        f"Of 1 MW injected at bus 2, {-factor('1-2', '2'):.3f} MW takes the line to the slack and "
        f"{factor('2-3', '2'):.3f} MW the way round by bus 3. "
        f"A transfer from bus 2 to bus 3 puts {factor('2-3', '2') - factor('2-3', '3'):.3f} MW per "
        "MW on the line between them, whichever bus is the slack."
    )


ITEMS = (factors,)
