"""Performance indices and rankings of outages by share of renewables."""

import pandas as pd

from reproduction.chapter5.assumed import ASSUMED
from reproduction.chapter5.penetration import INDICES, READING, SHARES, indices
from reproduction.chart import Chart, Heat, Panel
from reproduction.findings import listed
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by

SHOWN = {"pi_mva": "PI MVA", "pi_mw": "PI MW", "pi_v": "PI V"}
LEADING = 12  # outages in the picture of ranks
# What another program finds with the same plants and apparent power in the index.
OTHER_PI_MVA = {
    (0.0, "branch 5-6"): 14.8,
    (0.25, "branch 5-6"): 12.4,
    (0.5, "branch 5-6"): 10.5,
    (0.75, "branch 5-6"): 8.9,
    (0.75, "branch 2-3"): 9.2,
}
OTHER_PI_V = {(0.0, "branch 5-6"): 5.5, (0.75, "branch 5-6"): 6.1}


@item(
    "table-5.8",
    "Performance indices of outages by share of renewables",
    f"{READING}; {INDICES}; other is what another program found for the worst ones; {ASSUMED}.",
)
def performance(solved: Solved) -> Reproduced:
    """The indices of every outage by share of renewables."""
    parts = []
    for share in SHARES:
        own = indices(solved, share).drop(columns="rank")
        keys = [(share, outage) for outage in own["outage"]]
        other = {"other_pi_mva": OTHER_PI_MVA, "other_pi_v": OTHER_PI_V}
        beside = {c: [told.get(k, float("nan")) for k in keys] for c, told in other.items()}
        parts.append(own.assign(**beside))
    table = pd.concat(parts, ignore_index=True)
    shown = table[table["outage"].str.startswith("branch")].dropna(subset="pi_mw")
    named = shown.assign(
        line=shown["outage"].str.removeprefix("branch "),
        share=shown["renewable_share"].map("{:.0%} renewables".format),
    )
    panels = tuple(
        Panel(words, "line out of service", words, series_by(named, "share", "line", c, "bars"))
        for c, words in SHOWN.items()
    )
    return Reproduced(table, Chart(panels, columns=1), _severest(table))


@item(
    "table-5.9",
    "Ranking of outages by share of renewables",
    f"{READING}; {INDICES}; ranks are those of PI MVA, coordinated and with boundaries fixed as "
    f"without outage; outages that leave islands come first; {ASSUMED}.",
)
def rankings(solved: Solved) -> Reproduced:
    """Rank of every outage by share of renewables, coordinated and fixed."""
    parts = []
    for share in SHARES:
        own, fixed = (indices(solved, share, coordinated=c) for c in (True, False))
        ranks = own[["outage", "state", "pi_mva", "rank"]].assign(
            rank_fixed=fixed["rank"], renewable_share=share
        )
        parts.append(ranks.sort_values("rank"))
    table = pd.concat(parts, ignore_index=True)
    return Reproduced(table, Chart(_ranked(table), columns=2), _moved(table))


def _ranked(table: pd.DataFrame) -> tuple[Panel, ...]:
    """Ranks of the leading outages over the shares; then by how much coordination moves them."""
    first = table[table["renewable_share"] == SHARES[0]]
    leading = list(first["outage"].head(LEADING))[::-1]
    moved = table.assign(moved=table["rank_fixed"] - table["rank"])
    shares = [f"{share:.0%}" for share in SHARES]
    panels = []
    for column, title, unit in (
        ("rank", "rank, feeders answering", "rank (1: severest)"),
        ("moved", "places that their answer moves it up", "places"),
    ):
        grid = moved.pivot_table(column, "outage", "renewable_share").loc[leading]
        most = float(grid.abs().max().max())
        limits = (1.0, most) if column == "rank" else (-most, most)
        heat = Heat(shares, leading, grid.to_numpy().tolist(), unit, limits)
        panels.append(Panel(title, "share of renewables", "", heat=heat))
    return tuple(panels)


def _severest(table: pd.DataFrame) -> str:
    known = table.dropna(subset="pi_mva")
    worst = known.loc[known.groupby("renewable_share")["pi_mva"].idxmax()]
    told = [
        f"{one.outage} ({one.pi_mva:.1f}) at {one.renewable_share:.0%}"
        for one in worst.itertuples()
    ]
    v = known.loc[known.groupby("renewable_share")["pi_v"].idxmax()]
    return (
        f"The severest outage by PI MVA is {listed(told)} of renewables. "
        f"The greatest PI V, that of {v['outage'].iloc[-1]}, rises from {v['pi_v'].iloc[0]:.1f} to "
        f"{v['pi_v'].iloc[-1]:.1f}, as voltages stand higher above the middle of their band."
    )


def _moved(table: pd.DataFrame) -> str:
    known = table[table["state"] != "islanding"]
    first = known.groupby("renewable_share")["outage"].first()
    away = known[known["rank"] != known["rank_fixed"]]
    counts = away.groupby("renewable_share").size().reindex(SHARES, fill_value=0)
    swapped = away[away["renewable_share"] == SHARES[0]].iloc[0]
    return (
        f"Line {first.iloc[0].removeprefix('branch ')} leads without renewables and line "
        f"{first.iloc[-1].removeprefix('branch ')} at {SHARES[-1]:.0%}. "
        f"Feeders that answer change the rank of {listed(map(str, counts))} outages at shares of "
        f"{listed(f'{s:.0%}' for s in SHARES)}; the first is {swapped['outage']}, rank "
        f"{swapped['rank']} instead of {swapped['rank_fixed']} without renewables."
    )


ITEMS = (performance, rankings)
