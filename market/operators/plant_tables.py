"""Rows of result tables that tell of plants that start and stop, and of reserves."""

import numpy as np

from formulations.devices.commitment import start_costs
from market.operators.area_tables import AreaResult, of_area
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
    """What every reserve is worth, and what is short."""
    names = result.day.members.get("reserve_required", [])
    if not names:
        return _nothing(result)
    values = {
        "required_mw": result.value("reserve_required"),
        "shortage_mw": result.value("reserve_shortage"),
        "price_usd_per_mwh": result.price("reserve_is_held") + 0.0,  # no -0.0
        "cost_usd": result.solved.cost("reserve_shortage"),
    }
    return Part(values["required_mw"].shape, of_area(result, reserve=names), values)


def reserve_held_part(result: AreaResult) -> Part:
    """Who holds how much of which reserve."""
    held = result.day.members.get("reserve", [])
    if not held:
        return _nothing(result)
    generators, reserves = zip(*held, strict=True)
    values = {"p_mw": result.value("reserve"), "cost_usd": result.solved.cost("reserve")}
    names = of_area(result, reserve=reserves, generator=generators)
    return Part(values["p_mw"].shape, names, values)


def _nothing(result: AreaResult) -> Part:
    return Part((0, result.day.hours.size), {}, {})
