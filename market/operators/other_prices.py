"""Rows of a result table with the prices of rules other than that of held integers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from market.nonconvex.otherwise import NOTHING
from market.operators.area_tables import AreaResult, flow_part, lmp_part
from market.operators.outages import LIMIT
from market.operators.plant_tables import reserve_held_parts, reserve_part
from scenarios.names import joined
from scenarios.results import FIXED_RULE, RESERVE_NAMES
from scenarios.table_parts import Part

BINDS = 1e-7  # $/MWh
PARTS = (
    *(f"{part}_usd_per_mwh" for part in ("energy", "congestion", "voltage", "loss")),
    "reactive_usd_per_mvarh",
)


def other_price_parts(result: AreaResult) -> Iterator[Part]:
    """Prices of buses with their parts, shadow prices of branches, prices of reserves."""
    for rule, other in by_rule(result).items():
        lmp, flow = lmp_part(other), flow_part(other)
        reserve, held = reserve_part(other), reserve_held_parts(other)
        parts = {part: lmp.values[part] for part in PARTS}
        yield _part(rule, "bus", lmp, lmp.names["bus"], lmp.values["lmp_usd_per_mwh"], parts)
        nothing = dict.fromkeys(parts)
        shadow = flow.values["shadow_usd_per_mwh"]
        yield _part(rule, "branch", flow, flow.names["branch"], shadow, nothing)
        for kind, part in [("reserve", reserve), *(("reserve_held", p) for p in held)]:
            if part.shape[0]:
                names = [
                    joined(*filter(None, parts))
                    for parts in zip(*_columns(kind, part), strict=True)
                ]
                price = part.values["price_usd_per_mwh"]
                yield _part(rule, kind, part, names, price, nothing)


def by_rule(result: AreaResult) -> dict[str, AreaResult]:
    """The result as each of the other rules prices it."""
    held = (result.otherwise or NOTHING).priced
    return {
        rule: replace(result, day=day, dual=dual, ends=None) for rule, (day, dual) in held.items()
    }


def outage_parts(result: AreaResult) -> Iterator[Part]:
    """Limits after outages that bind, by every rule."""
    for rule, priced in {FIXED_RULE: result, **by_rule(result)}.items():
        pairs = priced.day.members.get(LIMIT, [])
        shadow = -priced.price(LIMIT) if pairs else np.zeros((0, priced.day.hours.size))
        bind = np.flatnonzero((np.abs(shadow) > BINDS).any(axis=1))
        factors = priced.day.outages
        if not bind.size or factors is None:
            continue
        at = {name: n for n, name in enumerate(factors.network.branches)}
        branch, outage = zip(*(pairs[n] for n in bind), strict=True)
        row, lost = ([at[name] for name in names] for names in (branch, outage))
        share = factors.factor[row, [factors.outages.index(name) for name in outage]]
        flow = priced.state.p_flow
        keys = {"rule": [rule] * bind.size, "area": [priced.day.view.name] * bind.size}
        values = {
            "factor": share[:, None],
            "p_mw": flow[row] + share[:, None] * flow[lost],
            "rating_mva": factors.rating[row][:, None],
            "shadow_usd_per_mwh": shadow[bind],
        }
        yield Part(shadow[bind].shape, {**keys, "branch": branch, "outage": outage}, values)


def _columns(kind: str, part: Part) -> Iterator[Sequence[Any]]:
    """What names a price of a reserve."""
    for column in RESERVE_NAMES[kind]:
        yield part.names[column]


def _part(
    rule: str, kind: str, of: Part, names: Sequence[str], price: Any, parts: Mapping[str, Any]
) -> Part:
    count = of.shape[0]
    keys = {"rule": [rule] * count, "area": of.names["area"], "kind": [kind] * count, "name": names}
    return Part(of.shape, keys, {"price_usd_per_mwh": price, **parts})
