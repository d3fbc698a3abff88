"""Grid fees, worked out again from the dispatch and the tables of fees: every entry is as due."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from scenarios.assets import all_assets
from scenarios.fees import BOUNDARIES, Fee
from scenarios.holding import by_area
from scenarios.names import joined
from scenarios.results import TSO
from scenarios.scenario import Scenario
from validation.check import Check

CENTS = 0.0201  # $: rounding moves a payment by two cents at most
PRODUCTS = ("energy_fee", "peak_fee", "fixed_fee")
Party = tuple[str, str, str]  # area, kind, asset
Power = dict[int, float]  # MW by period
Due = dict[tuple[int, str, str, str], float]  # by period, payer, payee and product


def fees_are_as_stated(scenario: Scenario, tables: Mapping[str, pa.Table]) -> Check:
    """Whether the ledger among the tables holds the fees that are due, and no others."""
    due: Due = defaultdict(float)
    fees = by_area(scenario.fees)
    for party, power in _withdrawn(scenario, tables).items():
        for fee in fees[party[0]]:
            if _pays(fee, party):
                _charge(due, scenario, fee, party, power)
    ledger = tables["ledger"]
    booked = ledger.filter(pc.is_in(ledger["product"], pa.array(PRODUCTS)))
    for e in _rows(booked, "period", "payer", "payee", "product", "amount_usd"):
        due[e["period"], e["payer"], e["payee"], e["product"]] -= e["amount_usd"]
    missed = {key: abs(amount) for key, amount in due.items()}
    worst = max(missed, key=missed.__getitem__, default=None)
    where = f"{worst[3]} of {worst[1]}, period {worst[0]}" if worst else ""
    met = Counter(b.area for b in scenario.boundaries)  # a DSO has an entry for each of its own
    tolerance = CENTS * max([1, *met.values()])
    return Check("grid fees are as stated", missed[worst] if worst else 0.0, tolerance, "$", where)


def _withdrawn(scenario: Scenario, tables: Mapping[str, pa.Table]) -> dict[Party, Power]:
    """What every asset and boundary draws, by period; negative where it feeds in."""
    sign = {kind: -asset.sign for kind, asset in all_assets().items() if asset.group != "network"}
    power: dict[Party, Power] = defaultdict(dict)
    for row in _rows(tables["dispatch"], "period", "area", "kind", "asset", "p_mw"):
        if row["kind"] in sign:
            party = row["area"], row["kind"], row["asset"]
            power[party][row["period"]] = sign[row["kind"]] * row["p_mw"]
    for row in _rows(tables["boundary"], "period", "boundary", "p_mw"):
        party = scenario.transmission, BOUNDARIES, row["boundary"]
        power[party][row["period"]] = row["p_mw"]
    return power


def _rows(table: pa.Table, *columns: str) -> Iterator[Mapping[str, Any]]:
    yield from table.select(list(columns)).to_pylist()


def _pays(fee: Fee, party: Party) -> bool:
    area, kind, asset = party
    group = all_assets()[kind].group if kind != BOUNDARIES else None
    return area == fee.area and fee.payer in (kind, group) and fee.asset in (None, asset)


def _charge(due: Due, scenario: Scenario, fee: Fee, party: Party, power: Power) -> None:
    """What one party owes for one fee."""
    area, kind, asset = party
    payee = TSO if area == scenario.transmission else f"dso:{area}"
    payer = f"{kind}:{joined(area, asset)}"
    if kind == BOUNDARIES:
        payer = next(f"dso:{b.area}" for b in scenario.boundaries if b.boundary == asset)
    for t, p in power.items():
        rate = fee.withdrawn_usd_per_mwh if p > 0 else fee.injected_usd_per_mwh
        due[t, payer, payee, "energy_fee"] += rate * abs(p) * scenario.hours[t - 1]
    last = max(power)
    due[last, payer, payee, "peak_fee"] += fee.peak_usd_per_mw * max(map(abs, power.values()))
    due[last, payer, payee, "fixed_fee"] += fee.fixed_usd
