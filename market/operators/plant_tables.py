"""Rows of result tables that tell of plants that start and stop, and of reserves."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from formulations.devices.commitment import start_costs
from formulations.devices.holding import VARIABLES
from formulations.devices.reserve import shortages_by_requirement, zone_of
from market.operators.activated_tables import deliverability
from market.operators.area_tables import AreaResult, Rows, of_area
from scenarios.assets import assets as ASSETS
from scenarios.reserve import EVERYWHERE
from scenarios.table_parts import Part


def plant_part(result: AreaResult) -> Part:
    """What every plant that starts and stops does."""
    names = result.day.members.get("on", [])
    if not names:
        return _nothing(result)
    values = {name: np.rint(result.value(name)) + 0.0 for name in ("on", "started", "stopped")}
    values["start_cost_usd"] = start_costs(result.solved)
    return Part(values["on"].shape, of_area(result, generator=names), values)


def reserve_part(result: AreaResult) -> Part:
    """What every requirement of reserve is worth, and what is short."""
    required = result.day.members.get("reserve_required", [])
    if not required:
        return _nothing(result)
    solved, short = result.solved, "reserve_shortage"
    values = {
        "required_mw": result.value("reserve_required"),
        "shortage_mw": shortages_by_requirement(solved, result.value(short)),
        "price_usd_per_mwh": result.price("reserve_is_held") + 0.0,  # no -0.0
        "cost_usd": shortages_by_requirement(solved, solved.cost(short)),
    }
    reserves, zones = zip(*required, strict=True)
    names = of_area(result, reserve=reserves, zone=[zone or None for zone in zones])
    return Part(values["required_mw"].shape, names, values)


def reserve_held_parts(result: AreaResult) -> Iterator[Part]:
    """Who holds how much of which reserve, and what that is worth."""
    for kind, name in VARIABLES.items():
        held = result.day.members.get(name, [])
        if not held:
            continue
        assets, reserves = zip(*held, strict=True)
        values = {
            "p_mw": result.value(name),
            "price_usd_per_mwh": np.array([_worth(result, kind, *key) for key in held]),
            "cost_usd": result.solved.cost(name),
        }
        kinds = [kind] * len(held)
        names = of_area(result, reserve=reserves, kind=kinds, asset=assets)
        yield Part(values["p_mw"].shape, names, values)


def _worth(result: AreaResult, kind: str, asset: str, reserve: str) -> Rows:
    """What a MW that an asset holds earns ($/MWh): all requirements that it counts for.

    Over a boundary it is the price there, and what its delivery through the feeder adds.
    """
    view, members = result.day.view, result.day.members
    if reserve in view.reserves.crosses and view.side > 0:
        record: Any = view.of(ASSETS[kind].record)[asset]
        row = members["reserve_crosses"].index((view.network.reference_of[record.bus], reserve))
        direction, tan_phi = view.reserves.products[reserve].direction, 0.0
        if kind == "bid":
            tan_phi = record.tan_phi
        delivered = deliverability(result, record.bus, direction, tan_phi)
        abroad: Rows = result.price("reserve_crosses")[row] + delivered
        return abroad
    zone, price = zone_of(view, kind, asset), result.price("reserve_is_held")
    counts = [(n == reserve) & (z in (EVERYWHERE, zone)) for n, z in members["reserve_is_held"]]
    worth: Rows = price[counts].sum(axis=0)
    return worth


def _nothing(result: AreaResult) -> Part:
    return Part((0, result.day.hours.size), {}, {})
