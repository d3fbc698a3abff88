"""Boundary power, performance indices and rankings by the share of renewables."""

import pandas as pd

from reproduction.chapter5.systems import ASSUMED, Households
from reproduction.chart import Chart, Panel
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from security.outages.ac import Before
from security.outages.contingency import Contingency
from security.outages.outage import single_outages
from security.outages.outage_tables import outage_table
from security.outages.penetration import with_penetration

SHARES = (0.0, 0.25, 0.5, 0.75)
HALF = 0.5  # 1/2n with n = 1, which the indices of this project leave out
# What another program finds for bus 9 and for the worst outages, with renewables at few buses.
OTHER_MW = {0.0: 31.0, 0.25: 23.7, 0.5: 16.7, 0.75: 10.1}
OTHER_MVAR = {0.0: 19.1, 0.75: 21.5}
OTHER_PI_MW = {
    (0.0, "branch 5-6"): 14.8,
    (0.25, "branch 5-6"): 12.4,
    (0.5, "branch 5-6"): 10.5,
    (0.75, "branch 5-6"): 8.9,
    (0.75, "branch 2-3"): 9.2,
}
OTHER_PI_V = {(0.0, "branch 5-6"): 5.5, (0.75, "branch 5-6"): 6.1}
READING = (
    "Share of renewables is PV output over the feeder's load, at unity power factor; indices with "
    "n = 1, the factor 1/2n and equal weights"
)


def outages(solved: Solved, share: float, *, coordinated: bool = True) -> Contingency:
    """Every outage of a line or generator at a share of renewables."""

    def analyse() -> Contingency:
        scenario = with_penetration(solved.scenario(Households()), share)
        before = Before.of(scenario, coordinated=coordinated)
        listed = single_outages(before.operators.upper)
        return Contingency(before.layout, before.intact(), tuple(before.after(listed)))

    return solved.once(("outages", share, coordinated), analyse)


@item(
    "table-5.7",
    "Power of boundary buses by share of renewables",
    f"{READING}; other is what another program found for bus 9; {ASSUMED}.",
)
def boundary_power(solved: Solved) -> Reproduced:
    """Power into every feeder (MW, Mvar) and voltage by share of renewables."""
    rows = []
    for share in SHARES:
        found = outages(solved, share)
        places = dict(zip(found.layout.places, found.intact.v_pu, strict=True))
        for boundary, s in zip(found.layout.boundaries, found.intact.boundary, strict=True):
            bus = boundary.removeprefix("B")
            is_told = bus == "9"
            rows.append(
                {
                    "renewable_share": share,
                    "bus": bus,
                    "p_mw": s.real,
                    "q_mvar": s.imag,
                    "v_pu": places["T", bus],
                    "other_p_mw": OTHER_MW.get(share) if is_told else None,
                    "other_q_mvar": OTHER_MVAR.get(share) if is_told else None,
                }
            )
    return Reproduced(pd.DataFrame(rows).astype({"other_p_mw": float, "other_q_mvar": float}))


@item(
    "table-5.8",
    "Performance indices of outages by share of renewables",
    f"{READING}; other is what another program found for the worst ones; {ASSUMED}.",
)
def performance(solved: Solved) -> Reproduced:
    """Both indices of every outage by share of renewables."""
    parts = []
    for share in SHARES:
        own = outage_table(outages(solved, share))[["outage", "state", "pi_mw", "pi_v"]]
        own[["pi_mw", "pi_v"]] *= HALF
        keys = [(share, outage) for outage in own["outage"]]
        other = {"other_pi_mw": OTHER_PI_MW, "other_pi_v": OTHER_PI_V}
        beside = {c: [float(told.get(k, "nan")) for k in keys] for c, told in other.items()}
        parts.append(own.assign(renewable_share=share, **beside))
    table = pd.concat(parts, ignore_index=True)
    shown = table[table["outage"].str.startswith("branch")].dropna(subset="pi_mw")
    named = shown.assign(
        line=shown["outage"].str.removeprefix("branch "),
        share=shown["renewable_share"].map("{:.0%} renewables".format),
    )
    panels = tuple(
        Panel("", "line out of service", words, series_by(named, "share", "line", column, "bars"))
        for column, words in (("pi_mw", "PI MW"), ("pi_v", "PI V"))
    )
    return Reproduced(table, Chart(panels, columns=1))


@item(
    "table-5.9",
    "Ranking of outages by share of renewables",
    f"{READING}; fixed is with boundaries as without outage; outages that leave islands come "
    f"first; {ASSUMED}.",
)
def rankings(solved: Solved) -> Reproduced:
    """Rank of every outage by PI MW, by share of renewables, coordinated and fixed."""
    parts = []
    for share in SHARES:
        for words, coordinated in (("coordinated", True), ("fixed", False)):
            own = outage_table(outages(solved, share, coordinated=coordinated))
            columns = own[["outage", "state", "rank_mw", "rank_combined"]]
            parts.append(columns.assign(renewable_share=share, injections=words))
    table = pd.concat(parts, ignore_index=True)
    order = ["renewable_share", "injections", "rank_mw"]
    return Reproduced(table.sort_values(order, ignore_index=True))


ITEMS = (boundary_power, performance, rankings)
