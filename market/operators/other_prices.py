"""Rows of a result table with the prices of rules other than that of held integers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from market.nonconvex.otherwise import NOTHING
from market.operators.area_tables import AreaResult, flow_part, lmp_part
from market.operators.plant_tables import reserve_part
from scenarios.table_parts import Part

PARTS = ("energy", "congestion", "voltage", "loss")


def other_price_parts(result: AreaResult) -> Iterator[Part]:
    """Prices of buses with their parts, shadow prices of branches, prices of reserves."""
    for rule, dual in (result.otherwise or NOTHING).duals.items():
        other = replace(result, dual=dual, ends=None)
        lmp, flow, reserve = lmp_part(other), flow_part(other), reserve_part(other)
        parts = {f"{part}_usd_per_mwh": lmp.values[f"{part}_usd_per_mwh"] for part in PARTS}
        yield _part(rule, "bus", lmp, lmp.names["bus"], lmp.values["lmp_usd_per_mwh"], parts)
        nothing = dict.fromkeys(parts)
        shadow = flow.values["shadow_usd_per_mwh"]
        yield _part(rule, "branch", flow, flow.names["branch"], shadow, nothing)
        if reserve.shape[0]:
            price = reserve.values["price_usd_per_mwh"]
            yield _part(rule, "reserve", reserve, reserve.names["reserve"], price, nothing)


def _part(
    rule: str, kind: str, of: Part, names: Sequence[str], price: Any, parts: Mapping[str, Any]
) -> Part:
    count = of.shape[0]
    keys = {"rule": [rule] * count, "area": of.names["area"], "kind": [kind] * count, "name": names}
    return Part(of.shape, keys, {"price_usd_per_mwh": price, **parts})
