"""Prices by rules that do not hold plants as they are, and what parties lose at them.

What all parties could earn beyond what they do is worked out from the tables alone, party by
party: it is what the Lagrangian at the prices exceeds the welfare by.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from scenarios.names import joined
from scenarios.results import FIXED_RULE, GENERATOR, RESERVE_NAMES
from validation.check import Check, Missed, check
from validation.cleared import Cleared
from validation.devices import validators_of
from validation.gap import parts_unearned
from validation.plant_best import Case, best_profit
from validation.priced import Priced
from validation.prices import congestion_follows_shadow_prices, prices_add_up
from validation.tolerances import Tolerances

PRICE = "price_usd_per_mwh"
PARTS = [
    *(f"{part}_usd_per_mwh" for part in ("energy", "congestion", "voltage", "loss")),
    "reactive_usd_per_mvarh",
]
Lost = Mapping[tuple[str, str, str], float]  # by area, kind and asset


def other_prices_hold(cleared: Cleared, within: Tolerances) -> Iterator[Check]:
    """Parts of prices, what each party loses, and what all lose together, rule by rule."""
    stated = cleared.clearing.tables["non_convexity"].to_pandas()
    if "final_commitment" in set(cleared.clearing.frame("message")["quantity"]):
        cleared = _apart(cleared)
    for rule, rows in stated.groupby("rule", sort=False):
        seen = cleared if rule == FIXED_RULE else at_rule(cleared, str(rule))
        if rule != FIXED_RULE:
            for law in (prices_add_up, congestion_follows_shadow_prices):
                one = law(seen, within)
                yield replace(one, name=f"{one.name} ({rule})")
        yield from _losses(seen, str(rule), rows, within)


def at_rule(cleared: Cleared, rule: str) -> Cleared:
    """The clearing with the prices of the rule in the place of those that it publishes."""
    tables = dict(cleared.clearing.tables)
    other = tables["other_price"].to_pandas()
    own = other[other["rule"] == rule]
    for table, kind, column, parts in (
        ("lmp", "bus", "lmp_usd_per_mwh", PARTS),
        ("flow", "branch", "shadow_usd_per_mwh", []),
    ):
        rows, name = tables[table].to_pandas(), "bus" if kind == "bus" else kind
        named = own[own["kind"] == kind].rename(columns={"name": name})
        key = ["period", "area", name]
        found = rows[key].merge(named, "left", on=key)
        rows[column], rows[parts] = found[PRICE], found[parts]
        tables[table] = pa.Table.from_pandas(rows, tables[table].schema, preserve_index=False)
    tables["reserve"] = _reserve(tables["reserve"], own[own["kind"] == "reserve"])
    limits = tables["outage_limit"].to_pandas()
    limits = limits[limits["rule"] == rule].assign(rule=FIXED_RULE)
    tables["outage_limit"] = pa.Table.from_pandas(
        limits, tables["outage_limit"].schema, preserve_index=False
    )
    tables["boundary"] = _boundary(cleared, tables)
    return Cleared(cleared.scenario, replace(cleared.clearing, tables=tables))


def _apart(cleared: Cleared) -> Cleared:
    """Operators who agreed, as markets of their own: each prices otherwise by itself."""
    return Cleared(cleared.scenario, replace(cleared.clearing, certificate=None))


def _reserve(table: pa.Table, own: pd.DataFrame) -> pa.Table:
    rows = table.to_pandas()
    parts = rows[list(RESERVE_NAMES["reserve"])].astype(object).fillna("").to_numpy()
    rows["name"] = pd.Series([joined(*filter(None, p)) for p in parts], rows.index, dtype=object)
    key = ["period", "area", "name"]
    rows[PRICE] = rows[key].merge(own, "left", on=key)[PRICE].to_numpy()
    return pa.Table.from_pandas(rows[table.column_names], table.schema, preserve_index=False)


def _boundary(cleared: Cleared, tables: Mapping[str, pa.Table]) -> pa.Table:
    rows, lmp = tables["boundary"].to_pandas(), tables["lmp"].to_pandas()
    price = lmp.set_index(["period", "area", "bus"])["lmp_usd_per_mwh"]
    for b in cleared.scenario.boundaries:
        own = rows["boundary"] == b.boundary
        for column, area, bus in (
            ("lmp_usd_per_mwh", cleared.scenario.transmission, b.transmission_bus),
            ("dlmp_usd_per_mwh", b.area, b.root_bus),
        ):
            places = pd.MultiIndex.from_arrays(
                [rows.loc[own, "period"], [area] * own.sum(), [bus] * own.sum()]
            )
            rows.loc[own, column] = price.reindex(places).to_numpy()
    return pa.Table.from_pandas(rows, tables["boundary"].schema, preserve_index=False)


def _losses(seen: Cleared, rule: str, stated: pd.DataFrame, within: Tolerances) -> Iterator[Check]:
    """What each asset loses, and what the rule leaves to be gained in all."""
    table = seen.clearing.tables["lost_opportunity"].to_pandas()
    rows = table[table["rule"] == rule]
    priced = Priced(seen)
    plants = plants_unearned(seen)
    assets = {**_assets(priced), **plants}
    of_asset = rows[rows["asset"] != ""]
    names = list(zip(of_asset["area"], of_asset["kind"], of_asset["asset"], strict=True))
    missed = of_asset["lost_usd"].to_numpy() - [assets.get(name, np.nan) for name in names]
    yield check(
        f"lost opportunity costs ({rule})", within.usd, "$",
        Missed([" ".join(name) for name in names], missed.reshape(-1, 1)),
    )  # fmt: skip
    held = sum(lost for name, lost in _assets(priced).items() if name in plants)
    total = sum(float(np.nansum(part.by)) for part in parts_unearned(priced))
    total += sum(plants.values()) - held
    gap = float((stated["lagrangian_usd"] - stated["welfare_usd"]).sum())
    welfare = seen.clearing.welfare_usd - float(stated["welfare_usd"].sum())
    yield check(
        f"Lagrangian less welfare ({rule})", within.gap_usd, "$",
        Missed(["all parties", "rows"], np.array([[gap - total], [gap - rows["lost_usd"].sum()]])),
        Missed(["welfare"], np.array([[welfare if _at_once(seen, stated) else 0.0]])),
    )  # fmt: skip


def _at_once(cleared: Cleared, stated: pd.DataFrame) -> bool:
    """Whether the markets of the table are all there are."""
    alone = cleared.clearing.certificate is None
    return not alone or set(stated["area"]) == {a.area for a in cleared.scenario.areas}


def _assets(priced: Priced) -> Lost:
    """What every asset could earn more ($), plants while held on or off as they are."""
    cleared = priced.cleared
    return {
        (member[0], kind, member[1]): float(np.sum(by))
        for kind, validator in validators_of(cleared).items()
        for member, by in zip(cleared.of(kind).members, validator.unearned(priced), strict=True)
    }


def plants_unearned(cleared: Cleared) -> Lost:
    """What every plant could earn more ($) by another schedule, on and off included."""
    s, kind = cleared.scenario, validators_of(cleared)[GENERATOR]
    owned, hours, held = s.generators, cleared.hours, cleared.reserves.of(GENERATOR)
    bus, power = cleared.grid.at(owned), cleared.generators["p_mw"]
    cost, _ = kind.cost_and_value(cleared)
    profit = ((cleared.prices[bus] * power + held.total(held.gain * held.power)) * hours).sum(
        axis=1
    )
    profit = profit - (cost - cleared.reserves.cost(GENERATOR)).sum(axis=1)
    curve, found = cleared.offers, {}
    for c, n in zip(s.commitments, cleared.plants.rows, strict=True):
        steps, own = curve.owner == n, held.of(np.array([n]))
        most = cleared.greatest_output[n]
        case = Case(
            generator=owned[n],
            commitment=c,
            startups=sorted(
                (u for u in s.startups if (u.area, u.generator) == (c.area, c.generator)),
                key=lambda u: u.category,
            ),
            hours=hours,
            most=most,
            width=curve.width[steps],
            gain=cleared.prices[bus[n]] - curve.price[steps],
            held_most=np.broadcast_to(own.most, own.gain.shape),
            held_gain=own.gain,
            held_sign=own.sign,
            held_minutes=own.minutes,
        )
        found[c.area, GENERATOR, c.generator] = best_profit(case) - float(profit[n])
    return found
