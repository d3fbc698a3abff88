"""What is asked of a market design, in figures: from the tables of a run alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from market.designs import Shown, designs
from scenarios.assets import all_assets
from scenarios.quantity import columns, label, quantity
from scenarios.results import GENERATOR, TSO
from scenarios.scenario import Scenario
from studies.runs.finished import Run

RENEWABLE = ("pv", "wind")
LMP = "lmp_usd_per_mwh"
SHOWN_TABLES = {"networks": ("buses", "branches")}


@dataclass(frozen=True, slots=True)
class Measures:
    """One design of a run by all that is asked of it; null where a scenario does not tell."""

    design: str = label("name of the design", key=True)
    welfare_usd: float = quantity("$", "welfare of the day")
    cost_usd: float = quantity("$", "cost of generation, wear, and load that is not served")
    co2_t: float | None = quantity("t", "carbon dioxide; null without factors")
    curtailed_mwh: float = quantity("MWh", "sun and wind that were there and not used")
    unserved_mwh: float = quantity("MWh", "load that was not served")
    redispatch_mwh: float = quantity("MWh", "moved after a first market, up and down")
    redispatch_usd: float = quantity("$", "what that cost more")
    ac_violations: int | None = quantity("1", "limits exceeded by AC load flows of the day")
    price_usd_per_mwh: float = quantity("$/MWh", "what consumers pay on average")
    spread_usd_per_mwh: float = quantity("$/MWh", "largest less least price of transmission, mean")
    consumer_bill_usd: float = quantity("$", "what all consumers pay")
    consumer_fees_usd: float = quantity("$", "grid fees, part of what consumers pay")
    retail_usd: float = quantity("$", "retail margins, part of what consumers pay")
    der_before_fees_usd: float = quantity(
        "$", "paid to generators and stores of distribution before grid fees"
    )
    der_income_usd: float = quantity("$", "the same after grid fees")
    dso_usd: float = quantity("$", "what distribution operators keep")
    tso_usd: float = quantity("$", "what the transmission operator keeps")
    messages: int = quantity("1", "numbers that crossed boundaries in messages")
    message_kinds: int = quantity("1", "kinds of such numbers")
    disclosed: int = quantity("1", "numbers that distribution operators gave away, shown ones too")
    market_power_usd: float | None = quantity(
        "$", "what consumers and operators pay more where owners play; null unless they do"
    )
    anticipation_usd: float = quantity("$", "what foreseeing redispatch could earn generators")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """How many numbers of one kind one operator gave away under one design."""

    design: str = label("name of the design", key=True)
    operator: str = label("tso, or the distribution area", key=True)
    what: str = label("kind of number in messages; bids or networks that were shown", key=True)
    numbers: int = quantity("1", "how many")


def measures(run: Run) -> pd.DataFrame:
    """One row per design; raises InvalidInput where the run's scenario cannot be read."""
    return pd.DataFrame([_measures(run, name) for name in run.designs], columns=_names(Measures))


def disclosures(run: Run) -> pd.DataFrame:
    """One row per design, operator and kind of number."""
    rows = [one for name in run.designs for one in _disclosed(run, name)]
    return pd.DataFrame(rows, columns=_names(Disclosure))


def _names(record: type) -> list[str]:
    return [f.name for f in fields(record)]


def _measures(run: Run, design: str) -> Measures:
    found, scenario = run.designs[design], run.scenario
    dispatch, surplus = run.table(design, "dispatch"), run.table(design, "surplus")
    own = surplus[surplus["kind"].isin(["producer", "storage"])]
    moved = run.table(design, "redispatch") if run.has(design, "redispatch") else None
    income = _sum(own[own["area"] != scenario.transmission], "received_usd")
    bill = -_sum(surplus[surplus["kind"] == "consumer"], "received_usd")
    fees = _fees(run, design)
    given = [one for one in _disclosed(run, design) if one.operator != TSO]
    told = run.table(design, "message")
    return Measures(
        design=design,
        welfare_usd=found.welfare_usd,
        cost_usd=_sum(dispatch, "cost_usd"),
        co2_t=_co2(scenario, dispatch),
        curtailed_mwh=_curtailed(scenario, dispatch),
        unserved_mwh=found.unserved_mwh,
        redispatch_mwh=0.0 if moved is None else _energy(scenario, moved, moved["moved_mw"].abs()),
        redispatch_usd=0.0 if moved is None else _sum(moved, "cost_usd"),
        ac_violations=None if found.ac is None else found.ac.violations,
        price_usd_per_mwh=_ratio(bill, _consumed(scenario, dispatch)),
        spread_usd_per_mwh=_spread(run, design),
        consumer_bill_usd=bill,
        consumer_fees_usd=fees.of_consumers,
        retail_usd=fees.retail,
        der_before_fees_usd=income + fees.of_resources,
        der_income_usd=income,
        dso_usd=_sum(surplus[surplus["kind"] == "dso"], "surplus_usd"),
        tso_usd=_sum(surplus[surplus["kind"] == TSO], "surplus_usd"),
        messages=len(told),
        message_kinds=told["quantity"].nunique(),
        disclosed=sum(one.numbers for one in given),
        market_power_usd=_market_power(run, design),
        anticipation_usd=0.0 if moved is None else _sum(moved, "anticipation_usd"),
    )


