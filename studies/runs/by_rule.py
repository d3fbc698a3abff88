"""A finished run's designs settled by every pricing rule that their plants were priced by."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from market.pricing import pricing
from scenarios.pricing import MAKE_WHOLE
from settlement import settle
from studies.runs.finished import Run
from studies.runs.validate_folder import clearing_of_run
from studies.study.study import read_study


@dataclass(frozen=True)
class ByRule:
    """One design by one rule: what each group gains, what makes plants whole, what is lost ($).

    `lost` is the lost opportunity cost of plants that start and stop, of other assets and of
    operators.
    """

    design: str
    rule: str
    surplus: pd.Series
    make_whole_usd: float
    lost: pd.Series


PLANTS, OTHERS, OPERATORS = "plants that start and stop", "other assets", "operators"


def by_rule(run: Run) -> Iterator[ByRule]:
    """All designs that decide which plants are on, by all rules."""
    market = read_study(run.folder).market(run.scenario)
    for note in run.header.designs:
        rules = run.table(note.name, "non_convexity")["rule"].unique()
        tables = clearing_of_run(run, note).tables if len(rules) else {}
        for rule in rules:
            settled = settle(market, tables, pricing[rule]())
            split = settled.welfare_split.to_pandas()
            paid = settled.ledger.to_pandas()
            yield ByRule(
                note.name,
                rule,
                split.groupby("group", sort=False)["surplus_usd"].sum(),
                float(paid[paid["product"] == MAKE_WHOLE]["amount_usd"].sum()),
                _lost(run, note.name, rule),
            )


def _lost(run: Run, design: str, rule: str) -> pd.Series:
    rows = run.table(design, "lost_opportunity")
    rows = rows[rows["rule"] == rule]
    plants = {(c.area, c.generator) for c in run.scenario.commitments}
    named = zip(rows["area"], rows["kind"], rows["asset"], strict=True)
    who = [
        OPERATORS if not asset else PLANTS if (area, asset) in plants and kind == "generator"
        else OTHERS
        for area, kind, asset in named
    ]  # fmt: skip
    sums = rows["lost_usd"].groupby(who).sum()
    return sums.reindex([PLANTS, OTHERS, OPERATORS], fill_value=0.0)
