"""How coordination converges, and what it costs against one integrated market."""

import numpy as np
import pandas as pd

from market.coordination.methods.exchange import Exchange
from market.designs.cmo import Cmo
from reproduction.chapter4.designs import CMO, INTEGRATED
from reproduction.chart import Chart, Panel
from reproduction.findings import listed
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by

ROUNDS = 40  # of an exchange
METHODS = {
    "schedule pool": CMO,
    "exchange": Cmo(Exchange(max_rounds=ROUNDS)),
    "exchange, damping 0.5": Cmo(Exchange(damping=0.5, max_rounds=ROUNDS)),
}
SYSTEMS = ("A", "B", "C")
LEAST_GAP = 1e-13  # shown on a logarithmic axis, which has no zero
RESIDUALS = {
    "gap_relative": "certified gap, part of the welfare",
    "quantity_residual_mw": "disagreement on boundary power, MW",
    "price_residual_usd_per_mwh": "change of a boundary price, $/MWh",
}


@item(
    "fig-4.9",
    "Rate of convergence on System B",
    "Three methods: schedule pool, price and demand exchange, and the exchange with damping; "
    "System B (IEEE 30 with six 33-bus feeders), made-up block offers, with which the exchange "
    "need not converge.",
)
def rate_of_convergence(solved: Solved) -> Reproduced:
    """Gap and residuals by method and round, with the verdict of the method."""
    parts = []
    for name, design in METHODS.items():
        found = solved.clearing("B", design)
        rounds = found.tables["round"].to_pandas()
        parts.append(rounds.assign(method=name, verdict=found.status.value))
    table = pd.concat(parts, ignore_index=True)[["method", "round", *RESIDUALS, "verdict"]]
    shown = table.assign(**{c: _positive(table[c]) for c in RESIDUALS})
    panels = tuple(
        Panel("", "round", words, series_by(shown, "method", "round", column), log_y=True)
        for column, words in RESIDUALS.items()
    )
    return Reproduced(table, Chart(panels, columns=3), _rates(table))


def _rates(table: pd.DataFrame) -> str:
    last = table.groupby("method", sort=False).last()
    told = [
        f"{row.gap_relative:.0e} after {row.round} rounds by {row.Index} ({row.verdict})"
        for row in last.itertuples()
    ]
    left = [f"{mw:.1e}" for mw in last["quantity_residual_mw"]]
    return (
        f"The certified gap is {listed(told)}. "
        f"Disagreement on boundary power ends at {listed(left)} MW, in the same order."
    )


@item(
    "table-4.6",
    "CMO against the integrated market",
    "Objective is social welfare; numbers exchanged are all that crossed a boundary in the day; "
    "with equal-price blocks (B, C) the demand is not unique; Systems A, B and C, made-up data.",
)
def against_integrated(solved: Solved) -> Reproduced:
    """Objectives, greatest differences, rounds, times and numbers exchanged by system."""
    table = pd.DataFrame([_compared(solved, name) for name in SYSTEMS])
    rounds = [f"{row.rounds} rounds on {row.system}" for row in table.itertuples()]
    finding = (
        f"CMO reaches the objective of the integrated market within "
        f"{table['relative_difference'].max():.0e} of it, and its prices within "
        f"{table['greatest_lmp_difference_usd_per_mwh'].max():.0e} $/MWh, in "
        f"{listed(rounds)}. "
        f"For that {listed(f'{n:,}' for n in table['numbers_exchanged'])} numbers cross the "
        "boundaries, and no network and no bid does."
    )
    return Reproduced(table, finding=finding)


def _positive(values: pd.Series) -> pd.Series:
    return values.where(np.isfinite(values)).clip(lower=LEAST_GAP)


def _compared(solved: Solved, system: str) -> dict[str, object]:
    cmo, one = solved.clearing(system, CMO), solved.clearing(system, INTEGRATED)
    keys = ["boundary", "period"]
    both = [c.tables["boundary"].to_pandas().set_index(keys) for c in (cmo, one)]
    apart = (both[0][["p_mw", "lmp_usd_per_mwh"]] - both[1][["p_mw", "lmp_usd_per_mwh"]]).abs()
    return {
        "system": system,
        "cmo_objective_usd": cmo.welfare_usd,
        "integrated_objective_usd": one.welfare_usd,
        "relative_difference": abs(cmo.welfare_usd - one.welfare_usd) / abs(one.welfare_usd),
        "greatest_lmp_difference_usd_per_mwh": apart["lmp_usd_per_mwh"].max(),
        "greatest_demand_difference_mw": apart["p_mw"].max(),
        "rounds": cmo.rounds,
        "cmo_s": cmo.seconds.total,
        "integrated_s": one.seconds.total,
        "numbers_exchanged": cmo.tables["message"].num_rows,
    }


ITEMS = (rate_of_convergence, against_integrated)