@dataclass(frozen=True)
class _Fees:
    """Grid fees of consumers and of resources of distribution, and retail margins ($)."""

    of_consumers: float
    of_resources: float
    retail: float


def _fees(run: Run, design: str) -> _Fees:
    if not run.has(design, "statement"):
        return _Fees(0.0, 0.0, 0.0)
    rows = run.table(design, "statement")
    fees = rows["before_fees_usd"] - rows["surplus_usd"]
    uses, local = rows["group"] == "consumer", rows["area"] != run.scenario.transmission
    return _Fees(
        float(fees[uses].sum()), float(fees[~uses & local].sum()), -_sum(rows[uses], "retail_usd")
    )


def _sum(rows: pd.DataFrame, column: str) -> float:
    return float(rows[column].astype(float).sum())


def _ratio(amount: float, energy: float) -> float:
    return amount / energy if energy else 0.0


def _energy(scenario: Scenario, rows: pd.DataFrame, power: pd.Series) -> float:
    hours: NDArray[np.float64] = np.array(scenario.hours)[rows["period"].to_numpy(dtype=int) - 1]
    return float(power.astype(float).to_numpy() @ hours)


def _consumed(scenario: Scenario, dispatch: pd.DataFrame) -> float:
    """Energy (MWh) of all consumers."""
    kinds = [kind for kind, asset in all_assets().items() if asset.group == "consumer"]
    rows = dispatch[dispatch["kind"].isin(kinds)]
    return _energy(scenario, rows, rows["p_mw"])


def _generation(scenario: Scenario, dispatch: pd.DataFrame) -> pd.DataFrame:
    """Rows of generators with their technology."""
    technology = {(g.area, g.generator): g.technology for g in scenario.generators}
    rows = dispatch[dispatch["kind"] == GENERATOR]
    keys = zip(rows["area"], rows["asset"], strict=True)
    return rows.assign(technology=[technology[key] for key in keys])


def _co2(scenario: Scenario, dispatch: pd.DataFrame) -> float | None:
    factors = {f.technology: f.co2_t_per_mwh for f in scenario.emission_factors}
    if not factors:
        return None
    rows = _generation(scenario, dispatch)
    return _energy(scenario, rows, rows["p_mw"] * rows["technology"].map(factors))


def _curtailed(scenario: Scenario, dispatch: pd.DataFrame) -> float:
    rows = _generation(scenario, dispatch)
    free = rows[rows["technology"].isin(RENEWABLE)]
    return _energy(scenario, free, free["p_max_mw"].astype(float) - free["p_mw"])


def _market_power(run: Run, design: str) -> float | None:
    if not run.has(design, "equilibrium"):
        return None
    found = run.table(design, "equilibrium")
    return _sum(found, "transfer_usd") + _sum(found, "operators_usd")


def _spread(run: Run, design: str) -> float:
    """Mean over the day of how far prices of transmission buses span, of the first market."""
    first = run.table(design, "schedule_lmp") if run.has(design, "schedule_lmp") else None
    lmp = run.table(design, "lmp") if first is None or first.empty else first
    by_period = lmp[lmp["area"] == run.scenario.transmission].groupby("period")[LMP]
    return float((by_period.max() - by_period.min()).mean())


def _disclosed(run: Run, design: str) -> Iterator[Disclosure]:
    """Numbers in messages by sender and kind, and what was shown beside."""
    told = run.table(design, "message")
    pairs = zip(told["sender"], told["quantity"], strict=True)
    for (sender, what), count in Counter(pairs).items():
        yield Disclosure(design, sender, what, count)
    for what in _shown(run, design):
        for area in run.scenario.distribution:
            yield Disclosure(design, area, what, _numbers_of(run.scenario, area, what))


def _shown(run: Run, design: str) -> Shown:
    """What the design lays open; one that holds all models and does not say so, everything."""
    kind = next(note.kind for note in run.header.designs if note.name == design)
    about = designs[kind].about
    return about.shows or (("bids", "networks") if about.needs_shared_models else ())


def _numbers_of(scenario: Scenario, area: str, what: str) -> int:
    """How many numbers of an area's tables one who sees its bids, or its network, holds."""
    owned = [asset.table for asset in all_assets().values()]
    tables = SHOWN_TABLES.get(what, (*owned, "offers"))
    return sum(
        _numbers_in(row) for table in tables for row in scenario.table(table) if row.area == area
    )


def _numbers_in(row: Any) -> int:
    held = [getattr(row, name) for name in columns(type(row))]
    return sum(isinstance(value, int | float) and not isinstance(value, bool) for value in held)
