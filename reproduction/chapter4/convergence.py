"""How coordination converges, and what it costs against one integrated market."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from market.coordination import Method
from market.coordination.methods import methods
from market.coordination.methods.exchange import Exchange
from market.designs.cmo import Cmo
from reproduction.chapter4.designs import CMO, INTEGRATED, TIGHT
from reproduction.chart import Chart, Panel
from reproduction.findings import listed
from reproduction.item import Reproduced, item
from reproduction.solved import Solved
from reproduction.tidy_panels import series_by
from scenarios.scenario import Scenario

MOST_ROUNDS = 60  # of an exchange whose damping stays
RESIDUALS = ("gap_relative", "quantity_residual_mw", "price_residual_usd_per_mwh")
FIXED = 0.5  # damping of an exchange that stays so
FIXED_STEPS = {
    "exchange, undamped": Exchange(damping=1.0, max_rounds=MOST_ROUNDS),
    f"exchange, damping {FIXED:g}": Exchange(damping=FIXED, max_rounds=MOST_ROUNDS),
}
SYSTEMS = ("A", "B", "C")
LEAST_GAP = 1e-13  # shown on a logarithmic axis, which has no zero
GAP, APART = "certified gap, part of the welfare", "disagreement on boundary power, MW"
PICTURES = (
    ("round", "round", "gap_relative", GAP),
    ("numbers", "numbers sent so far", "gap_relative", GAP),
    ("round", "round", "quantity_residual_mw", APART),
)


@item(
    "fig-4.9",
    "Rate of convergence on System B",
    "All methods that System B can take, with their defaults but schedules, which go on to a "
    f"tighter gap; beside them the exchange undamped and at a damping of {FIXED:g}, {MOST_ROUNDS} "
    "rounds at most; System B (IEEE 30, six 33-bus feeders), made-up block offers and batteries.",
)
def rate_of_convergence(solved: Solved) -> Reproduced:
    """Gap, residuals and numbers sent by method and round, with the end of each."""
    return rates(solved, {**every_method(solved.scenario("B")), **FIXED_STEPS})


def rates(solved: Solved, compared: Mapping[str, Method[Any]]) -> Reproduced:
    """How these methods come to agree on System B."""
    parts = []
    for name, method in compared.items():
        found = solved.clearing("B", Cmo(method))
        rounds = found.tables["round"].to_pandas()
        sent = found.crossed().groupby("round").size().cumsum()
        numbers = sent.reindex(rounds["round"]).to_numpy()
        ended = found.status.name.lower().replace("_", " ")
        parts.append(rounds.assign(method=name, numbers=numbers, ended=ended))
    columns = ["method", "round", "numbers", *RESIDUALS, "ended"]
    table = pd.concat(parts, ignore_index=True)[columns]
    shown = table.assign(**{c: _positive(table[c]) for c in RESIDUALS})
    panels = tuple(
        Panel("", x_words, words, series_by(shown, "method", x, column), log_y=True)
        for x, x_words, column, words in PICTURES
    )
    return Reproduced(table, Chart(panels, columns=3), _rates(table))


def every_method(scenario: Scenario) -> dict[str, Method[Any]]:
    """Methods by name that the scenario can take."""
    views = [scenario.area(area) for area in scenario.distribution]
    return {
        name: TIGHT if isinstance(TIGHT, member) else member()
        for name, member in methods.items()
        if not any(list(member.about.unfit(view)) for view in views)
    }


def _rates(table: pd.DataFrame) -> str:
    last = table.groupby("method", sort=False).last().reset_index()
    agreed = last[last["ended"] == "agreed"]
    told = [
        f"{row.method} agrees after {row.round} rounds and {row.numbers:,} numbers with a gap of "
        f"{row.gap_relative:.0e}"
        for row in agreed.itertuples()
    ]
    others = [
        f"{row.gap_relative:.0e} and {row.quantity_residual_mw:.1e} MW after {row.round} rounds of "
        f"{row.method} ({row.ended})"
        for row in last[last["ended"] != "agreed"].itertuples()
    ]
    left = listed(others) if others else "none"
    return f"On System B {listed(told)}. Gap and disagreement that others leave: {left}."


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
        "numbers_exchanged": len(cmo.crossed()),
    }


ITEMS = (rate_of_convergence, against_integrated)
